/** The fields of a step: what it needs, by its code. */

import { h } from "../shared/dom.js";
import { now } from "../shared/time.js";
import { pick, t } from "../shared/words.js";
import { categoryName, categoryOf, gridName, names, people } from "./names.js";
import { needsOf, tomorrow } from "./step-rules.js";

const units = ["urgent_hours", "office_hours", "working_days", "calendar_days"];

/** A field with its label and the place for its error. */
export function field(id, label, control, { isNeeded = false, hint = null } = {}) {
  control.id = `step-${id}`;
  control.setAttribute("aria-describedby", `step-${id}-fault`);
  if (isNeeded) control.setAttribute("aria-required", "true");
  return h("div", { class: "field", id: `step-${id}-field` },
    h("label", { class: "label", for: `step-${id}` }, label, isNeeded && h("span", { class: "must" }, t("step.must"))),
    hint && h("p", { class: "muted small" }, hint), control,
    h("p", { class: "error small", id: `step-${id}-fault`, hidden: true }));
}

/**
 * The fields for a code. `values` keeps what was filled in. `cases` are those that the step is for; `originals` are
 * candidates for a report that this one joins.
 */
export function stepFields(code, values, cases, { originals = [], me }) {
  const save = (name) => ({ [name === "until" || name === "assignee" ? "input" : "change"]:
    (event) => (values[name] = event.target.value) });
  const option = (value, words) => h("option", { value }, words);
  const makers = {
    department() {
      const list = names.departments.map((unit) => [unit.zh, pick(unit)]);
      const usual = cases[0].departments?.[0] ?? categoryOf(cases[0].category)?.department ?? "";
      if (usual && !list.some(([name]) => name === usual)) list.unshift([usual, usual]);
      values.department ??= cases.every((one) => one.category === cases[0].category) ? usual : "";
      return field("department", t("step.department"), h("select", { value: values.department, on: save("department") },
        option("", t("step.choose")), list.map(([value, words]) => option(value, words))), { isNeeded: true });
    },
    assignee() {
      values.assignee ??= code === "claimed" ? me.name : "";
      return field("assignee", t("step.assignee"), h("input", { type: "text", list: "step-people", maxlength: "256",
        value: values.assignee, on: save("assignee") }), { isNeeded: true });
    },
    until() {
      values.until ??= tomorrow(now());
      return field("until", t("step.until"), h("input", { type: "datetime-local", value: values.until,
        on: save("until") }), { isNeeded: true, hint: t("step.untilHint") });
    },
    original() {
      values.original ??= "";
      const words = (one) => `${categoryName(one.category)} · ${gridName(one.grid)} · ${(one.text ?? "").slice(0, 40)}`;
      return field("original", t("step.original"), h("select", { value: values.original, on: save("original") },
        option("", t("step.choose")), originals.map((one) => option(one.id, words(one)))),
      { isNeeded: true, hint: t(originals.length ? "step.originalHint" : "step.originalNone") });
    },
  };
  return [needsOf(code).map((need) => makers[need]?.()), code === "filed" && limitField(values, cases),
    h("datalist", { id: "step-people" }, people().map((name) => h("option", { value: name })))];
}

/** The limit of a case that is filed: by the catalogue, by one of its conditions, or another one. */
function limitField(values, cases) {
  const isOne = cases.every((one) => one.category === cases[0].category);
  const conditions = isOne ? categoryOf(cases[0].category)?.conditions ?? [] : [];
  values.limitKind ??= "";
  values.unit ??= units[1];
  const other = h("div", { class: "row", hidden: values.limitKind !== "other" },
    h("input", { type: "number", min: "1", max: "999", class: "amount", id: "step-amount", value: values.amount ?? "",
      "aria-label": t("step.amount"), on: { input: (event) => (values.amount = event.target.value) } }),
    h("select", { class: "unit", "aria-label": t("step.unit"), value: values.unit,
      on: { change: (event) => (values.unit = event.target.value) } },
    units.map((unit) => h("option", { value: unit }, t(`unit.${unit}`)))));
  const choice = h("select", { value: values.limitKind, on: { change: (event) => {
    values.limitKind = event.target.value;
    other.hidden = values.limitKind !== "other";
  } } },
  h("option", { value: "" }, t("step.limitUsual")),
  conditions.map((one) => h("option", { value: one.condition }, `${one.condition}（${limitWords(one.limit)}）`)),
  h("option", { value: "other" }, t("step.limitOther")));
  return [field("limit", t("step.limit"), choice), other,
    h("p", { class: "error small", id: "step-amount-fault", hidden: true })];
}

/** "8 office_hours" in words. */
export function limitWords(limit) {
  const [amount, unit] = String(limit ?? "").split(" ");
  return units.includes(unit) ? `${amount} ${t(`unit.${unit}`)}` : limit ?? "";
}
