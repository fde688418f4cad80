/** Starts the console: who is in, which screen the address names, and the drawing of it. */

import { $, h, replace } from "../shared/dom.js";
import { addWords, onLanguage, t } from "../shared/words.js";
import { app, restore } from "./app.js";
import { drawFrame } from "./frame.js";
import { readNames } from "./names.js";
import { parseHash } from "./routes.js";
import en from "./words-en.js";
import zh from "./words-zh.js";

addWords({ zh, en });

/**
 * The screens by their name in the address. `load` imports the module; its default export is
 * `{title, show(place, query, app)}`: `title` is the key of a word; `show` draws into `place` and returns a function
 * that ends it, or `{stop, change(query)}` if it can take another query without being made anew. `query` holds the
 * parameters of the address and `path`, the list of what follows the name. `needs`: see access.js. `bare`: the screen
 * fills the window, without the frame.
 */
const screens = {
  board: { load: () => import("./board.js") },
  case: { load: () => import("./case.js"), under: "board" },
  map: { load: () => import("./map.js") },
  wall: { load: () => import("./wall.js"), bare: true },
  fleet: { load: () => import("./fleet.js"), needs: "administer" },
  people: { load: () => import("./people.js"), needs: "administer" },
  settings: { load: () => import("./settings.js"), needs: "administer" },
  me: { load: () => import("./me.js") },
};

let shown = null; // {key, stop, change}
let turn = 0;

function stopShown() {
  shown?.stop();
  shown = null;
}

/** An empty place in the page. A screen that is still being made, and is left, goes on in a place that nobody sees. */
function freshPlace() {
  const place = $("main").cloneNode(false);
  $("main").replaceWith(place);
  return place;
}

async function show() {
  const mine = ++turn;
  const { name, query } = parseHash(location.hash);
  const row = screens[name];
  drawFrame(row?.under ?? name, row);
  if (!app.me) return showLogin();
  const key = [name, ...query.path].join("/");
  if (shown?.key === key && shown.change) return shown.change(query);
  stopShown();
  if (!row) return message(t("screen.unknown"), t("screen.unknownWhat"));
  if (row.needs && !app.may(row.needs)) return message(t("screen.notYours"), t(`screen.needs.${row.needs}`));
  let screen;
  try {
    screen = (await row.load()).default;
  } catch {
    if (mine === turn) message(t("screen.notLoaded"), t("screen.notLoadedWhat"), () => location.reload());
    return null;
  }
  if (mine !== turn) return null;
  document.title = `${t(screen.title)} · ${$("station")?.textContent ?? ""}`;
  const main = freshPlace();
  main.className = `screen-${name}`;
  const made = await screen.show(main, query, app);
  const ends = typeof made === "function" ? { stop: made } : made;
  if (mine === turn) shown = { key, stop: ends?.stop ?? (() => {}), change: ends?.change };
  else ends?.stop?.();
  return null;
}

async function showLogin() {
  stopShown();
  const { loginView } = await import("./login.js");
  if (app.me) return;
  document.title = `${t("login.title")} · ${$("station")?.textContent ?? ""}`;
  $("main").className = "screen-login";
  replace($("main"), loginView(app.ended));
  $("main").querySelector("input")?.focus();
}

function message(title, what, again) {
  $("main").className = "screen-message";
  replace($("main"), h("div", { class: "empty" }, h("h1", null, title), h("p", null, what),
    again && h("button", { type: "button", on: { click: again } }, t("again"))));
}

async function begin() {
  drawFrame("board", null);
  try {
    await restore();
  } catch {
    message(t("start.failed"), t("start.failedWhat"), begin);
    return;
  }
  if (app.me) await readNames(app);
  app.on("me", async () => {
    if (app.me) await readNames(app);
    show();
  });
  app.on("link", () => drawFrame());
  let wasLost = false;
  app.on("link", (link) => {
    if (link === "live" && wasLost) readNames(app); // settings may have changed meanwhile
    wasLost = link === "lost";
  });
  onLanguage(() => {
    stopShown();
    show();
  });
  addEventListener("hashchange", show);
  show();
}

begin();
