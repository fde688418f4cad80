/** The frame of the page: the head with the state of the link, the foot with the ways, and what is told in passing. */

import { h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { put } from "./redraw.js";
import { needsReading, state, unsent } from "./state.js";
import { moment } from "./time.js";

/** The head: whose page it is, and whether the node answers. */
export function drawHead(place) {
  const net = !state.mayCall && state.me ? "login" : state.net;
  const words = { online: "net.online", offline: "net.offline", unknown: "net.unknown", login: "net.login" }[net];
  const when = net !== "online" && state.syncedAt ? t("net.since", { time: moment(state.syncedAt) }) : "";
  const mark = h("span", { class: `net ${net}`, role: "status", id: "net" },
    t(words), when && h("small", null, ` ${when}`));
  put(place, h("a", { class: "home", href: "#/tasks" }, state.form.station || t("app")),
    net === "login" ? h("a", { class: "net-link", href: "#/login" }, mark) : mark);
}

/** The foot: large ways for one thumb. */
export function drawFoot(place) {
  if (!state.me) return put(place);
  const { view } = state.route;
  const n = unsent().length;
  const refused = state.queue.filter((item) => item.state === "refused").length
    + state.outcomes.filter(needsReading).length;
  const way = (code, href, mark) =>
    h("a", { href, "aria-current": view === code ? "page" : null }, t(`way.${code}`), mark);
  const badge = n + refused > 0 && h("span", { class: `badge${refused ? " bad" : ""}` }, refused || n,
    h("span", { class: "unseen" }, t(refused ? "way.refused" : "way.waits")));
  return put(place,
    view === "tasks" && h("div", { class: "report-row" },
      h("a", { class: "button danger large", href: "#/urgent", id: "urgent" }, t("report.urgent")),
      h("a", { class: "button primary large", href: "#/new", id: "new" }, t("report.new"))),
    h("nav", { "aria-label": t("way.all") },
      way("tasks", "#/tasks"), way("queue", "#/queue", badge), way("me", "#/me")));
}

/** Lines above every view: not logged in, storage full, a plain address. */
export function drawLines(place) {
  const lines = [];
  if (state.me && !state.mayCall && state.route.view !== "login") {
    lines.push(h("p", { class: "notice warn" }, t("line.login"), " ", h("a", { href: "#/login" }, t("login.again"))));
  }
  if (state.net === "offline" && state.me && state.mayCall) lines.push(h("p", { class: "notice" }, t("line.offline")));
  if (state.full) lines.push(h("p", { class: "notice bad" }, t("full.kept")));
  place.hidden = lines.length === 0;
  if (lines.length) place.setAttribute("aria-label", t("line.all"));
  put(place, lines);
}

/** Keeps the foot at the edge of the screen as long as it leaves enough room above it. */
export function watchFoot(place) {
  const judge = () => document.body.classList.toggle("foot-below", place.offsetHeight > innerHeight * 0.35);
  new ResizeObserver(judge).observe(place);
  addEventListener("resize", judge);
}

let timer = null;

/** Says something in passing, for the eyes and for a screen reader. It stays long enough to be read. */
export function tell(place, words) {
  clearTimeout(timer);
  replace(place, h("p", null, words));
  place.hidden = false;
  timer = setTimeout(() => (place.hidden = true), 6000);
}
