/** The photos of the draft: take, look, blacken, take out. */

import { $, h } from "../shared/dom.js";
import { t, sizeText } from "../shared/words.js";
import { later, laterOrWait } from "./later.js";
import { isClip, mostFiles, picture, startReading } from "./pictures.js";
import { change, part, state } from "./state.js";
import { keepDraft } from "./database.js";

/** The section of the form. */
export function photosView() {
  return h("section", { class: "tight", "aria-labelledby": "photos-title" },
    h("h2", { id: "photos-title" }, t("photos")),
    part(
      (now) => [now.draft.photos.map((photo) => photo.sha256), now.busy, now.photoFault],
      () => [grid(), picker(), state.photoFault && h("p", { class: "error", id: "photo-fault" }, state.photoFault)],
      { class: "tight" },
    ),
    h("details", { class: "small" },
      h("summary", null, t("photoOptions")),
      h("label", { class: "check" },
        h("input", {
          type: "checkbox",
          checked: state.draft.original,
          on: { change: (event) => change((now) => (now.draft.original = event.target.checked)) },
        }),
        h("span", null, t("sendOriginal"))),
      h("p", { class: "muted" }, t("photoPrivacy"))));
}

/** The button that opens the camera or the album. */
function picker() {
  const { photos } = state.draft;
  const full = photos.length >= mostFiles() || photos.some(isClip);
  if (state.busy > 0) return h("p", { class: "notice", role: "status" }, t("readingPhotos", { n: state.busy }));
  if (full) return h("p", { class: "muted small" }, photos.some(isClip) ? t("clipAlone") : t("photosFull"));
  return h("div", null,
    h("input", {
      id: "photo-input",
      class: "unseen file",
      type: "file",
      accept: "image/*,video/*",
      multiple: true,
      "aria-describedby": state.photoFault ? "photo-fault" : null,
      on: { change: (event) => void take(event.target.files) },
    }),
    h("label", { for: "photo-input", class: photos.length ? "button" : "button primary large" },
      camera(), photos.length ? t("morePhotos", { n: mostFiles() - photos.length }) : t("takePhoto")));
}

function camera() {
  const look = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round" };
  return h("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true", ...look },
    h("path", { d: "M3 8h4l2-3h6l2 3h4v11H3z" }), h("circle", { cx: 12, cy: 13, r: 3.5 }));
}

function grid() {
  if (state.draft.photos.length === 0) return null;
  return h("ul", { class: "photos" }, state.draft.photos.map((photo, index) => {
    const n = index + 1;
    return h("li", { class: "photo" },
      picture(photo, t("photoN", { n })),
      h("span", { class: "small muted" },
        sizeText(photo.bytes.byteLength), photo.blackened ? ` · ${t("blackened")}` : ""),
      h("div", { class: "row" },
        photo.thumbnail && h("button", {
          type: "button", id: `boxes-${index}`, "aria-label": t("blackenN", { n }),
          on: { click: () => void blackenOne(index) },
        }, t("blacken")),
        h("button", {
          type: "button", id: `drop-${index}`, "aria-label": t("removePhotoN", { n }), on: { click: () => drop(index) },
        }, t("remove"))));
  }));
}

/** The bytes are read at once. Where the part of the page that scales them is not here yet, they wait for it. */
async function take(files) {
  const started = startReading(files);
  let waits = false;
  begin(started.length);
  const { addToDraft } = await laterOrWait(() => {
    waits = true;
    change((now) => {
      now.busy -= started.length;
      now.photoFault = t("photosHeld", { n: started.length });
    });
  });
  if (waits) begin(started.length);
  await addToDraft(started);
}

function begin(count) {
  change((now) => {
    now.busy += count;
    now.photoFault = null;
  });
}

function drop(index) {
  change((now) => (now.draft.photos = now.draft.photos.filter((photo, at) => at !== index)));
  keepDraft();
  $("photo-input")?.focus();
}

async function blackenOne(index) {
  const photo = state.draft.photos[index];
  const { openBoxes } = await later();
  const result = await openBoxes(photo);
  if (!result) return $(`boxes-${index}`)?.focus();
  change((now) => {
    now.draft.photos = now.draft.photos.map((one) => (one === photo ? { ...result, blackened: true } : one));
  });
  keepDraft();
  $(`boxes-${index}`)?.focus();
}
