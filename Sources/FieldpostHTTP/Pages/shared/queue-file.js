/** A queue as a file: JSON lines with photos in Base64. It has the secrets of its receipts. */

import { base64, fromBase64 } from "./ids.js";

/** All of `queue` that was not sent, as a Blob. */
export async function exportQueue(queue) {
  const lines = [`${JSON.stringify({ fieldpost: "queue", version: 1 })}\n`];
  for (const item of await queue.items()) {
    if (item.state === "sent") continue;
    const photos = [];
    for (const { thumbnail, inMemory, ...photo } of item.photos) {
      const bytes = await queue.bytes(item.id, photo.sha256);
      photos.push(bytes ? { ...photo, data: base64(new Uint8Array(bytes)) } : photo);
    }
    lines.push(`${JSON.stringify({ ...item, photos })}\n`);
  }
  return new Blob(lines, { type: "application/x-ndjson" });
}

/**
 * Adds the items of such a file. Those that are there already are left as they are, and keys stay the same, so nothing
 * counts twice. `also(tx, item)` as in `Queue.add`. Returns the number of new items. Throws `SyntaxError` for another
 * file.
 */
export async function importQueue(queue, blob, also) {
  const lines = (await blob.text()).split("\n").filter((line) => line.trim());
  const head = JSON.parse(lines[0] ?? "null");
  if (head?.fieldpost !== "queue") throw new SyntaxError("not a queue");
  const read = lines.slice(1).map((line) => JSON.parse(line));
  const known = new Set((await queue.items()).map((item) => item.id));
  let count = 0;
  for (const item of read.sort((a, b) => a.order - b.order)) {
    if (typeof item.id !== "string" || known.has(item.id)) continue;
    const photos = (item.photos ?? []).map(({ data, ...photo }) => (
      data ? { ...photo, bytes: fromBase64(data).buffer, uploadURL: null, sentBytes: 0 } : photo));
    await queue.add({ ...item, photos, tried: true }, also && ((tx) => also(tx, item)));
    known.add(item.id);
    count += 1;
  }
  return count;
}
