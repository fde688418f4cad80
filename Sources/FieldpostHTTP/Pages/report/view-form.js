/** The form: photos, words, category, place, contact. */

import { $, announce, h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { keepDraft, keepDraftNow } from "./database.js";
import { faultsOf, forgetDraft } from "./draft.js";
import { loaded } from "./later.js";
import { change, part, state } from "./state.js";
import { categoryView } from "./view-category.js";
import { photosView } from "./view-photos.js";
import { placeView } from "./view-place.js";

/** The view of `#/`. */
export function formView() {
  return h("form", { class: "stack", novalidate: true, on: { submit: check } },
    state.draft.editing && editingNotice(),
    h("p", { class: "muted small" }, t("intro")),
    card(photosView()),
    card(wordsView()),
    card(categoryView()),
    card(placeView()),
    part((now) => [now.draft.category, now.draft.grid, now.draft.editing, now.late], () => {
      void loaded()?.loadNearby();
      return null;
    }),
    part((now) => [now.nearby, now.late], () => loaded()?.nearbyView()),
    part((now) => now.form?.contact, () => state.form?.contact !== false && card(contactView())),
    part((now) => now.faults, summary, { class: "tight" }),
    h("button", { class: "primary large", id: "to-check" }, t("toCheck")));
}

function card(content) {
  return h("div", { class: "card" }, content);
}

function editingNotice() {
  return h("div", { class: "notice spread" },
    h("span", null, t("editingQueued")),
    h("button", { type: "button", on: { click: () => void leaveEditing() } }, t("stopEditing")));
}

async function leaveEditing() {
  await forgetDraft();
  self.location.hash = "#/queue";
}

function wordsView() {
  return h("div", { class: "tight" },
    h("label", { class: "label", for: "words" }, t("whatIsWrong")),
    h("textarea", {
      id: "words", rows: 3, placeholder: t("wordsExample"), value: state.draft.text, "aria-describedby": "words-fault",
      on: {
        input: (event) => {
          state.draft.text = event.target.value;
          if (state.faults.text) change((now) => (now.faults = { ...now.faults, text: null }));
          keepDraft();
        },
      },
    }),
    part((now) => now.faults.text, () => state.faults.text && h("p", { class: "error" }, t(state.faults.text)),
      { id: "words-fault" }));
}

function contactView() {
  const field = (name, label, props) => h("div", null,
    h("label", { class: "label", for: `contact-${name}` }, t(label)),
    h("input", {
      id: `contact-${name}`, value: state.draft[name], ...props,
      on: {
        input: (event) => {
          state.draft[name] = event.target.value;
          keepDraft();
        },
      },
    }));
  return h("details", { open: Boolean(state.draft.name || state.draft.phone) },
    h("summary", null, t("contactOptional")),
    h("div", { class: "stack" },
      h("p", { class: "small muted" }, t("contactPrivacy")),
      field("name", "contactName", { autocomplete: "name", maxlength: 30 }),
      field("phone", "contactPhone", { autocomplete: "tel", inputmode: "tel", maxlength: 30 }),
      part((now) => now.faults.contact, () => (
        state.faults.contact && h("p", { class: "error" }, t(state.faults.contact))))));
}

/** The fields that may have faults, and where each one is. */
const fields = [
  ["text", "words"],
  ["category", "category-title"],
  ["place", "place-title"],
  ["contact", "contact-name"],
];

/** All that is missing, right above the button. Each line leads to its field. */
function summary() {
  const missing = fields.filter(([name]) => state.faults[name]);
  if (missing.length === 0) return null;
  return h("div", { class: "notice bad", role: "alert" },
    h("p", null, h("strong", null, t("notYet"))),
    h("ul", null, missing.map(([name, id]) => h("li", null,
      h("button", { type: "button", class: "quiet jump", on: { click: () => goTo(id) } }, t(state.faults[name]))))));
}

function goTo(id) {
  const element = $(id);
  element?.closest("details")?.setAttribute("open", "");
  element?.focus();
  element?.scrollIntoView({ block: "center" });
}

async function check(event) {
  event.preventDefault();
  if (state.busy > 0) return announce(t("readingPhotos", { n: state.busy }));
  const faults = faultsOf(state.draft);
  change((now) => (now.faults = faults));
  const first = fields.find(([name]) => faults[name]);
  if (first) return goTo(first[1]);
  await keepDraftNow();
  self.location.hash = "#/check";
}
