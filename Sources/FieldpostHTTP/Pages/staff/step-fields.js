/** The fields that a step may need beyond its result: department, person, deadline, the report that it joins. */

import { h } from "../shared/dom.js";
import { language, t } from "../shared/words.js";
import { categoryName, dotted, field, gridName, options } from "./parts.js";
import { state } from "./state.js";

/** Names of people from the organisation, without repeats. */
function people() {
  const { groups, departments, grids } = state.organisation;
  return [...new Set([...groups, ...departments, ...grids].flatMap((unit) => unit.members))];
}

const unitWords = (unit) => (language() === "en" && unit.en ? unit.en : unit.zh);

const makers = {
  department: (draft, save) => field("department", t("field.department"), (more) => {
    const list = state.organisation.departments.map((unit) => ({ code: unit.code, words: unitWords(unit) }));
    if (!list.length) return text("department", more, draft, save);
    return h("select", { ...more, value: draft.values.department ?? "", on: { change: save("department") } },
      options(list, t("choose")));
  }, { required: true }),

  assignee: (draft, save) => field("assignee", t("field.assignee"), (more) => h("span", null,
    text("assignee", { ...more, list: "people", maxlength: "256" }, draft, save),
    h("datalist", { id: "people" }, people().map((name) => h("option", { value: name })))),
  { hint: t("field.assigneeHint"), required: true }),

  until: (draft, save) => field("until", t("field.until"), (more) => h("input", {
    ...more, type: "datetime-local", value: draft.values.until ?? "", on: { input: save("until") },
  }), { hint: t("field.untilHint"), required: true }),

  original: (draft, save, report) => field("original", t("field.original"), (more) => {
    const others = state.tasks.filter((task) => task.report !== report);
    const category = state.tasks.find((task) => task.report === report)?.category;
    const isSame = (task) => task.category === category;
    const first = [...others.filter(isSame), ...others.filter((task) => !isSame(task))];
    const words = (task) => dotted([categoryName(task.category), gridName(task.grid), task.text?.slice(0, 20)]);
    return h("select", { ...more, value: draft.values.original ?? "", on: { change: save("original") } },
      options(first.map((task) => ({ code: task.report, words: words(task) })), t("choose")));
  }, { hint: t("field.originalHint"), required: true }),
};

const text = (name, more, draft, save) =>
  h("input", { ...more, type: "text", value: draft.values[name] ?? "", on: { input: save(name) } });

/** The field for one need of a step. `save(name)` makes a listener that keeps the value in the draft. */
export const needField = (need, draft, save, report) => makers[need]?.(draft, save, report) ?? null;

/** What is missing or wrong in the fields of a step, by the id of the field. Nothing if all is well. */
export function faultsOf(values, code, needs) {
  const faults = {};
  if (!code) faults.result = t("fault.result");
  const limit = state.form.limits.text_bytes ?? 4096;
  const bytes = new TextEncoder().encode(values.reason ?? "").length;
  if (bytes > limit) faults.reason = t("fault.long", { n: bytes - limit });
  for (const need of needs) {
    const value = (values[need] ?? "").trim();
    if (!value) faults[need] = t(`fault.${need}`);
    else if (need === "until" && !Number.isFinite(Date.parse(zoned(value)))) faults.until = t("fault.until");
  }
  return faults;
}

/** What people pick is a time of Shanghai, whatever zone the phone is in. */
const zoned = (local) => `${local.length === 16 ? `${local}:00` : local}+08:00`;

/** The body of the request for a step, from what was filled in. */
export function stepBody(code, values, needs, me) {
  const body = { step: code };
  const reason = (values.reason ?? "").trim();
  if (reason) {
    body.reason = reason;
    body.audience = values.audience === "public" ? "public" : "inside";
  }
  for (const need of needs) {
    if (need === "until") body.until = new Date(Date.parse(zoned(values.until))).toISOString();
    else if (need !== "reason") body[need] = values[need].trim();
  }
  if (code === "claimed") body.assignee = me.name;
  return body;
}
