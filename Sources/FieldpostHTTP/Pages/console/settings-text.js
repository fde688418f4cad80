/** A large text field with line numbers, in which Tab writes a tab, and a line can be marked. */

import { h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";

const numbered = 20000; // lines that are numbered at most

export class TextArea {
  element;
  #area;
  #numbers;
  #lines = 0;
  #marked = null;
  #escaped = false;
  #change;

  /** `change()` is called after each change of the text. */
  constructor(text, { label, isClosed, change }) {
    this.#change = change;
    this.#numbers = h("div", { class: "settings-numbers", "aria-hidden": "true" });
    this.#area = h("textarea", { class: "settings-area", "aria-label": label, spellcheck: "false", wrap: "off",
      autocapitalize: "off", autocomplete: "off", readonly: Boolean(isClosed), value: text, on: {
        input: () => this.#typed(),
        scroll: () => (this.#numbers.scrollTop = this.#area.scrollTop),
        keydown: (event) => this.#key(event),
      } });
    this.element = h("div", { class: "settings-frame" }, this.#numbers, this.#area);
    this.#number();
  }

  get text() {
    return this.#area.value;
  }

  set text(text) {
    this.#area.value = text;
    this.#typed();
  }

  /** A button that writes a tab, for those who have no such key. */
  tabButton() {
    return h("button", { type: "button", on: { click: () => {
      this.#insert("\t");
      this.#area.focus();
    } } }, t("settings.tab"));
  }

  /** Marks a line, by its number from 1, and shows it. Null: no line. */
  mark(line) {
    this.#numbers.children[(this.#marked ?? 0) - 1]?.classList.remove("wrong");
    this.#marked = line;
    this.#area.setAttribute("aria-invalid", String(line !== null));
    if (line === null) return;
    this.#numbers.children[line - 1]?.classList.add("wrong");
    const lines = this.text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.#area.focus();
    this.#area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = this.#area.scrollHeight / Math.max(1, lines.length);
    this.#area.scrollTop = Math.max(0, (line - 4) * height);
  }

  #typed() {
    this.#number();
    this.#change();
  }

  #number() {
    const lines = Math.min(numbered, this.text.split("\n").length);
    if (lines === this.#lines) return;
    this.#lines = lines;
    replace(this.#numbers, Array.from({ length: lines }, (_, index) => h("span", null, String(index + 1))));
    this.#numbers.scrollTop = this.#area.scrollTop;
  }

  /** Tab writes a tab. After Esc it leaves the field, so that the keyboard is not caught here. */
  #key(event) {
    if (event.key === "Escape") this.#escaped = true;
    else if (event.key === "Tab" && !event.shiftKey && !this.#escaped && !this.#area.readOnly) {
      event.preventDefault();
      this.#insert("\t");
    } else if (event.key !== "Tab" && event.key !== "Shift") this.#escaped = false;
  }

  #insert(text) {
    const { selectionStart: start, selectionEnd: end } = this.#area;
    this.#area.setRangeText(text, start, end, "end");
    this.#typed();
  }
}
