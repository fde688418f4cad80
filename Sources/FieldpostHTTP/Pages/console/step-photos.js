/** Photos that go with a step or a note: chosen here, made smaller, sent, and attached with their role. */

import { h, replace } from "../shared/dom.js";
import { readPhoto, UnreadableFile } from "../shared/photos.js";
import { t } from "../shared/words.js";
import { names } from "./names.js";

const roles = ["scene", "close", "far", "before", "after"];

/** The role that photos of a step usually have. */
const usualRole = { feedback: "after", verified: "after", handling: "before", rework: "after" };

/** A chooser. `chosen()` gives the photos; `useStep(code)` sets the role that fits. */
export function photoChooser() {
  let photos = [];
  const list = h("ul", { class: "thumbs" });
  const fault = h("p", { class: "error small", role: "alert", hidden: true });
  const role = h("select", { "aria-label": t("photo.role") }, roles.map((code) => h("option", { value: code },
    t(`photo.${code}`))));
  const input = h("input", { type: "file", accept: "image/*,video/mp4,video/quicktime", multiple: true, class: "unseen",
    on: { change: take } });

  async function take(event) {
    fault.hidden = true;
    const as = role.value;
    const reads = [...event.target.files].map((file) => readPhoto(file));
    event.target.value = "";
    for (const read of reads) {
      try {
        const photo = await read;
        const limit = names.limits.file_bytes;
        if (limit && photo.bytes.byteLength > limit) say(t("photo.large"));
        else if (!photos.some((one) => one.sha256 === photo.sha256)) photos.push({ ...photo, role: as });
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        say(t("photo.unreadable"));
      }
      draw();
    }
  }

  function say(words) {
    fault.textContent = words;
    fault.hidden = false;
  }

  function draw() {
    for (const one of list.querySelectorAll("img")) URL.revokeObjectURL(one.src);
    replace(list, photos.map((photo) => h("li", null,
      photo.thumbnail ? h("img", { src: URL.createObjectURL(photo.thumbnail), alt: t(`photo.${photo.role}`) })
        : h("span", { class: "clip" }, t("photo.clip")),
      h("span", { class: "small" }, t(`photo.${photo.role}`)),
      h("button", { type: "button", class: "quiet small", "aria-label": t("photo.remove"), on: { click: () => {
        photos = photos.filter((one) => one !== photo);
        draw();
      } } }, "×"))));
  }

  return {
    view: h("div", { class: "field" }, h("span", { class: "label" }, t("photo.add")), h("div", { class: "row" }, role,
      h("label", { class: "button small file" }, t("photo.choose"), input)), list, fault),
    chosen: () => photos,
    useStep: (code) => (role.value = usualRole[code] ?? "scene"),
    remove(photo) {
      photos = photos.filter((one) => one !== photo);
      draw();
    },
  };
}

/** Sends a photo and attaches it to a report. A repeat changes nothing: the photo is named by its hash. */
export async function attachPhoto(app, report, photo) {
  await app.call("PUT", `/v1/blobs/${photo.sha256}`, {
    body: photo.bytes, headers: { "content-type": photo.type }, timeout: 120000,
  });
  const json = { sha256: photo.sha256, role: photo.role };
  if (photo.takenAt) json.captured_at = photo.takenAt;
  if (photo.place) json.location = photo.place;
  await app.call("POST", `/v1/reports/${report}/attachments`, {
    json, headers: { "idempotency-key": `${report}/${photo.sha256}`, prefer: "return=minimal" },
  });
}
