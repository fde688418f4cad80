/** The frame: whose console it is, the ways to the screens, the state of the link, the language, and oneself. */

import { $, h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { language, setLanguage, t } from "../shared/words.js";
import { app, logOut } from "./app.js";
import { put } from "./put.js";

const ways = ["board", "map", "wall", "fleet", "people", "settings"];
const administering = new Set(["fleet", "people", "settings"]);
const station = $("station")?.textContent ?? "";
let at = "board";
let row = null;

/** Draws it. Without arguments, for the screen that is shown. */
export function drawFrame(name = at, screen = row) {
  at = name;
  row = screen;
  document.body.classList.toggle("bare", Boolean(app.me && screen?.bare));
  put($("head"),
    h("a", { class: "brand", href: "#/board", id: "station" }, station || t("app")),
    app.me && h("nav", { "aria-label": t("ways") }, ways.filter((way) => app.may(needOf(way))).map(wayLink)),
    h("div", { class: "head-right" },
      app.me && linkState(),
      h("button", { type: "button", class: "quiet", id: "language", lang: language() === "zh" ? "en" : "zh-CN",
        on: { click: () => setLanguage(language() === "zh" ? "en" : "zh") } },
      language() === "zh" ? "English" : "中文"),
      app.me && menu()));
  put($("lines"), app.me && app.link === "lost" && h("p", { class: "notice warn", role: "status" },
    t("link.lostWhat", { time: moment(app.linkSince) })));
}

const needOf = (way) => (administering.has(way) ? "administer" : "read");

const wayLink = (way) => h("a", { href: `#/${way}`, "aria-current": way === at ? "page" : null }, t(`way.${way}`));

const linkState = () => h("span", { class: `link ${app.link}`, role: "status", id: "link" }, t(`link.${app.link}`));

function menu() {
  const { name, role, group, department } = app.me;
  const what = [t(`role.${role}`), group && t(`group.${group}`), department].filter(Boolean).join(" · ");
  return h("details", { class: "menu", id: "menu" },
    h("summary", null, h("span", null, name)),
    h("div", { class: "menu-card" },
      h("p", { class: "small muted" }, what),
      h("a", { href: "#/me", class: "button quiet" }, t("me.title")),
      h("button", { type: "button", class: "quiet", id: "logout", on: { click: () => logOut().catch(() => {}) } },
        t("logout"))));
}

// A menu closes when something else is chosen.
function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== but) menu.open = false;
}
document.addEventListener("click", ({ target }) => closeMenus(target.closest("details.menu > summary")?.parentElement));
document.addEventListener("keydown", ({ key }) => key === "Escape" && closeMenus());

let timer = null;

/** Says something in passing, for the eyes and for a screen reader. tone: calm or bad. */
export function toast(words, tone = "calm") {
  const place = $("toast");
  clearTimeout(timer);
  place.className = tone;
  place.textContent = words;
  place.hidden = false;
  // Above a dialog, where the browser can do that.
  place.hidePopover?.();
  place.showPopover?.();
  timer = setTimeout(() => {
    place.hidePopover?.();
    place.hidden = true;
  }, Math.max(5000, words.length * 120));
}
