/** Opens an item that waits here in its form again, with its photos; it goes when the form is saved anew. */

import { draftFrom } from "./drafts.js";
import { bytesOf } from "./outbox.js";

/** The form in which an item was made, as a key of drafts and a route. */
function formOf(item) {
  const { report, words } = item.meta;
  if (item.kind === "report") return { key: "report", route: words.urgent ? "#/urgent" : "#/new" };
  return { key: `step/${report}/${words.kind}`, route: `#/step/${report}/${words.kind}` };
}

/** Fills the form with what the item says, and goes there. A claim has no form: send it again, or delete it. */
export async function editItem(item) {
  const { key, route } = formOf(item);
  const photos = [];
  for (const { sha256, type, role, about, thumbnail } of item.photos) {
    const bytes = await bytesOf(item.id, sha256);
    if (bytes) photos.push({ bytes, sha256, type, role, about, thumbnail });
  }
  await draftFrom(key, { ...item.meta.words.values }, photos, item);
  location.hash = route;
}
