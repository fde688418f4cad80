/** What this phone keeps for one person: tasks, cases, small pictures, drafts and what became of steps. */

import { openStore, StorageFull } from "../shared/store.js";
import { change } from "./state.js";

const tables = { lists: "key", details: "id", thumbnails: "sha256", drafts: "key", outcomes: "id", tips: "report" };
let store = null;
let opened = null;

/** Opens what is kept for a person. Names are kept apart, so nobody sees or sends what another one left here. */
export async function openKeptOf(person) {
  if (opened === person) return store;
  const found = await openStore(`fieldpost-staff ${person}`, 1, (db) => {
    for (const [table, keyPath] of Object.entries(tables)) db.createObjectStore(table, { keyPath });
  });
  [store, opened] = [found, person];
  return store;
}

/** Keeps a value. A full storage is said, and is no reason to stop: the node has what is kept here. */
export async function keep(table, value) {
  if (!store) return true; // nobody is in yet
  try {
    await store.put(table, value);
    return true;
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    change({ full: true });
    return false;
  }
}

export const kept = (table, key) => store.get(table, key);
export const allKept = (table) => store.all(table);
export const unkeep = (table, key) => store.remove(table, key);

/** Reads everything that the views need at the start. Pictures are read when they are shown. */
export async function loadKept() {
  const [lists, details, drafts, outcomes] = await Promise.all(
    ["lists", "details", "drafts", "outcomes"].map((table) => store.all(table)));
  const list = (key) => lists.find((one) => one.key === key)?.value;
  const values = {
    details: new Map(details.map((one) => [one.id, one])),
    drafts: new Map(drafts.map((one) => [one.key, one])),
    outcomes: outcomes.sort((a, b) => b.number - a.number),
    tasks: list("tasks")?.tasks ?? [],
    syncedAt: list("tasks")?.at ?? null,
  };
  for (const name of ["form", "organisation", "templates"]) if (list(name)) values[name] = list(name);
  change(values);
}

/** Removes what came from the node, and drafts, when the person leaves this phone. What is to be sent stays. */
export async function forgetKept() {
  const gone = ["lists", "details", "thumbnails", "drafts"];
  await store.change(gone, async (tx) => {
    for (const table of gone) {
      for (const row of await tx.all(table)) await tx.remove(table, row[tables[table]]);
    }
  });
  change({ tasks: [], details: new Map(), drafts: new Map(), syncedAt: null });
}
