/**
 * What waits to be sent, kept in IndexedDB until the node holds it for good.
 *
 * An item: {id, order, kind, request, photos, attach, state, problem, answer}, and whatever else its maker puts in.
 * - `request`: {method, path, json, headers?, authorization?, onConflict?} or null. It is sent first; its key is `id`.
 *   `onConflict` is a second request {method, path, json, authorization?} for an item that was changed after an
 *   attempt: if the first version did arrive, the node answers 409 `key-reused`, and this one carries the change.
 * - `photos`: [{sha256, size, type, role, about?, thumbnail?, uploadURL, sentBytes, state}]. `about` is added to the
 *   attaching request (captured_at, location, heading). `add` takes the bytes in `bytes`; they are kept in a table of
 *   their own, and `bytes(id, sha256)` gives them back. A photo's state is waiting, held, attached or refused. With
 *   `inMemory` only one tab has its bytes, since the phone is full: that tab must stay open.
 * - `attach`: {path, authorization?}: where photos are attached, with the key `id/sha256`.
 * - `report`: the id of the report that it is about. Items of one report go in their order: while one has to wait, the
 *   later ones wait too.
 * - `accepted`: the node holds the request. `tried`: an attempt may have reached it.
 * - `answer`: {status, json, etag} of the request. json is null where the node sent no body.
 * - `state`: waiting, sending, sent or refused. `problem`: {status, code, detail, fault} of the last failure.
 */

import { uuid7 } from "./ids.js";
import { exportQueue, importQueue } from "./queue-file.js";
import { LateSender } from "./late-sender.js";
import { putItem, ready } from "./queue-rows.js";
import { openStore, StorageFull } from "./store.js";
import { TabMemory } from "./tab-memory.js";

/** A queue over one database. */
export class Queue {
  #opening;
  #listeners = new Set();
  #channel;
  #tables;
  #sender;
  #memory;
  #unkept = new Map();

  /**
   * `name` of the database. `tables`: further tables in it, {name: keyPath}, for values that must be kept together with
   * items. `authorization`: a function (may be async) that gives the header value, or null while nobody is logged in:
   * the queue then waits, with the phase `login`, until `sendNow`. `prepare(item, items)`: a function (may be async)
   * that is called right before a request goes, and gives header fields to add.
   */
  constructor({ name, tables = {}, authorization = null, prepare = null, version = 1 }) {
    this.#tables = tables;
    this.#opening = openStore(name, version, (db) => {
      const all = { items: "id", bytes: ["id", "sha256"], lease: "key", counters: "key", ...tables };
      for (const [table, keyPath] of Object.entries(all)) {
        if (!db.objectStoreNames.contains(table)) db.createObjectStore(table, { keyPath });
      }
    });
    this.#channel = "BroadcastChannel" in self ? new BroadcastChannel(`${name}-queue`) : null;
    this.#channel?.addEventListener("message", ({ data }) => {
      if (!data.changed) return;
      this.tell();
      void this.#sender.do((sender) => sender.nudge()); // the tab that sends may be closed before it is through
    });
    this.#memory = new TabMemory(this.#channel);
    this.#sender = new LateSender({ queue: this, channel: this.#channel, authorization, prepare });
  }

  /** The database (see store.js). `lasting` is false where the browser keeps nothing. */
  get store() {
    return this.#opening;
  }

  /** What the sender does: {phase: idle | sending | waiting | login, problem, retryAt}. */
  get status() {
    return this.#sender.status;
  }

  /** Begins to send, and goes on whenever there may be a way. */
  async start() {
    const items = await this.items();
    await this.#sender.start(items.some((item) => item.state === "waiting" || item.state === "sending"));
  }

  /** Tries now, whatever the waiting times say. */
  sendNow() {
    return this.#sender.do((sender) => sender.now());
  }

  /** Calls `fn` after each change, here or in another tab. Returns a function that ends this. */
  subscribe(fn) {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /**
   * Keeps a new item and lets it be sent. `also(tx)` may write into the further tables in the same transaction.
   * The words are kept first, then the photos: a phone that is full then still has the words. Photos for which there is
   * no room stay in this tab until they are sent, with `inMemory`. If there is no room at all, the whole item stays in
   * this tab, with `unkept`, and nothing that `also` writes is kept. Returns the item.
   */
  async add(item, also) {
    const id = item.id ?? uuid7();
    const photos = (await ready(item.photos ?? [])).map((photo) => this.#remembered(id, photo));
    const fresh = { request: null, attach: null, accepted: false, tried: false, problem: null, answer: null, ...item };
    const row = { ...fresh, id, photos, state: "waiting" };
    const before = await this.items();
    if (before.some((one) => one.id === id)) throw new Error(`the queue has ${id} already`);
    try {
      await this.#addRow(row, also);
      for (const { sha256 } of photos) await this.#keepBytes(id, sha256);
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      const order = 1 + before.reduce((most, one) => Math.max(most, one.order), 0);
      this.#unkept.set(id, { ...row, order, unkept: true });
    }
    this.changed();
    void this.sendNow();
    return (await this.items()).find((one) => one.id === id) ?? row;
  }

  async #addRow(row, also) {
    await (await this.store).change(this.#all(), async (tx) => {
      if (await tx.get("items", row.id)) throw new Error(`the queue has ${row.id} already`);
      const order = ((await tx.get("counters", "order"))?.value ?? 0) + 1;
      await tx.put("counters", { key: "order", value: order });
      await putItem(tx, { ...row, order }, []);
      await also?.(tx);
    });
  }

  #remembered(id, { bytes, ...photo }) {
    if (!bytes) return photo;
    this.#memory.keep(id, photo.sha256, bytes);
    return { ...photo, size: bytes.byteLength, inMemory: this.#memory.owner };
  }

  /** Moves the bytes of one photo from this tab into the database, if there is room. */
  async #keepBytes(id, sha256) {
    const bytes = this.#memory.get(id, sha256);
    if (!bytes) return;
    try {
      await (await this.store).change(["items", "bytes"], async (tx) => {
        const item = await tx.get("items", id);
        const photo = item?.photos.find((one) => one.sha256 === sha256);
        if (!photo) return;
        photo.inMemory = null;
        await tx.put("bytes", { id, sha256, bytes });
        await tx.put("items", item);
      });
      this.#memory.forget(id, sha256);
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
    }
  }

  /** Whether the tab that has the bytes of this photo is still open. */
  isElsewhere(photo) {
    return photo.inMemory ? this.#memory.lives(photo.inMemory) : false;
  }

  /** All items in the order in which they were made, without the bytes of photos. */
  async items() {
    const items = (await (await this.store).all("items")).map((item) => this.#unkept.get(item.id) ?? item);
    const here = [...this.#unkept.values()].filter((item) => item.unkept);
    return [...items, ...here].sort((a, b) => a.order - b.order);
  }

  /** The bytes of one photo (an ArrayBuffer), or null when they are not kept any more. */
  async bytes(id, sha256) {
    const row = await (await this.store).get("bytes", [id, sha256]);
    return row?.bytes ?? this.#memory.get(id, sha256);
  }

  /**
   * Changes an item: `fn(item)` changes it in place, at once. Photos with `bytes` are kept, photos that it takes out
   * are deleted. Where the phone is too full for a change without `bytes`, this tab remembers it: how far sending came
   * may be forgotten, since the keys stay the same. Returns the item, or null when it is gone.
   */
  async update(id, fn) {
    const store = await this.store;
    let item;
    try {
      item = await store.change(["items", "bytes"], async (tx) => {
        const now = this.#now(id, await tx.get("items", id));
        if (!now) return null;
        const before = now.photos;
        fn(now);
        return putItem(tx, { ...now, unkept: false }, before);
      });
      this.#unkept.delete(id);
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      item = this.#now(id, await store.get("items", id));
      if (item) fn(item);
      if (item?.photos.some((photo) => photo.bytes)) throw error;
      if (item) this.#unkept.set(id, item);
    }
    this.changed();
    return item;
  }

  #now(id, row) {
    const newer = this.#unkept.get(id);
    if (!row && !newer?.unkept) return null; // deleted in another tab
    return newer ? structuredClone(newer) : row;
  }

  /** Deletes an item and its photos from this phone. What a node holds of it stays there. */
  async remove(id, also) {
    const here = this.#unkept.get(id)?.unkept;
    if (!here) await this.#removeRow(id, also);
    this.#unkept.delete(id);
    this.changed();
  }

  #removeRow(id, also) {
    return this.#opening.then((store) => store.change(this.#all(), async (tx) => {
      const item = await tx.get("items", id);
      for (const photo of item?.photos ?? []) await tx.remove("bytes", [id, photo.sha256]);
      await tx.remove("items", id);
      await also?.(tx);
    }));
  }

  /** All that was not sent, as a file (see queue-file.js). */
  exportFile() {
    return exportQueue(this);
  }

  /** Takes what `exportFile` made here or on another phone (see queue-file.js). Returns the number of new items. */
  importFile(blob, also) {
    return importQueue(this, blob, also);
  }

  /** Tells everyone, in all tabs, that items have changed. */
  changed() {
    this.#channel?.postMessage({ changed: true });
    this.tell();
  }

  /** Tells everyone in this tab. */
  tell() {
    for (const listener of [...this.#listeners]) listener();
  }

  #all() {
    return ["items", "bytes", "counters", ...Object.keys(this.#tables)];
  }
}
