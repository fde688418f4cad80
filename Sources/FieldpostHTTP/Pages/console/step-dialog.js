/** The dialog of a step, for one case or for many: what it is, what it needs, and what became of it. */

import { announce, h, replace } from "../shared/dom.js";
import { stages } from "../shared/stages.js";
import { t } from "../shared/words.js";
import { toast } from "./frame.js";
import { categoryName, gridName, names, stageWords } from "./names.js";
import { problemWords } from "./problems.js";
import { put } from "./put.js";
import { stepFields, field } from "./step-fields.js";
import { photoChooser } from "./step-photos.js";
import { missing, needsOf, possibleSteps, stepBody, usualStep } from "./step-rules.js";
import { sendSteps } from "./step-send.js";

export { possibleSteps };

const kinds = [["forward", ["step", "final"]], ["back", ["back", "end"]], ["side", ["side"]]];

/**
 * Opens the dialog. `cases`: rows with id, version, stage, category, grid and next. `code`: the step to begin with.
 * `values`: what is filled in already. `originals`: candidates to join. Resolves to the ids for which it was taken, or
 * to null.
 */
export function openStep({ app, cases, code = null, values = {}, originals = [] }) {
  const codes = possibleSteps(cases, app.me);
  if (!codes.length) {
    toast(t(cases.length > 1 ? "step.noneForAll" : "step.none"), "bad");
    return Promise.resolve(null);
  }
  let step = codes.includes(code) ? code : usualStep(cases, codes);
  let done = null;
  const given = { reason: "", isPublic: false, ...values };
  const attempts = new Map(); // id → key: a repeat is the same step
  const keysFor = { step: null };
  const fields = h("div", { class: "stack" });
  const templates = h("div");
  const fault = h("div", { role: "alert" });
  const news = h("div", { role: "status" });
  const photos = cases.length === 1 ? photoChooser() : null;
  const submit = h("button", { type: "submit", class: "primary" });
  const reason = h("textarea", { rows: "3", maxlength: "4000", value: given.reason,
    on: { input: (event) => (given.reason = event.target.value) } });
  const isPublic = h("input", { type: "checkbox", checked: given.isPublic,
    on: { change: (event) => (given.isPublic = event.target.checked) } });
  const choice = h("select", { id: "step-code", value: step, on: { change: (event) => use(event.target.value) } },
    kinds.map(([name, of]) => {
      const some = codes.filter((one) => of.includes(stages.get(one)?.kind ?? "side"));
      return some.length > 0 && h("optgroup", { label: t(`step.kind.${name}`) },
        some.map((one) => h("option", { value: one }, stageWords(one))));
    }));
  const form = h("form", { class: "stack", novalidate: true, on: { submit: send } },
    h("h2", { id: "step-title" }, cases.length > 1 ? t("step.titleMany", { n: cases.length }) : t("step.title")),
    h("p", { class: "muted" }, aboutCases(cases)), news,
    h("div", { class: "field" }, h("label", { class: "label", for: "step-code" }, t("step.which")), choice),
    fields, field("reason", t("step.reason"), reason), templates,
    h("label", { class: "check" }, isPublic, t("step.public")), photos?.view, fault,
    h("div", { class: "row end" },
      h("button", { type: "button", class: "quiet", on: { click: () => dialog.close() } }, t("cancel")), submit));
  const dialog = h("dialog", { class: "step", "aria-labelledby": "step-title" }, form);

  function use(code) {
    step = code;
    replace(fields, stepFields(code, given, cases, { originals, me: app.me }));
    photos?.useStep(code);
    submit.textContent = t("step.do", { step: stageWords(code) });
    const isNeeded = needsOf(code).includes("reason");
    reason.setAttribute("aria-required", String(isNeeded));
    form.querySelector("label[for=step-reason]").textContent = t(isNeeded ? "step.reasonNeeded" : "step.reason");
    const fitting = names.templates.filter((one) => one.step === code);
    put(templates, fitting.length > 0 && h("div", { class: "templates" }, fitting.map((one) =>
      h("button", { type: "button", class: "small", on: { click: () => {
        reason.value = [reason.value.trim(), one.text].filter(Boolean).join(" ");
        given.reason = reason.value;
        isPublic.checked = one.audience === "public";
        given.isPublic = isPublic.checked;
      } } }, one.text))));
  }

  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    const wrong = missing(step, given);
    for (const one of form.querySelectorAll(".error[id]")) one.hidden = true;
    for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const name of wrong) {
      const place = form.querySelector(`#step-${name}-fault`);
      place.textContent = t(`step.missing.${name}`);
      place.hidden = false;
      form.querySelector(`#step-${name}`)?.setAttribute("aria-invalid", "true");
    }
    if (wrong.length) {
      announce(wrong.map((name) => t(`step.missing.${name}`)).join(" "));
      form.querySelector(`#step-${wrong[0]}`)?.focus();
      return;
    }
    if (keysFor.step !== step) attempts.clear();
    keysFor.step = step;
    submit.disabled = true;
    replace(fault);
    try {
      const { taken, refused } = await sendSteps(app, cases, stepBody(step, given), attempts, photos);
      if (taken.length) done = [...(done ?? []), ...taken];
      if (refused.length) {
        cases = cases.filter((one) => !taken.includes(one.id));
        showRefused(taken.length, refused);
      } else {
        toast(t("bulk.done", { n: done.length, step: stageWords(step) }));
        dialog.close();
      }
    } catch (error) {
      replace(fault, h("p", { class: "notice bad" }, problemWords(error)));
    } finally {
      submit.disabled = false;
    }
  }

  function showRefused(n, refused) {
    const title = t("bulk.some", { n, m: refused.length });
    replace(fault, h("div", { class: "notice bad tight" }, h("strong", null, cases.length + n > 1 && title),
      h("ul", { class: "refused" }, refused.map(({ one, words }) =>
        h("li", null, cases.length + n > 1 && h("strong", null, nameOf(one), " "), words)))));
  }

  /** Somebody else did something while this is open. What is sent still says what its author had seen. */
  async function look({ reports, many }) {
    if (cases.length !== 1 || submit.disabled || !(many || reports.some((one) => one.id === cases[0].id))) return;
    const { json } = await app.call("GET", `/v1/reports/${cases[0].id}/case`).catch(() => ({ json: null }));
    if (!json || json.version === cases[0].version || !dialog.open) return;
    put(news, h("div", { class: "notice warn tight" },
      h("p", null, t("step.changed", { stage: stageWords(json.stage, json.label) })),
      h("p", { class: "small" }, t("step.orBeside")),
      h("div", null, h("button", { type: "button", class: "small", on: { click: () => {
        again = [{ ...cases[0], next: json.next, stage: json.stage, version: json.version }];
        dialog.close();
      } } }, t("step.useLatest")))));
  }

  let again = null;
  const off = app.on("changes", look);
  use(step);
  document.body.append(dialog);
  dialog.showModal();
  (needsOf(step).length ? form.querySelector(`#step-${needsOf(step)[0]}`) : submit)?.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    off();
    dialog.remove();
    resolve(again ? openStep({ app, cases: again, code: step, values: given, originals }) : done);
  }));
}

const nameOf = (one) => `${categoryName(one.category)} · ${gridName(one.grid)}`;

function aboutCases(cases) {
  if (cases.length === 1) return `${nameOf(cases[0])} · ${(cases[0].text ?? "").slice(0, 80)}`;
  const counts = new Map();
  for (const one of cases) counts.set(one.category, (counts.get(one.category) ?? 0) + 1);
  return [...counts].slice(0, 6).map(([code, n]) => `${categoryName(code)} ${n}`).join(" · ");
}
