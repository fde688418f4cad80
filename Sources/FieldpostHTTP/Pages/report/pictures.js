/** Photos as the page shows them, and the first moment of taking one in. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { state } from "./state.js";

/** How many files one report may have. */
export function mostFiles() {
  return state.form?.limits?.files ?? 9;
}

/** Whether it is a clip. */
export function isClip(photo) {
  return photo.type.startsWith("video/");
}

/**
 * Begins to read files, all at once and before anything else happens: on some phones a file is gone after the first
 * pause. Returns [{name, type, size, data}], where `data` is a promise of the bytes.
 */
export function startReading(files) {
  return [...files].map((file) => {
    const { name, type, size } = file;
    const data = file.arrayBuffer();
    data.catch(() => {}); // told when it is its turn
    return { name, type, size, data };
  });
}

/** The small picture of a photo, or a box with its kind where there is none. */
export function picture(photo, alt) {
  const url = thumbnailURL(photo);
  if (url) return h("img", { src: url, alt, class: "thumbnail" });
  return h("div", { class: "thumbnail empty" }, isClip(photo) ? t("clip") : t("file"));
}

const urls = new Map();

/** An address for the small picture of a photo ({sha256, thumbnail}), always the same; null without a picture. */
export function thumbnailURL({ sha256, thumbnail }) {
  if (!thumbnail) return null;
  const made = urls.get(sha256) ?? URL.createObjectURL(new Blob([thumbnail], { type: "image/jpeg" }));
  urls.set(sha256, made);
  return made;
}
