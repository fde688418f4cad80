/** Starts the staff page: who uses it, which view is shown, and the drawing. All else is read when somebody is in. */

import { $ } from "../shared/dom.js";
import { language, onLanguage, t } from "../shared/words.js";
import { restore } from "./device.js";
import { drawFoot, drawHead, drawLines, tell, watchFoot } from "./frame.js";
import { readWords } from "./read-words.js";
import { afterTap, drawMain } from "./redraw.js";
import { change, onChange, state } from "./state.js";
import { viewOf } from "./views.js";

let session = null; // its module, once somebody is in
let isReady = false; // nothing is drawn before it is known who uses this phone

/** `#/case/ID` → {view, id, kind}. Without anybody the only view is the login. */
function readRoute() {
  const [view = "tasks", id, kind] = location.hash.replace(/^#\/?/, "").split("/");
  if (!state.me) return { view: "login" };
  return { view: view || "tasks", id: /^[0-9a-f-]{36}$/i.test(id ?? "") ? id : undefined, kind };
}

/** Draws the page as the state is now. */
function draw() {
  drawHead($("head"));
  drawLines($("lines"));
  drawFoot($("foot"));
  drawMain($("main"), viewOf(state.route, actions), state.me?.name ?? "");
}

const actions = {
  entered: () => {
    location.hash = "#/tasks";
    return enter();
  },
  saved: (what) => {
    tell($("toast"), t(state.net === "offline" || !state.mayCall ? `saved.${what}.offline` : `saved.${what}`));
    location.hash = what === "step" || what === "note" ? `#/case/${state.route.id}` : "#/tasks";
  },
  claim: (report) => session.claim(report),
  leave: async () => {
    await session.leave();
    location.hash = "#/login";
    change({ route: readRoute() });
  },
};

/** Shows what is kept here of whoever is in, and goes on from there. Forms are drawn when their case is at hand. */
async function enter() {
  session ??= await import("./session.js");
  await session.enter(show);
}

function show() {
  isReady = true;
  change({ route: readRoute() });
}

onChange(() => isReady && afterTap(draw));
onLanguage((code) => readWords(code));
addEventListener("hashchange", () => {
  change({ route: readRoute() });
  const { view, id } = state.route;
  if (view === "case" && id) session?.opened(id);
});
watchFoot($("foot"));
setInterval(() => change({}), 30000); // times that are left

if ("serviceWorker" in navigator) {
  // Without a trusted certificate browsers refuse it even where they say that the address is safe.
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
}
state.form.station = $("head").textContent.trim(); // the node put it there
await readWords(language());
await restore();
if (state.me) await enter().finally(show);
else show();
