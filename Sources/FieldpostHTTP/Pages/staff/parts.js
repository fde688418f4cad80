/** Small pieces that several views use. */

import { h } from "../shared/dom.js";
import { language, pick, setLanguage, t } from "../shared/words.js";
import { stageName } from "./stages.js";
import { state } from "./state.js";
import { deadlineWords } from "./time.js";

/** The name of a category in the language of the page. */
export function categoryName(code, label) {
  const found = label ?? state.form.categories.find((one) => one.code === code);
  return pick(found) || code || t("category.none");
}

/** The name of a grid, as the form or the organisation gives it. */
export function gridName(code) {
  if (!code) return t("grid.none");
  const found = state.form.grids.find((one) => one.code === code)
    ?? state.organisation.grids.find((one) => one.code === code);
  return found?.zh ?? code;
}

/** The name of a stage, by what the node says or by the table. */
export const stageWords = (code, label) => (label?.known ? pick(label) : stageName(code, language()));

/** The name of a work group. */
export const groupName = (code) => t(`group.${code}`);

/** Names with the comma of the language. */
export const joined = (names) => names.filter(Boolean).join(t("comma"));

/** Names of stages, with the comma of the language. */
export const stagesWords = (codes) => joined(codes.map((code) => stageWords(code)));

/** Why a work is not possible now, of what `whyNot` gives. */
export function whyWords({ kind, group, stage, after }) {
  const work = t(`work.${kind}`);
  if (group) return t("why.group", { work, group: groupName(group) });
  return t("why.stage", { work, stage: stageWords(stage), after: stagesWords(after) });
}

/** Short facts beside each other. */
export const dotted = (facts) => facts.filter(Boolean).join(" · ");

/** Who took which step, for which department: of a branch of a case, or of what is kept of one. */
export function whoDidWhat({ author, step, label, department }) {
  const values = { author: author ?? t("somebody"), step: stageWords(step, label), department };
  return t(department ? "dispute.oneOf" : "dispute.one", values);
}

/** A word in a small box; tone: late, soon, paused, done, calm, urgent, waits. */
export const chip = (words, tone = "calm") => h("span", { class: `chip ${tone}` }, words);

/** The deadline of a task as a chip, or nothing. */
export function deadlineChip(deadline) {
  const found = deadlineWords(deadline);
  return found && chip(found.words, found.tone);
}

/** A message that stands in the page. tone: info, warn, bad. */
export const banner = (tone, title, ...rest) => h("div", { class: `notice ${tone}` },
  h("strong", null, title), rest.filter(Boolean).map((one) => h("div", null, one)));

/** A button. `props` as of `h`; the kind is primary, danger, quiet or plain. */
export const button = (words, kind, click, props = {}) =>
  h("button", { type: "button", ...props, class: `button ${kind} ${props.class ?? ""}`.trim(), on: { click } }, words);

/** A link that looks like a button. */
export const linkButton = (words, kind, href, props = {}) => h("a", { ...props, class: `button ${kind}`, href }, words);

/** The head of a page below the first one, with the way back. */
export const pageHead = (title, back, sub = null) => h("div", { class: "page-head" },
  h("a", { class: "back", href: back }, h("span", { "aria-hidden": "true" }, "‹ "), t("back")),
  h("h1", { tabindex: "-1", id: "title" }, title), sub && h("p", { class: "sub" }, sub));

/** A field with its label, its hint and the place for its error. `make(attributes)` makes the control. */
export function field(id, label, make, { hint = null, required = false } = {}) {
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  return h("div", { class: "field", id: `${id}-field` },
    h("label", { for: id }, label, required && h("span", { class: "must" }, t("required"))),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    make({ id, "aria-describedby": described, "aria-required": required ? "true" : null }),
    h("p", { class: "error", id: `${id}-error`, hidden: true }));
}

/** Shows an error beside a field, or takes it away. */
export function showError(root, id, words) {
  const place = root.querySelector(`#${id}-error`);
  if (!place) return;
  place.hidden = !words;
  place.textContent = words ?? "";
  const control = root.querySelector(`#${id}:not(fieldset)`);
  if (words) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
}

/** Options of a select, with one that says that nothing is chosen. */
export const options = (list, none) => [
  none === undefined ? null : h("option", { value: "" }, none),
  ...list.map(({ code, words }) => h("option", { value: code }, words)),
];

/** Changes to the other language, whose name is on it. */
export function languageButton() {
  const other = language() === "en" ? "zh" : "en";
  return h("button", { type: "button", id: "language", lang: other === "en" ? "en" : "zh-CN",
    on: { click: () => setLanguage(other) } }, other === "en" ? "English" : "中文");
}
