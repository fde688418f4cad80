/** The form of a step: 核实, 处置 or 核查 with its result; any other step; or a note. Kept while it is filled in. */

import { announce, h, replace } from "../shared/dom.js";
import { StorageFull } from "../shared/store.js";
import { t } from "../shared/words.js";
import { draftOf, dropDraft, saveDraft } from "./drafts.js";
import { addNote, addStep, discard } from "./outbox.js";
import { banner, categoryName, field, gridName, pageHead, showError, stageWords, whyWords } from "./parts.js";
import { photoPicker } from "./photo-picker.js";
import { pendingOf, state, taskOf } from "./state.js";
import { faultsOf, needField, stepBody } from "./step-fields.js";
import { mayTake } from "./stages.js";
import { needsOf, standing, whyNot, workNow, works } from "./work.js";

const otherRoles = ["scene"];
const formNeeds = ["department", "assignee", "until", "original"];

/** The view for a report and a kind: a work, the code of a step, or `note`. `saved()` is called after it was kept. */
export function stepView(report, kind, saved) {
  const task = taskOf(report);
  const key = `step/${report}/${kind}`;
  const draft = draftOf(key, { result: works[kind] || kind === "note" ? "" : kind, reason: "", audience: "inside" });
  const back = `#/case/${report}`;
  const title = works[kind] ? t(`work.${kind}`) : kind === "note" ? t("note.title") : stageWords(kind);
  if (!task) return h("div", null, pageHead(title, back), h("p", null, t("case.unknown")));
  const form = h("form", { novalidate: true, class: "stack", on: { submit: send } });
  const sub = `${categoryName(task.category)} · ${gridName(task.grid)}`;
  const needsPlace = h("div", { class: "stack" });
  const templatePlace = h("div");
  const save = (name) => (event) => {
    draft.values[name] = event.target.value;
    showError(form, name, null);
    saveDraft(draft);
  };
  // What was on the screen when the form was opened is what the step says that its author had seen.
  draft.values.seen = state.details.get(report)?.version ?? task.version;

  const code = () => draft.values.result;
  const needs = () => (code() && kind !== "note" ? needsOf(code()) : []);

  function drawNeeds() {
    const fields = needs().filter((need) => need !== "reason");
    replace(needsPlace, fields.map((need) => needField(need, draft, save, report)));
    const must = form.querySelector("#reason-field .must");
    if (must) must.hidden = !needs().includes("reason");
    replace(templatePlace, templates(code(), draft, form));
  }

  const roles = works[kind]?.roles ?? otherRoles;
  replace(form,
    works[kind] && resultField(results(task, kind), draft, (value) => {
      draft.values.result = value;
      showError(form, "result", null);
      saveDraft(draft);
      drawNeeds();
    }),
    roles.map((role, at) => photoPicker(draft, role, {
      heading: t(`photos.${role}`), note: at === 0 && kind === "handle" ? t("photos.handleHint") : null,
    })),
    needsPlace,
    field("reason", t(kind === "note" ? "field.note" : "field.reason"), (more) => h("textarea", {
      ...more, rows: "3", value: draft.values.reason ?? "", on: { input: save("reason") },
    }), { required: kind !== "note" }),
    templatePlace,
    audienceField(draft),
    h("div", { id: "fault", role: "alert" }),
    h("button", { type: "submit", class: "primary large" }, t(state.net === "offline" ? "saveOffline" : "save")),
    h("p", { class: "muted small" }, t("saveHint")));
  drawNeeds();

  async function send(event) {
    event.preventDefault();
    const values = draft.values;
    const faults = kind === "note" ? noteFaults(draft) : faultsOf(values, code(), needs());
    for (const id of ["result", "reason", ...formNeeds]) showError(form, id, faults[id]);
    const wrong = Object.keys(faults);
    if (wrong.length) {
      announce(t("fault.some", { n: wrong.length }));
      return form.querySelector(faults.result ? "[name=result]" : "[aria-invalid=true]")?.focus();
    }
    const submit = form.querySelector("[type=submit]");
    if (submit.disabled) return null;
    submit.disabled = true;
    try {
      const { category = null, grid = null } = task;
      const words = { category, grid, result: code() || "note", reason: values.reason, kind, values };
      const base = { report, photos: draft.photos, words };
      if (kind === "note") await addNote({ ...base, text: values.reason.trim(), audience: values.audience });
      else await addStep({ ...base, seen: values.seen, values: stepBody(code(), values, needs(), state.me) });
      if (draft.replaces) await discard(draft.replaces);
      await dropDraft(draft);
      saved(kind === "note" ? "note" : "step");
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof StorageFull)) throw error;
      replace(form.querySelector("#fault"), banner("bad", t("full.title"), t("full.what")));
    }
    return null;
  }
  return h("div", { class: "stack" }, pageHead(title, back, sub),
    draft.replaces && banner("info", t("changing.title"), t("changing.what")), hindrance(task, kind), form);
}

/** For whom the words are: for staff, unless the reporter may read them too. */
function audienceField(draft) {
  const change = (event) => {
    draft.values.audience = event.target.checked ? "public" : "inside";
    saveDraft(draft);
  };
  const checked = draft.values.audience === "public";
  return h("label", { class: "check" },
    h("input", { type: "checkbox", id: "audience", checked, on: { change } }), t("field.audience"));
}

/** That this work is not possible where the case stands by now, if so. What was filled in can still be kept. */
function hindrance(task, kind) {
  const { stage, next } = standing(task, pendingOf(task.report));
  const reason = whyNot(stage, next, state.me.groups).find((one) => one.kind === kind);
  return reason ? banner("warn", whyWords(reason)) : null;
}

/** The results that this person may choose where the case stands; all of the work's if the case is not known well. */
function results(task, kind) {
  const { next } = standing(task, pendingOf(task.report));
  const now = workNow(next, state.me.groups);
  if (now?.kind === kind && now.mine.length) return now.mine;
  return works[kind].results.filter((code) => mayTake(code, state.me.groups));
}

function resultField(codes, draft, choose) {
  return h("fieldset", { class: "results", id: "result", "aria-describedby": "result-error" },
    h("legend", null, t("field.result")),
    codes.map((code) => h("label", { class: "choice" },
      h("input", { type: "radio", name: "result", value: code, checked: draft.values.result === code,
        on: { change: () => choose(code) } }),
      h("span", null, h("strong", null, t(`result.${code}`)), h("small", null, t(`result.${code}.about`))))),
    h("p", { class: "error", id: "result-error", hidden: true }));
}

/** Texts that are often written for this step. A tap puts one into the field. */
function templates(code, draft, form) {
  const found = state.templates.filter((one) => one.step === code);
  if (!found.length) return null;
  const put = (one) => () => {
    const area = form.querySelector("#reason");
    area.value = area.value.trim() ? `${area.value.trim()} ${one.text}` : one.text;
    draft.values.reason = area.value;
    draft.values.audience = one.audience;
    form.querySelector("#audience").checked = one.audience === "public";
    showError(form, "reason", null);
    saveDraft(draft);
    area.focus();
  };
  return h("div", { class: "templates" }, h("p", { class: "label" }, t("templates")),
    found.map((one) => h("button", { type: "button", class: "template", on: { click: put(one) } }, one.text)));
}

function noteFaults(draft) {
  const faults = faultsOf(draft.values, "note", []);
  if (!draft.values.reason.trim() && !draft.photos.length) faults.reason = t("fault.note");
  return faults;
}
