/** Keys of a screen. They do nothing while somebody types, or while a dialog is open. */

import { h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";

const typing = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/**
 * Listens for keys: `actions` maps a key to a function. `list` are pairs of keys and the key of their words, for the
 * help. Returns a function that ends it.
 */
export function listenKeys(actions, list) {
  let before = null;
  const all = { ...actions, "?": () => showKeys(list) };
  function down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest?.(typing)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
    const name = before === "g" ? `g ${event.key}` : event.key;
    before = event.key === "g" ? "g" : null;
    const action = all[name] ?? ways[name];
    if (!action) return;
    event.preventDefault();
    action(event);
  }
  document.addEventListener("keydown", down);
  return () => document.removeEventListener("keydown", down);
}

const ways = { "g b": () => (location.hash = "#/board"), "g m": () => (location.hash = "#/map") };

/** A dialog with all keys of a screen. */
export function showKeys(list) {
  const dialog = h("dialog", { class: "keys", "aria-labelledby": "keys-title" });
  const row = ([keys, words]) => h("div", null, h("dt", null, keys.map((key) => h("kbd", null, key))),
    h("dd", null, t(words)));
  replace(dialog, h("h2", { id: "keys-title" }, t("keys.title")),
    h("dl", null, [...list, [["g"], "keys.g"], [["?"], "keys.question"], [["Esc"], "keys.escape"]].map(row)),
    h("div", { class: "row end" },
      h("button", { type: "button", class: "primary", on: { click: () => dialog.close() } }, t("close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
