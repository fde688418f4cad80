/** How items of a queue are written: the item in one table, the bytes of its photos in another. */

/** The photos as they are kept: each file once, its small picture as bytes (some phones lose Blobs that they kept). */
export async function ready(photos) {
  const seen = new Map();
  for (const photo of photos) {
    if (seen.has(photo.sha256)) continue;
    const blob = photo.thumbnail instanceof Blob;
    const thumbnail = blob ? await photo.thumbnail.arrayBuffer() : photo.thumbnail ?? null;
    seen.set(photo.sha256, { role: "scene", uploadURL: null, sentBytes: 0, state: "waiting", ...photo, thumbnail });
  }
  return [...seen.values()];
}

/** Writes an item in `tx`. `before`: the photos that it had. Bytes of those that are gone or attached are deleted. */
export async function putItem(tx, item, before) {
  const photos = [];
  for (const { bytes, ...photo } of item.photos) {
    if (bytes) {
      await tx.put("bytes", { id: item.id, sha256: photo.sha256, bytes });
      photo.size = bytes.byteLength;
    }
    photos.push({ uploadURL: null, sentBytes: 0, state: "waiting", ...photo });
  }
  const still = new Set(photos.map((photo) => photo.sha256));
  for (const photo of before) if (!still.has(photo.sha256)) await tx.remove("bytes", [item.id, photo.sha256]);
  for (const photo of photos) if (photo.state === "attached") await tx.remove("bytes", [item.id, photo.sha256]);
  const row = { ...item, photos };
  await tx.put("items", row);
  return row;
}
