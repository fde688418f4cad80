/** Photos of a form: taken or chosen, read at once, kept in the draft, shown small, and taken out again. */

import { announce, h, replace } from "../shared/dom.js";
import { readPhoto, UnreadableFile } from "../shared/photos.js";
import { sizeText, t } from "../shared/words.js";
import { saveDraft } from "./drafts.js";
import { state } from "./state.js";

const mostPhotos = () => state.form.limits.files ?? 9;

/** A group of photos of one role. `draft.photos` is shared by all groups of a form. */
export function photoPicker(draft, role, { heading, note = null }) {
  const list = h("ul", { class: "thumbs" });
  const status = h("p", { class: "hint", role: "status" });
  const error = h("p", { class: "error", role: "alert", hidden: true });

  function draw() {
    replace(list, draft.photos.filter((photo) => photo.role === role).map(item));
  }

  function item(photo) {
    const remove = () => {
      draft.photos = draft.photos.filter((one) => one !== photo);
      saveDraft(draft, true);
      draw();
      announce(t("photo.removed"));
    };
    return h("li", null, small(photo),
      h("button", { type: "button", class: "remove", "aria-label": t("photo.remove"), on: { click: remove } }, "×"));
  }

  async function take(event) {
    const files = [...event.target.files];
    error.hidden = true;
    const words = [];
    status.textContent = t("photo.reading", { n: files.length });
    const reads = files.map((file) => readPhoto(file)); // all at once: a File goes stale on some phones
    event.target.value = "";
    for (const read of reads) {
      try {
        const fault = await put(await read);
        if (fault) words.push(fault);
      } catch (caught) {
        if (!(caught instanceof UnreadableFile)) throw caught;
        words.push(t("photo.unreadable"));
      }
      draw();
    }
    status.textContent = "";
    error.textContent = [...new Set(words)].join(" ");
    error.hidden = words.length === 0;
    if (words.length === 0) announce(t("photo.added", { n: draft.photos.length }));
  }

  async function put(photo) {
    const limit = state.form.limits.file_bytes;
    if (draft.photos.some((one) => one.sha256 === photo.sha256)) return t("photo.twice");
    if (draft.photos.length >= mostPhotos()) return t("photo.full", { n: mostPhotos() });
    if (limit && photo.bytes.byteLength > limit) {
      return t("photo.large", { size: sizeText(photo.bytes.byteLength), limit: sizeText(limit) });
    }
    const thumbnail = photo.thumbnail ? await photo.thumbnail.arrayBuffer() : null;
    const { bytes, sha256, type } = photo;
    draft.photos.push({ bytes, sha256, type, role, thumbnail, about: aboutOf(photo) });
    if ((await saveDraft(draft, true)) === false) return t("photo.notKept");
    return null;
  }

  const input = (words, attributes) => h("label", { class: "button plain file" }, words,
    h("input", { type: "file", class: "unseen", ...attributes, on: { change: take } }));
  draw();
  return h("fieldset", { class: "photos" }, h("legend", null, heading), note && h("p", { class: "hint" }, note), list,
    h("div", { class: "row" },
      input(t("photo.camera"), { accept: "image/*", capture: "environment" }),
      input(t("photo.choose"), { accept: "image/*,video/*", multiple: true })),
    status, error);
}

/** What the attaching request says of the taking of a photo, which scaling removed from the photo itself. */
function aboutOf({ takenAt, place, heading }) {
  const about = {};
  if (takenAt) about.captured_at = takenAt;
  if (place) about.location = place;
  if (place && heading !== null && heading !== undefined) about.heading = heading;
  return about;
}

const urls = new Map(); // small pictures of this visit, by SHA-256

/** A small picture of a photo that is on this phone, or a sign for a clip. */
export function small(photo) {
  const name = t(`role.${photo.role}`);
  if (!photo.thumbnail) return h("span", { class: "clip" }, photo.type?.startsWith("video/") ? t("photo.clip") : name);
  if (!urls.has(photo.sha256)) {
    urls.set(photo.sha256, URL.createObjectURL(new Blob([photo.thumbnail], { type: "image/jpeg" })));
  }
  return h("img", { src: urls.get(photo.sha256), alt: name, width: "96", height: "96" });
}
