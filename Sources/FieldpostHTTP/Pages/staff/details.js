/** Keeps the cases of the tasks on this phone, with their small pictures, so that they open without a link. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { authorization } from "./device.js";
import { keep, kept, unkeep } from "./kept.js";
import { change, state } from "./state.js";
import { isMine, isOfGroup } from "./work.js";

const mostCases = 300;
const mostPictures = 300;
let busy = false;
let again = false;
const urls = new Map(); // small pictures that are shown, by SHA-256
const missing = new Set(); // pictures that the node could not give since this page was opened

/** Reads every case that is not kept here in the version that the list names; one's own first. */
export async function keepDetails(signal) {
  again = true;
  if (busy) return;
  busy = true;
  try {
    while (again) {
      again = false;
      for (const task of wanted()) {
        if (signal?.aborted) return;
        if (state.details.get(task.report)?.version !== task.version) await readDetail(task.report, signal);
      }
      await dropOld();
      await keepPictures(signal);
    }
  } finally {
    busy = false;
  }
}

function wanted() {
  const { me, tasks } = state;
  const rank = (task) => (isMine(task, me) ? 0 : isOfGroup(task, me.groups) ? 1 : 2);
  return [...tasks].sort((a, b) => rank(a) - rank(b)).slice(0, mostCases);
}

/** Reads one case now. What the node says of a case that it does not show is kept as well. */
export async function readDetail(id, signal) {
  const options = { authorization: authorization(), signal };
  if (!options.authorization) return null;
  let detail;
  try {
    const report = await call("GET", `/v1/reports/${id}`, options);
    const found = await call("GET", `/v1/reports/${id}/case`, options);
    const { history, siblings, ...rest } = report.json;
    const created = history.find((entry) => "channel" in (entry.fields ?? {})) ?? history[0];
    rest.conflicts = Object.keys(siblings ?? {}).filter((field) => !["stage", "assignee"].includes(field));
    rest.created = created ? created.corrected_at ?? created.at : null;
    rest.author = created?.author ?? null;
    detail = { id, version: found.json.version, report: rest, case: found.json, gone: null };
  } catch (error) {
    if (!(error instanceof Refused) || ![404, 410].includes(error.status)) throw error;
    const before = state.details.get(id);
    if (error.status === 404 && !before) return null; // perhaps it has not arrived there yet
    detail = { ...before, id, version: null, gone: error.code, goneDetail: error.problem.detail };
  }
  state.details.set(id, detail);
  change({ details: state.details });
  await keep("details", detail);
  return detail;
}

/** Cases that are no task any more, wait for nothing and are not open now: the node has them. */
async function dropOld() {
  const needed = new Set(state.tasks.map((task) => task.report));
  for (const item of state.queue) if (item.meta?.report) needed.add(item.meta.report);
  for (const outcome of state.outcomes) needed.add(outcome.report);
  needed.add(state.route.id);
  for (const id of [...state.details.keys()]) {
    if (needed.has(id)) continue;
    state.details.delete(id);
    await unkeep("details", id);
  }
}

const picturesOf = (detail) => (detail?.report?.attachments ?? []).filter((one) => one.place !== "refused");

async function keepPictures(signal) {
  let n = 0;
  for (const task of wanted()) {
    for (const { sha256, media_type: type } of picturesOf(state.details.get(task.report))) {
      n += 1;
      if (n > mostPictures || signal?.aborted) return;
      if (type.startsWith("image/") && !missing.has(sha256) && !(await kept("thumbnails", sha256))) {
        await readPicture(sha256, signal);
      }
    }
  }
}

async function readPicture(sha256, signal) {
  try {
    const options = { authorization: authorization(), blob: true, signal };
    const { blob } = await call("GET", `/v1/blobs/${sha256}/thumbnail`, options);
    await keep("thumbnails", { sha256, bytes: await blob.arrayBuffer(), type: "image/jpeg" });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    missing.add(sha256);
  }
}

/** The URL of a small picture if it is at hand, so that a view can be drawn at once. */
export const pictureAtHand = (sha256) => urls.get(sha256) ?? null;

/** The URL of a small picture, from this phone or from the node; null where neither has it. */
export async function pictureURL(sha256) {
  if (urls.has(sha256)) return urls.get(sha256);
  let row = await kept("thumbnails", sha256);
  if (!row && authorization() !== null) {
    await readPicture(sha256).catch((error) => {
      if (!(error instanceof Unreachable)) throw error;
    });
    row = await kept("thumbnails", sha256);
  }
  if (!row) return null;
  const url = URL.createObjectURL(new Blob([row.bytes], { type: row.type }));
  urls.set(sha256, url);
  return url;
}

/** The photo itself, from the node, as a URL that the caller revokes. Throws what the call throws. */
export async function originalURL(sha256) {
  const options = { authorization: authorization(), blob: true, timeout: 60000 };
  const { blob } = await call("GET", `/v1/blobs/${sha256}`, options);
  return URL.createObjectURL(blob);
}
