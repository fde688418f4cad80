/** What is around every view: the station, the way to other views, notices, and the queue. */

import { h } from "../shared/dom.js";
import { language, setLanguage, t } from "../shared/words.js";
import { change, listed, part, state } from "./state.js";
import { loadWords } from "./tables.js";
import { queueBar } from "./view-bar.js";

/** The whole page with `main` in its middle. */
export function shellView(main) {
  return [
    h("a", { class: "skip", href: "#main", on: { click: (event) => skip(event, main) } }, t("skip")),
    h("header", { class: "top" },
      h("h1", null, part((now) => now.form?.station, () => `${state.form?.station ?? ""} ${t("title")}`)),
      h("nav", { "aria-label": t("navigation") },
        part((now) => now.route.name, () => link("form", "#/", "newReportShort")),
        part((now) => [listed().length, now.route.name], () => link("mine", "#/mine", "mine", listed().length)),
        h("button", {
          type: "button", class: "quiet", lang: language() === "zh" ? "en" : "zh-CN",
          on: { click: () => void switchLanguage() },
        }, language() === "zh" ? "English" : "中文"))),
    h("div", { class: "stack" },
      queueBar(),
      part((now) => now.notice, notice),
      part((now) => now.update, () => state.update && h("div", { class: "notice spread", role: "status" },
        h("span", null, t("newVersion")),
        h("button", { type: "button", on: { click: () => self.location.reload() } }, t("reload")))),
      part((now) => [now.lasting, now.reachable, now.form === null, now.items.map(({ unkept, photos }) => (
        [unkept, photos.map((photo) => photo.inMemory)]))], problems, { class: "stack" }),
      main,
      part((now) => [now.worker, now.form?.secure, now.items.length === 0], tier, { class: "tight" })),
  ];
}

async function switchLanguage() {
  const code = language() === "zh" ? "en" : "zh";
  try {
    await loadWords(code);
    setLanguage(code);
  } catch {
    change((now) => (now.notice = { kind: "warn", text: t("notLoaded") }));
  }
}

function skip(event, main) {
  event.preventDefault();
  main.focus();
}

function link(name, href, key, count) {
  return h("a", { class: "button quiet", href, "aria-current": state.route.name === name ? "page" : null },
    t(key), count > 0 && h("span", { class: "badge" }, count));
}

function notice() {
  if (!state.notice) return null;
  return h("div", { class: `notice spread ${state.notice.kind}`, role: "status" },
    h("span", null, state.notice.text),
    h("button", { type: "button", on: { click: () => change((now) => (now.notice = null)) } }, t("close")));
}

function problems() {
  const onlyHere = state.items.some((item) => item.unkept || item.photos.some((photo) => photo.inMemory));
  const away = onlyHere || !state.lasting ? "unreachableHere" : "unreachable";
  return [
    !state.lasting && h("p", { class: "notice warn" }, t("keepsNothing")),
    state.reachable === false && h("p", { class: "notice warn", role: "status" }, t(away)),
    state.reachable === false && !state.form?.categories?.length && h("p", { class: "notice bad" }, t("noFormYet")),
  ];
}

/** Says plainly what this address can do, and where another one can do more. */
function tier() {
  const weChat = /MicroMessenger/i.test(navigator.userAgent);
  const secure = state.form?.secure;
  const offered = !self.isSecureContext && secure?.ready && state.items.length === 0 && /^https:\/\//.test(secure.url);
  return h("footer", { class: "tight small muted" },
    h("p", null, t(state.worker ? "tierOpensAnywhere" : self.isSecureContext ? "tierSecure" : "tierKeepOpen")),
    weChat && !state.worker && h("p", null, t("weChatHint")),
    offered && h("p", null, h("a", { href: secure.url }, t("secureOffer"))),
    h("p", null, t("privacy")));
}
