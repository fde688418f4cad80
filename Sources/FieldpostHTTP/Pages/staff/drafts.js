/** Forms that are being filled in. They are kept as they are typed: phones close a page while the camera is open. */

import { keep, unkeep } from "./kept.js";
import { change, state } from "./state.js";

const timers = new Map();

/** The draft of a form, or a new one: `{key, values, photos, replaces}`. */
export function draftOf(key, values = {}) {
  const kept = state.drafts.get(key);
  if (kept) return kept;
  const draft = { key, values, photos: [], replaces: null };
  state.drafts.set(key, draft);
  return draft;
}

/** Keeps a draft a moment after the last change; `atOnce` for photos. */
export function saveDraft(draft, atOnce = false) {
  clearTimeout(timers.get(draft.key));
  const save = () => state.drafts.get(draft.key) === draft && keep("drafts", draft);
  if (atOnce) return save();
  timers.set(draft.key, setTimeout(save, 300));
  return null;
}

/** Takes over the values of an item that waits, to be changed: the item goes when the form is saved. */
export async function draftFrom(key, values, photos, item) {
  const draft = { key, values, photos, replaces: item.id };
  state.drafts.set(key, draft);
  await keep("drafts", draft);
  change({ drafts: state.drafts });
}

/** Forgets a draft: it was saved to the queue, or the person gave it up. */
export async function dropDraft(draft) {
  clearTimeout(timers.get(draft.key));
  state.drafts.delete(draft.key);
  await unkeep("drafts", draft.key);
}
