/** What this person made and the node does not hold yet: one queue for each person, so names are never mixed up. */

import { uuid7 } from "../shared/ids.js";
import { Queue } from "../shared/queue.js";
import { authorization, loginRefused } from "./device.js";
import { kept } from "./kept.js";
import { settleSent } from "./outcomes.js";
import { change, pendingOf, state } from "./state.js";

let queue = null;
let person = null;
let judged = null; // the status of the queue that was looked at last
const queues = new Map();
const started = new Set();

/** Opens the queue of a person and begins to send. The queues of others stay closed. */
export async function openOutbox(name) {
  person = name;
  queue = queueOf(name);
  if (!started.has(name)) {
    started.add(name);
    queue.subscribe(() => name === person && refresh());
    queue.start();
  }
  await refresh();
}

function queueOf(name) {
  const authorizationOf = () => (state.me?.name === name ? authorization() : null);
  if (!queues.has(name)) {
    queues.set(name, new Queue({ name: `fieldpost-outbox ${name}`, authorization: authorizationOf, prepare }));
  }
  return queues.get(name);
}

/** Closes the outbox for the views; its items stay on this phone. */
export function closeOutbox() {
  person = null;
  change({ queue: [] });
}

async function refresh() {
  const mine = queue;
  const items = await mine.items();
  if (mine !== queue || person === null) return;
  const { status } = mine;
  change({ queue: items });
  // Each answer of the node counts once: after a new login the old one says nothing any more.
  const isRefused = status.phase === "login" && status.problem?.code !== "login" && status !== judged;
  judged = status;
  if (isRefused) await loginRefused(status.problem?.detail);
  await settleSent(mine, items);
}

/** Tries to send now. */
export const sendNow = () => (authorization() === null ? null : queue?.sendNow());

/**
 * Headers of a step right before it goes. It says what its author had seen: the version on the screen, or, after an
 * own step that waited before it, that step. So own steps never stand beside each other, and none of others is hidden.
 */
async function prepare(item) {
  if (item.kind !== "step") return {};
  const tip = item.meta.after ? await kept("tips", item.meta.report) : null;
  const seen = tip && tip.items.includes(item.meta.after) ? tip.etag : `"${item.meta.seen}"`;
  return { "If-Match": seen, Prefer: "return=minimal" };
}

const photosOf = (photos) => photos.map(({ bytes, sha256, type, role, about, thumbnail }) =>
  ({ bytes, sha256, type, role: role ?? "scene", ...(about ? { about } : {}), thumbnail }));

/** Keeps a step of a case, with its photos. `seen` is the version that was on the screen. */
export function addStep({ report, seen, values, photos = [], words }) {
  const before = pendingOf(report).filter((item) => item.kind === "step" && item.state !== "refused").at(-1);
  return queue.add({
    id: uuid7(),
    kind: "step",
    request: { method: "POST", path: `/v1/reports/${report}/steps`, json: values },
    photos: photosOf(photos),
    attach: { path: `/v1/reports/${report}/attachments` },
    meta: { report, step: values.step, seen, after: before?.id ?? null, words, made: Date.now() },
  });
}

/** Keeps a note of a case, or photos, or both. */
export function addNote({ report, text, audience, photos = [], words }) {
  const request = text ? { method: "POST", path: `/v1/reports/${report}/notes`, json: { text, audience } } : null;
  return queue.add({
    id: uuid7(), kind: "note", request, photos: photosOf(photos),
    attach: { path: `/v1/reports/${report}/attachments` }, meta: { report, words, made: Date.now() },
  });
}

/** Keeps a new report, with its photos. */
export function addReport({ values, photos = [], words }) {
  const id = uuid7();
  return queue.add({
    id, kind: "report",
    request: { method: "POST", path: "/v1/reports", json: { ...values, id, channel: state.me.channel } },
    photos: photosOf(photos),
    attach: { path: `/v1/reports/${id}/attachments` }, meta: { report: id, words, made: Date.now() },
  });
}

/** Lets a refused item be tried again as it is. */
export async function retry(id) {
  await queue.update(id, (item) => {
    item.state = "waiting";
    item.problem = null;
    for (const photo of item.photos) if (photo.state === "refused") photo.state = "waiting";
  });
  await sendNow();
}

/** Deletes an item for good, because the person said so. */
export const discard = (id) => queue.remove(id);

/** All that waits, as a file; and such a file, taken in. */
export const exportAll = () => queue.exportFile();
export const importAll = (file) => queue.importFile(file);

/** How many things others left on this phone, without opening what they are: `[{name, n}]`. */
export async function leftByOthers(names) {
  const found = [];
  for (const name of names) {
    const n = (await queueOf(name).items()).filter((item) => item.state !== "sent").length;
    if (n > 0) found.push({ name, n });
  }
  return found;
}

/** The bytes of a photo that waits here. */
export const bytesOf = (id, sha256) => queue.bytes(id, sha256);
