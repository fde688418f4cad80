/** Takes photos and clips into the draft. */

import { readPhoto, UnreadableFile } from "../shared/photos.js";
import { announce } from "../shared/dom.js";
import { t, sizeText } from "../shared/words.js";
import { keepDraft } from "./database.js";
import { isClip, mostFiles } from "./pictures.js";
import { change, state } from "./state.js";

/**
 * Takes the files that `startReading` began, and calls `add(photo)` for each that fits; `present` are the ones that are
 * there. Returns a text for the person, or null if all were taken.
 */
export async function readFiles(started, present, original, add) {
  const list = [...present];
  let fault = null;
  for (const one of started) {
    const clip = one.type.startsWith("video/");
    if (list.length >= mostFiles()) fault = t("tooManyPhotos", { n: mostFiles() });
    else if (list.some(isClip) || (clip && list.length > 0)) fault = t("clipAlone");
    else if (one.size > (state.form?.limits?.file_bytes ?? 200 * 1024 * 1024)) {
      fault = t("fileTooLarge", { size: sizeText(state.form?.limits?.file_bytes ?? 200 * 1024 * 1024) });
    } else {
      try {
        const read = await readPhoto({ type: one.type, arrayBuffer: () => one.data }, { original });
        const thumbnail = await read.thumbnail?.arrayBuffer() ?? null;
        const photo = { ...read, thumbnail, original };
        if (list.some(({ sha256 }) => sha256 === photo.sha256)) continue;
        list.push(photo);
        add(photo);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        fault = t("unreadable", { name: one.name });
      }
    }
  }
  return fault;
}

/** Takes files that `startReading` began into the draft, and says how it went. */
export async function addToDraft(started) {
  let fault = null;
  try {
    fault = await readFiles(started, state.draft.photos, state.draft.original, (photo) => {
      change((now) => {
        now.draft.photos = [...now.draft.photos, photo];
        now.faults = { ...now.faults, text: null };
      });
    });
  } finally {
    change((now) => {
      now.busy -= started.length;
      now.photoFault = fault;
    });
    keepDraft();
  }
  announce(fault ?? t("photosNow", { n: state.draft.photos.length }));
}
