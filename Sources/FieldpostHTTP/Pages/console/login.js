/** The login. Nothing can be seen without one. */

import { Refused, Unreachable } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { logIn } from "./app.js";

/** The view. `ended`: a login has just ended by itself. */
export function loginView(ended) {
  const fault = h("p", { class: "error", role: "alert", id: "login-fault", hidden: true });
  const name = h("input", { id: "name", autocomplete: "username", autocapitalize: "none", spellcheck: "false",
    required: true, maxlength: "256", "aria-describedby": "login-fault" });
  const password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true,
    maxlength: "256", "aria-describedby": "login-fault" });
  const submit = h("button", { type: "submit", class: "primary large" }, t("login.do"));
  const say = (words) => {
    fault.textContent = words;
    fault.hidden = !words;
  };

  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    if (!name.value.trim() || !password.value) {
      say(t("login.missing"));
      (name.value.trim() ? password : name).focus();
      return;
    }
    submit.disabled = true;
    say("");
    try {
      await logIn(name.value.trim(), password.value);
    } catch (error) {
      say(words(error));
      submit.disabled = false;
      if (error.status === 401) {
        password.value = "";
        password.focus();
      }
    }
  }

  return h("form", { class: "card login stack", novalidate: true, on: { submit: send } },
    h("h1", null, t("login.title")),
    ended && h("p", { class: "notice warn" }, t("login.ended")),
    h("div", null, h("label", { class: "label", for: "name" }, t("login.name")), name),
    h("div", null, h("label", { class: "label", for: "password" }, t("login.password")), password),
    fault, submit,
    h("p", { class: "muted small" }, t("login.help")));
}

function words(error) {
  if (error instanceof Unreachable) return t("login.unreachable");
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) return t("login.wrong");
  if (error.status === 429) return t("login.later", { n: Math.ceil((error.retryAfter ?? 60) / 60) });
  return t("login.failed");
}
