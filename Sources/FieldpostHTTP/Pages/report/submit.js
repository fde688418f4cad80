/** Makes a queued report of the draft, and a draft of a queued report. */

import { announce } from "../shared/dom.js";
import { readPhoto } from "../shared/photos.js";
import { StorageFull } from "../shared/store.js";
import { keep, keepDraftNow, nextOrder, queue, refresh, rememberReceipt } from "./database.js";
import { forgetDraft, fullText } from "./draft.js";
import { authorizationOf, drawReceipt, receiptOf, reportOf } from "./receipts.js";
import { change, emptyDraft, state } from "./state.js";
import { t } from "../shared/words.js";

const largestSkew = 10 * 60 * 1000;

/** Queues the draft. Returns the secret of its receipt. Throws `StorageFull` when not even the words can be kept. */
export async function submit() {
  await refresh();
  const { draft } = state;
  if (draft.editing) return replaceQueued(draft);
  const same = state.receipts.find((receipt) => receipt.secret === draft.secret);
  if (same && same.text === fullText(draft)) {
    await forgetDraft();
    return same.secret; // another tab was faster
  }
  const { secret, hash, code } = same ? drawReceipt() : receiptOf(draft.secret);
  const id = reportOf(hash);
  const receipt = {
    hash, secret, code, report: id, kind: "report", order: nextOrder(), madeAt: new Date().toISOString(), sent: false,
    category: draft.category, grid: draft.grid, text: fullText(draft), photos: draft.photos.length, view: null,
    thumbnail: draft.photos[0]?.thumbnail ?? null,
  };
  const item = {
    id, kind: "report", report: id, receipt: hash,
    request: { method: "POST", path: "/v1/reports", json: requestOf(draft, id, hash) },
    attach: { path: "/v1/receipt/attachments", authorization: authorizationOf(secret) },
  };
  await addWhatFits(item, draft.photos, receipt);
  await counted(draft.category);
  await forgetDraft();
  await refresh();
  void persist();
  return secret;
}

/** Puts a queued report back into the form. It stays in the queue until it is sent again. */
export async function edit(item) {
  const photos = [];
  for (const photo of item.photos) {
    const bytes = await queue.bytes(item.id, photo.sha256);
    if (bytes) photos.push({ ...photo, ...photo.exif, bytes });
  }
  change((now) => {
    now.draft = { ...emptyDraft(), ...item.draft, photos, editing: item.id };
    now.faults = {};
  });
  await keepDraftNow();
}

async function replaceQueued(draft) {
  const receipt = state.receipts.find((one) => one.report === draft.editing);
  let gone = true;
  await queue.update(draft.editing, (item) => {
    if (item.accepted) return; // it left meanwhile
    gone = false;
    const json = requestOf(draft, item.id, item.receipt);
    if (item.tried && receipt) {
      const note = { text: `${t("correction")}${json.text ?? ""}`.slice(0, 1300) };
      const { authorization } = item.attach;
      item.request.onConflict = { method: "POST", path: "/v1/receipt/notes", json: note, authorization };
    }
    item.request.json = { ...json, captured_at: item.request.json.captured_at };
    if (!item.request.json.captured_at) delete item.request.json.captured_at;
    item.draft = wordsOf(draft);
    item.state = "waiting";
    item.problem = null;
    item.photos = photosOf(draft.photos);
  });
  if (!gone && receipt) {
    const { category, grid } = draft;
    const shown = { category, grid, text: fullText(draft), photos: draft.photos.length };
    await (await queue.store).put("receipts", { ...receipt, ...shown });
  }
  await forgetDraft();
  await refresh();
  void queue.sendNow();
  if (gone) change((now) => (now.notice = { kind: "warn", text: t("editTooLate") }));
  return receipt?.secret ?? null;
}

function requestOf(draft, id, hash) {
  const json = { id, channel: "suishoupai", receipt: hash };
  const text = fullText(draft);
  if (text) json.text = text;
  if (draft.category) json.category = draft.category;
  if (draft.grid) json.grid = draft.grid;
  if (draft.location) {
    const { lat, lon, accuracy } = draft.location;
    json.location = { lat, lon, datum: "wgs84", ...(accuracy > 0 ? { accuracy: Math.round(accuracy) } : {}) };
  }
  const contact = {};
  if (draft.name.trim()) contact.name = draft.name.trim();
  if (draft.phone.trim()) contact.phone = draft.phone.trim();
  if (Object.keys(contact).length) json.contact = contact;
  const sure = typeof state.skew === "number" && Math.abs(state.skew) < largestSkew;
  if (sure) json.captured_at = new Date().toISOString(); // a phone whose clock is wrong says no time
  return json;
}

function wordsOf({ text, category, grid, place, location, name, phone }) {
  return { text, category, grid, place, location, name, phone };
}

function photosOf(photos) {
  return photos.map((photo) => {
    const about = {};
    if (photo.takenAt) about.captured_at = photo.takenAt;
    const exif = { takenAt: photo.takenAt, place: photo.place, heading: photo.heading };
    const { sha256, bytes, type, thumbnail } = photo;
    return { sha256, bytes, type, thumbnail, role: "scene", about, exif };
  });
}

/** Keeps as much as the phone has room for: all; else scaled pictures; else the words, and the pictures in this tab. */
async function addWhatFits(item, photos, receipt) {
  const whole = { ...item, draft: wordsOf(state.draft), photos: photosOf(photos) };
  const added = await queue.add(whole, (tx) => tx.put("receipts", receipt));
  if (added.unkept) {
    rememberReceipt(receipt);
    return say("keptInTab");
  }
  const isFull = (row) => row?.photos.some((photo) => photo.inMemory);
  if (!isFull(added)) return;
  if (photos.some((photo) => photo.original)) {
    const scaled = photosOf(await Promise.all(photos.map((photo) => (photo.original ? rescaled(photo) : photo))));
    try {
      await queue.update(item.id, (now) => {
        if (!now.photos.some((photo) => photo.uploadURL)) now.photos = scaled;
      });
      const now = (await queue.items()).find((one) => one.id === item.id);
      return isFull(now) ? say("keptWordsOnly") : say("keptScaled");
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
    }
  }
  say("keptWordsOnly");
}

async function rescaled(photo) {
  const file = new File([photo.bytes], "photo", { type: photo.type });
  const { takenAt, place, heading, thumbnail } = photo;
  return { ...(await readPhoto(file)), takenAt, place, heading, thumbnail };
}

function say(key) {
  change((now) => (now.notice = { kind: "warn", text: t(key) }));
  announce(t(key));
}

async function counted(code) {
  if (!code) return;
  change((now) => (now.used = { ...now.used, [code]: (now.used?.[code] ?? 0) + 1 }));
  await keep("used", state.used);
}

/** Asks the browser not to delete what waits. Plain HTTP has no such question. */
async function persist() {
  try {
    if (navigator.storage?.persist && !(await navigator.storage.persisted())) await navigator.storage.persist();
  } catch {
    // Then it stays as it was.
  }
}
