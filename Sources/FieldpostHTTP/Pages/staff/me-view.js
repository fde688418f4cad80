/** Who uses this phone: login, work groups, a code for another terminal, language, and the way out. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { announce, h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { authorization, changeMe } from "./device.js";
import { banner, button, groupName, joined, languageButton, pageHead } from "./parts.js";
import { state, unsent } from "./state.js";
import { moment } from "./time.js";

const groups = ["collector", "handler", "dispatcher", "leader"];

/** The view. `leave()` logs out. */
export function meView(leave) {
  const { me } = state;
  return h("div", { class: "stack" },
    pageHead(me.name, "#/tasks", me.terminal ? t("me.terminal", { name: me.terminal }) : t("me.account")),
    !state.mayCall && banner("warn", t("me.notIn"), state.refusedLogin, h("a", { href: "#/login" }, t("login.again"))),
    groupField(), pairing(),
    h("section", { class: "tight" }, h("h2", null, t("me.language")),
      languageButton()),
    h("section", { class: "tight" }, h("h2", null, t("me.phone")),
      h("p", null, t(globalThis.isSecureContext ? "me.safe" : "me.plain")),
      state.form.secure?.ready && !unsent().length && h("p", null,
        h("a", { href: new URL("staff", state.form.secure.url).href }, t("me.secure"))),
      state.syncedAt && h("p", { class: "muted" }, t("me.synced", { time: moment(state.syncedAt) })),
      state.full && h("p", { class: "error" }, t("full.kept"))),
    h("section", { class: "tight" }, h("h2", null, t("me.leaveTitle")),
      h("p", null, t("me.leaveAbout")),
      h("button", { type: "button", id: "log-out", on: { click: () => mayLeave() && leave() } }, t("me.leave"))));
}

function mayLeave() {
  const n = unsent().length;
  return n === 0 || globalThis.confirm(t("me.leaveWithQueue", { n }));
}

/** The groups decide which steps are offered. The node checks them anyway. */
function groupField() {
  const toggle = (code) => (event) => {
    const others = state.me.groups.filter((one) => one !== code);
    changeMe({ groups: event.target.checked ? [...others, code] : others, groupsKnown: "person" });
  };
  const known = state.me.groupsKnown === "node";
  return h("fieldset", { class: "tight" }, h("legend", null, t("me.groups")),
    known ? h("p", null, joined(state.me.groups.map(groupName)))
      : [h("p", { class: "muted" }, t("me.groupsAbout")),
        groups.map((code) => h("label", { class: "check" },
          h("input", { type: "checkbox", id: `group-${code}`, checked: state.me.groups.includes(code),
            on: { change: toggle(code) } }), groupName(code)))]);
}

/** A code for another terminal. Only who logged in with the password may ask for one. */
function pairing() {
  const place = h("div", { class: "tight", role: "status" });
  const list = h("ul", { class: "tight" });
  if (state.me.kind === "account" && state.mayCall) readPairings(list);
  return h("section", { class: "tight" }, h("h2", null, t("pair.title")),
    h("p", { class: "muted" }, t(state.me.kind === "account" ? "pair.about" : "pair.notFromTerminal")),
    state.me.kind === "account" && state.mayCall
      && button(t("pair.make"), "plain", () => makeCode(place), { id: "make-code" }), place, list);
}

async function makeCode(place) {
  try {
    const { json } = await call("POST", "/v1/pairings", { authorization: authorization(), timeout: 15000 });
    const minutes = Math.max(1, Math.round(json.seconds / 60));
    const about = h("p", null, t("pair.shown", { n: minutes }));
    replace(place, h("p", { class: "code", id: "pair-code" }, json.code), about);
  } catch (error) {
    replace(place, h("p", { class: "error" }, pairingFault(error)));
  }
}

async function readPairings(list) {
  try {
    const { json } = await call("GET", "/v1/pairings", { authorization: authorization(), timeout: 15000 });
    replace(list, json.pairings.map((one) => h("li", { class: "spread" }, t("pair.with", { name: one.terminal }),
      button(t("pair.end"), "quiet", () => endPairing(list, one.terminal)))));
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
  }
}

async function endPairing(list, terminal) {
  if (!globalThis.confirm(t("pair.endSure", { name: terminal }))) return;
  try {
    const path = `/v1/pairings?terminal=${encodeURIComponent(terminal)}`;
    await call("DELETE", path, { authorization: authorization(), timeout: 15000 });
    announce(t("pair.ended"));
  } catch (error) {
    globalThis.alert(pairingFault(error));
  }
  await readPairings(list);
}

function pairingFault(error) {
  if (error instanceof Unreachable) return t("pair.away");
  if (!(error instanceof Refused)) throw error;
  return t("fault.other", { detail: error.problem.detail || error.status });
}
