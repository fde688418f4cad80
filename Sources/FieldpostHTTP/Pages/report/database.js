/** The queue of this phone and what is kept beside it: receipts, the draft, and the last form. */

import { Queue } from "../shared/queue.js";
import { StorageFull } from "../shared/store.js";
import { state, change, emptyDraft } from "./state.js";

/** What this phone has not sent yet. */
export const queue = new Queue({ name: "fieldpost-report", tables: { receipts: "hash", kept: "key" } });

/** Reads everything into the state, once. */
export async function loadAll() {
  const store = await queue.store;
  const keys = ["form", "draft", "photos", "used"];
  const [form, draft, photos, used] = await Promise.all(keys.map((key) => store.get("kept", key)));
  change((now) => {
    now.lasting = store.lasting;
    now.form ??= form?.value ?? null;
    now.skew = form?.skew ?? null;
    now.used = used?.value ?? {};
    const kept = draft?.value;
    if (kept) now.draft = { ...emptyDraft(), ...kept, photos: photos?.value ?? [] };
    keptPhotos = now.draft.photos.map((photo) => photo.sha256).join();
  });
  queue.subscribe(() => void refresh());
  await refresh();
}

let again = false;
let keptPhotos = "";
const unkept = new Map(); // changes of receipts by hash that the phone had no room for
const onlyHere = new Map(); // receipts by hash that the phone had no room for
let running = null;

/** Lists a receipt that could not be kept, as long as this tab is open. */
export function rememberReceipt(receipt) {
  onlyHere.set(receipt.hash, receipt);
}

/** Takes items and receipts into the state. Calls during a run lead to one more run. */
export function refresh() {
  again = true;
  running ??= (async () => {
    while (again) {
      again = false;
      await absorb();
    }
  })().finally(() => (running = null));
  return running;
}

async function absorb() {
  const store = await queue.store;
  const items = await queue.items();
  for (const item of items) if (item.state === "sent") await settle(item);
  const receipts = (await store.all("receipts")).sort((a, b) => b.order - a.order);
  for (const receipt of receipts) unkept.get(receipt.hash)?.(receipt);
  const kept = new Set(receipts.map((receipt) => receipt.hash));
  receipts.unshift(...[...onlyHere.values()].reverse().filter((receipt) => !kept.has(receipt.hash)));
  change((now) => {
    now.items = items.filter((item) => item.state !== "sent");
    now.receipts = receipts;
    now.sender = queue.status;
    if (now.sender.problem?.code === "unreachable") now.reachable = false;
    if (items.some((item) => item.state === "sent")) now.reachable = true;
  });
}

/** Writes into the receipt what the node has confirmed, and takes the item out of the queue. */
async function settle(item) {
  const here = onlyHere.get(item.receipt);
  if (here) here.sent = true;
  const confirm = async (tx) => {
    const receipt = item.receipt && await tx.get("receipts", item.receipt);
    if (!receipt) return;
    receipt.sent = receipt.sent || item.kind === "report" || item.kind === "follow";
    if (item.answer?.json?.state) receipt.view = item.answer.json;
    if (receipt.view?.held_at === "central") receipt.atCentral = true;
    await tx.put("receipts", receipt);
  };
  await queue.remove(item.id, confirm).catch((error) => {
    if (!(error instanceof StorageFull)) throw error;
    return queue.remove(item.id); // the receipt learns it from the node later
  });
}

/** Changes one receipt in the database and in the state. On a phone that is full, only in the state of this tab. */
export async function updateReceipt(hash, fn) {
  try {
    await (await queue.store).change(["receipts"], async (tx) => {
      const receipt = await tx.get("receipts", hash);
      if (!receipt) return;
      fn(receipt);
      await tx.put("receipts", receipt);
    });
    unkept.delete(hash);
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    unkept.set(hash, fn);
  }
  if (onlyHere.has(hash)) {
    const changed = { ...onlyHere.get(hash) };
    fn(changed);
    onlyHere.set(hash, changed);
  }
  queue.changed();
}

/** A number that grows with each receipt: their order does not depend on the phone's clock. */
export function nextOrder() {
  return state.receipts.reduce((largest, receipt) => Math.max(largest, receipt.order), 0) + 1;
}

/** Keeps a value beside the queue. What does not fit is not kept, and that harms nothing. */
export async function keep(key, value, more = {}) {
  try {
    await (await queue.store).put("kept", { key, value, ...more });
  } catch {
    // The storage is full or shut. The page has the value.
  }
}

let timer = null;
let photoTimer = null;
const photoWait = 8000;

/** Keeps the words of the draft in a moment, so that a reload does not lose them. */
export function keepDraft() {
  clearTimeout(timer);
  timer = setTimeout(() => void keepDraftNow(), 300);
  clearTimeout(photoTimer);
  photoTimer = setTimeout(() => void keepPhotos(), photoWait);
}

/** Keeps the words of the draft at once. */
export function keepDraftNow() {
  clearTimeout(timer);
  return keep("draft", { ...state.draft, photos: [] });
}



/**
 * Keeps the photos of the draft. Called when the page is left, as for the camera, when phones may end it, and when the
 * draft lies for a while: a try to keep large files on a phone that is full can take the room that the words need, so a
 * report that is sent at once goes first.
 */
export async function keepPhotos() {
  const photos = state.draft.photos.filter((photo) => !photo.type.startsWith("video/"));
  const key = photos.map((photo) => photo.sha256).join();
  if (key === keptPhotos) return;
  keptPhotos = key;
  await keep("photos", photos);
}
