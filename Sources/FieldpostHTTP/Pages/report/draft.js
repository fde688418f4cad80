/** The draft: what it says, what it lacks, and how it ends. */

import { t } from "../shared/words.js";
import { keepDraftNow, keepPhotos } from "./database.js";
import { change, emptyDraft, state } from "./state.js";

/** The words of the report as they are sent: with the place that was described. */
export function fullText(draft) {
  const place = draft.place.trim();
  return [draft.text.trim(), place && `${t("placePrefix")}${place}`].filter(Boolean).join("\n");
}

/** What is missing or too long in the draft: {field: key of words}. Empty when it can be sent. */
export function faultsOf(draft) {
  const faults = {};
  const limit = state.form?.limits?.text_bytes ?? 4096;
  if (!draft.text.trim() && draft.photos.length === 0) faults.text = "needWordsOrPhoto";
  if (new TextEncoder().encode(fullText(draft)).length > limit) faults.text = "textTooLong";
  if (draft.category === null) faults.category = "needCategory";
  if (!draft.grid && !draft.place.trim() && !draft.location) faults.place = "needPlace";
  if (new TextEncoder().encode(draft.name).length > 96) faults.contact = "nameTooLong";
  if (new TextEncoder().encode(draft.phone).length > 32) faults.contact = "phoneTooLong";
  return faults;
}

/** Empties the form. */
export async function forgetDraft() {
  change((now) => {
    now.draft = emptyDraft();
    now.faults = {};
    now.nearby = null;
  });
  await keepDraftNow();
  await keepPhotos();
}
