/** The way in: an account that came down to the gateway, or a terminal that is paired with a person by a code. */

import { Refused, Unreachable } from "../shared/api.js";
import { announce, h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { forgetTerminal, keepTerminal, logIn, openKept, peopleHere, redeem, terminalToken } from "./device.js";
import { button, field, joined, languageButton, pageHead, showError } from "./parts.js";
import { state } from "./state.js";

/** What was typed and is no secret stays when the view is drawn again, as in another language. */
const typed = { way: null, name: null, code: null };

/** The whole view. `entered()` is called when somebody is in; `name` is given when only the password is asked for. */
export function loginView({ entered, name = "", back = null }) {
  const body = h("div");
  if (state.me?.kind === "pairing") typed.way ??= "terminal";
  const tab = (code) => h("button", {
    type: "button", "aria-pressed": String((typed.way ?? "account") === code),
    on: { click: () => ((typed.way = code), draw()) },
  }, t(`login.${code}`));

  function draw() {
    const form = h("div");
    if (typed.way !== "terminal") replace(form, accountForm(name, entered));
    else terminalForm(form, entered);
    replace(body, h("div", { class: "segments", role: "group", "aria-label": t("login.way") },
      tab("account"), tab("terminal")), form);
  }
  draw();
  return h("div", { class: "narrow" },
    back ? pageHead(t("login.title"), back) : h("h1", { tabindex: "-1", id: "title" }, t("login.title")),
    h("p", { class: "sub" }, t("login.about")), leftHere(), body, languageButton());
}

/** What people left here that was not sent: how much, and of whom, and nothing of what it is. */
function leftHere() {
  const place = h("div");
  peopleHere().then(async (names) => {
    if (!names.length) return;
    const outbox = await import("./outbox.js").catch(() => null); // without a link it may not come: all is kept anyway
    const found = await outbox?.leftByOthers(names) ?? [];
    const list = joined(found.map(({ name, n }) => t("login.leftOne", { name, n })));
    if (found.length) replace(place, h("p", { class: "notice" }, t("login.left", { list })));
  });
  return place;
}

function accountForm(name, entered) {
  const fault = faultPlace();
  const form = h("form", { novalidate: true, on: { submit: send } },
    field("name", t("login.name"), (more) => h("input", { ...more, type: "text", autocomplete: "username",
      autocapitalize: "off", spellcheck: "false", value: typed.name ?? name, maxlength: "256",
      on: { input: (event) => (typed.name = event.target.value) } })),
    field("password", t("login.password"), (more) => h("input", { ...more, type: "password",
      autocomplete: "current-password" }), { hint: t("login.passwordHint") }),
    fault.node,
    h("button", { class: "button primary wide", type: "submit" }, t("login.enter")));

  async function send(event) {
    event.preventDefault();
    const [person, secret] = [form.querySelector("#name").value.trim(), form.querySelector("#password").value];
    showError(form, "name", person ? null : t("login.nameMissing"));
    showError(form, "password", secret ? null : t("login.passwordMissing"));
    if (!person || !secret) return form.querySelector(person ? "#password" : "#name").focus();
    await busy(form, async () => {
      try {
        await logIn(person, secret);
        typed.name = null;
        await entered();
      } catch (error) {
        fault.show(loginFault(error), error instanceof Unreachable && (await offlineButton(person, entered)));
      }
    });
    return null;
  }
  return form;
}

/** Where nobody answers, the tasks that are kept here can be looked at. */
async function offlineButton(person, entered) {
  const open = async () => {
    if (await openKept(person)) await entered();
    else announce(t("login.nothingKept", { name: person }));
  };
  return button(t("login.offline"), "plain", open);
}

async function terminalForm(place, entered) {
  const token = await terminalToken();
  const fault = faultPlace();
  const form = h("form", { novalidate: true, on: { submit: send } }, token
    ? field("code", t("pair.code"), (more) => h("input", { ...more, type: "text", autocomplete: "off", maxlength: "256",
      autocapitalize: "characters", spellcheck: "false", class: "code", value: typed.code ?? "",
      on: { input: (event) => (typed.code = event.target.value) } }), { hint: t("pair.codeHint") })
    : field("token", t("pair.token"), (more) => h("input", { ...more, type: "password", autocomplete: "off" }),
      { hint: t("pair.tokenHint") }),
  fault.node,
  h("button", { class: "button primary wide", type: "submit" }, t(token ? "pair.enter" : "pair.keep")),
  token && button(t("pair.otherToken"), "quiet wide", () => forgetTerminal().then(again)));
  const again = () => terminalForm(place, entered);

  async function send(event) {
    event.preventDefault();
    const id = token ? "code" : "token";
    const value = form.querySelector(`#${id}`).value.trim();
    showError(form, id, value ? null : t(`pair.${id}Missing`));
    if (!value) return form.querySelector(`#${id}`).focus();
    await busy(form, async () => {
      try {
        if (!token) {
          await keepTerminal(value);
          return again();
        }
        await redeem(value);
        typed.code = null;
        return entered();
      } catch (error) {
        return fault.show(loginFault(error, token ? "pair" : "terminal"));
      }
    });
    return null;
  }
  replace(place, form);
  form.querySelector("input").focus();
}

function faultPlace() {
  const node = h("div", { class: "error", role: "alert" });
  return { node, show: (words, more) => replace(node, h("p", null, words), more || null) };
}

/** Nothing is sent twice while the first answer is on its way. */
async function busy(form, work) {
  const submit = form.querySelector("[type=submit]");
  if (submit.disabled) return;
  submit.disabled = true;
  form.setAttribute("aria-busy", "true");
  await work();
  submit.disabled = false;
  form.removeAttribute("aria-busy");
}

/** What happened, what is safe and what to do next. */
function loginFault(error, way = "account") {
  if (error instanceof Unreachable) return t("login.unreachable");
  if (!(error instanceof Refused)) throw error;
  if (error.status === 429) return t("login.tooMany", { n: error.retryAfter ?? 60 });
  if (error.status === 401) return t(`login.refused.${way}`);
  if (error.status === 404) return t("pair.unknownCode");
  if (error.status === 409) return t("pair.notHere");
  return t("fault.other", { detail: error.problem.detail || error.problem.title || error.status });
}

/** Who is known on this phone has their own page; this one only asks for the password again. */
export const passwordView = (entered) => loginView({ entered, name: state.me?.name ?? "", back: "#/me" });
