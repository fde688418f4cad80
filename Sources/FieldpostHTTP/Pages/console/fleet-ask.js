/** A question before something that cannot be undone by a click, or a form that needs an answer of the node. */

import { h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { problemWords } from "./problems.js";

/**
 * Opens a dialog. `body` are nodes; `confirm` are the words of its button; `run(form)` is what that does: it may throw
 * what `app.call` throws, which is then shown, and may return nodes, which are shown in place of the form with a button
 * to close. `danger`: the button is red. `check()`: what is missing, in words, or null.
 * Resolves with true when `run` was done, otherwise with false.
 */
export function ask({ title, body, confirm, run, danger = false, check = () => null }) {
  return new Promise((resolve) => {
    let isDone = false;
    const fault = h("div", { role: "alert" });
    const send = h("button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
    const close = h("button", { type: "button", on: { click: () => dialog.close() } }, t("ask.cancel"));
    const form = h("form", { class: "stack", method: "dialog", novalidate: true },
      h("h2", { id: "ask-title" }, title), body, fault, h("div", { class: "row ask-buttons" }, close, send));
    const dialog = h("dialog", { "aria-labelledby": "ask-title", class: "ask" }, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      const wrong = form.querySelector(":invalid:not(fieldset)");
      const missing = wrong ? wrong.dataset.need ?? wrong.validationMessage : check();
      if (missing) {
        replace(fault, h("p", { class: "error" }, missing));
        wrong?.focus();
        return;
      }
      send.disabled = true;
      replace(fault);
      try {
        const shown = await run(form);
        isDone = true;
        if (!shown) return void dialog.close();
        replace(form, h("h2", { id: "ask-title" }, title), shown, h("div", { class: "row ask-buttons" },
          h("button", { type: "button", class: "primary", on: { click: () => dialog.close() } }, t("ask.close"))));
        form.querySelector("button")?.focus();
      } catch (error) {
        replace(fault, h("p", { class: "error" }, problemWords(error)));
      } finally {
        send.disabled = false;
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isDone);
    });
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("input, textarea, select, [data-first]")?.focus();
  });
}

/** Opens a dialog with several ways to go on: `choices` are `[words, act]`. The chosen one is called when it closed. */
export function choose(title, choices) {
  const dialog = h("dialog", { "aria-labelledby": "ask-title", class: "ask choices" }, h("div", { class: "stack" },
    h("h2", { id: "ask-title" }, title),
    choices.map(([words, act]) => h("button", { type: "button", on: { click: () => {
      dialog.close();
      act();
    } } }, words)),
    h("button", { type: "button", class: "quiet", on: { click: () => dialog.close() } }, t("ask.cancel"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Opens a dialog that shows something and asks nothing. */
export function tell(title, body) {
  const dialog = h("dialog", { "aria-labelledby": "ask-title", class: "ask" }, h("div", { class: "stack" },
    h("h2", { id: "ask-title" }, title), body, h("div", { class: "row ask-buttons" },
      h("button", { type: "button", class: "primary", on: { click: () => dialog.close() } }, t("ask.close")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A field of a dialog: a label, its control, and a hint below. */
export function field(label, control, hint) {
  if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return h("div", { class: "tight" }, h("label", { class: "label", for: control.id }, label), control,
    hint && h("p", { class: "small muted", id: `${control.id}-hint` }, hint));
}

/** A secret that is shown only once, with a button that copies it. */
export function secret(text) {
  const said = h("span", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = t("ask.copied");
    } catch {
      getSelection().selectAllChildren(code); // no clipboard over plain HTTP
      said.textContent = t("ask.selected");
    }
  };
  const code = h("code", { class: "secret" }, text);
  return h("div", { class: "tight" }, code, h("div", { class: "row" },
    h("button", { type: "button", on: { click: copy } }, t("ask.copy")), said));
}

/** Grids as people type them: separated by commas or blanks, Chinese ones too. */
export const gridsOf = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);
