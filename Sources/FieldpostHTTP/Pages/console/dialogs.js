/** Small dialogs with a form: a note, and the change of fields. */

import { h, replace } from "../shared/dom.js";
import { uuid7 } from "../shared/ids.js";
import { pick, t } from "../shared/words.js";
import { toast } from "./frame.js";
import { names } from "./names.js";
import { problemWords } from "./problems.js";
import { field } from "./step-fields.js";
import { attachPhoto, photoChooser } from "./step-photos.js";

/** Shows a form in a dialog. `send()` (async) may throw what `app.call` throws, or return words of what is missing. */
function formDialog(title, parts, doWords, send) {
  const fault = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "primary" }, doWords);
  const form = h("form", { class: "stack", novalidate: true, on: { submit: onSubmit } },
    h("h2", { id: "dialog-title" }, title), parts, fault,
    h("div", { class: "row end" },
      h("button", { type: "button", class: "quiet", on: { click: () => dialog.close() } }, t("cancel")), submit));
  const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);

  async function onSubmit(event) {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    replace(fault);
    try {
      const words = await send();
      if (words) replace(fault, h("p", { class: "error" }, words));
      else dialog.close();
    } catch (error) {
      replace(fault, h("p", { class: "notice bad" }, problemWords(error)));
    } finally {
      submit.disabled = false;
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve();
  }));
}

/** A note, with photos if there are some. */
export function openNote(app, report) {
  const key = uuid7();
  const text = h("textarea", { rows: "4", maxlength: "4000" });
  const isPublic = h("input", { type: "checkbox" });
  const photos = photoChooser();
  let isSent = false;
  return formDialog(t("act.note"), [field("note", t("note.text"), text),
    h("label", { class: "check" }, isPublic, t("step.public")), photos.view], t("save"), async () => {
    const words = text.value.trim();
    if (!words && !photos.chosen().length) return t("note.missing");
    if (words && !isSent) {
      await app.call("POST", `/v1/reports/${report}/notes`, {
        json: { text: words, audience: isPublic.checked ? "public" : "inside" },
        headers: { "idempotency-key": key, prefer: "return=minimal" },
      });
      isSent = true;
    }
    for (const photo of [...photos.chosen()]) {
      await attachPhoto(app, report, photo);
      photos.remove(photo);
    }
    toast(t("note.saved"));
    return null;
  });
}

/** Sets fields of a report. `version` is what the author had seen: a change meanwhile is kept beside this one. */
export function patchReport(app, { id, version }, values, key = uuid7()) {
  return app.call("PATCH", `/v1/reports/${id}`, {
    json: values, headers: { "if-match": `"${version}"`, "idempotency-key": key, prefer: "return=minimal" },
  });
}

/** Changes what a report is about. */
export function openEdit(app, report) {
  const { fields } = report;
  const seen = { id: report.id, version: report.version };
  const key = uuid7();
  const select = (name, list) => h("select", { value: fields[name] ?? "" }, h("option", { value: "" }, t("value.none")),
    fields[name] && !list.some(([code]) => code === fields[name]) && h("option", { value: fields[name] }, fields[name]),
    list.map(([code, words]) => h("option", { value: code }, words)));
  const controls = {
    category: select("category", names.categories.filter((one) => !one.retired).map((one) => [one.code, pick(one)])),
    grid: select("grid", names.grids.map((one) => [one.code, pick(one) || one.code])),
    priority: select("priority", ["normal", "urgent"].map((one) => [one, t(`priority.${one}`)])),
    text: h("textarea", { rows: "5", maxlength: "4000", value: fields.text ?? "" }),
  };
  return formDialog(t("case.editTitle"), Object.entries(controls).map(([name, control]) =>
    field(name, t(`field.${name}`), control)), t("save"), async () => {
    const values = {};
    for (const [name, control] of Object.entries(controls)) {
      const value = control.value.trim() || null;
      if (value !== (fields[name] ?? null)) values[name] = value;
    }
    if (!Object.keys(values).length) return t("edit.same");
    await patchReport(app, seen, values, key);
    toast(t("edit.saved"));
    return null;
  });
}
