/** One sender at a time over all tabs, without navigator.locks: a row with a counter, and a question to the others. */

import { hex, randomBytes } from "./ids.js";
import { StorageFull } from "./store.js";

const span = 8000;
const question = 600;

/** Somebody else sends now. What was sent may be sent again by them: the keys keep it from counting twice. */
export class LeaseLost extends Error {
  constructor() {
    super("another tab sends now");
    this.name = "LeaseLost";
  }
}

/** The right to send. `store` has a table `lease`; `channel` is a BroadcastChannel, or null where there is none. */
export class Lease {
  #store;
  #channel;
  #owner = hex(randomBytes(8));
  #timer = null;
  #seen = null;
  #answered = false;
  #rowless = false; // the phone is too full for the row: other tabs may send as well, and the keys keep order

  constructor(store, channel) {
    this.#store = store;
    this.#channel = channel;
    channel?.addEventListener("message", ({ data }) => {
      if (data.ask === "holder" && this.#timer) channel.postMessage({ holder: this.#owner });
      if (data.holder && data.holder !== this.#owner) this.#answered = true;
    });
  }

  /**
   * Takes the lease if nobody has it. A holder counts as gone when no tab answers for it. Where tabs cannot ask each
   * other, its time must be up, or its counter must have stood still for that long by this page's own running time: a
   * wrong clock must not stop the queue.
   */
  async take() {
    if (this.#timer) return true;
    const row = await this.#store.get("lease", "sender");
    if (row?.owner && !(this.#channel ? await this.#nobodyAnswers() : this.#isGone(row))) return false;
    const counter = row?.counter ?? 0;
    const taken = await this.#store.change(["lease"], async (tx) => {
      const now = await tx.get("lease", "sender");
      if ((now?.counter ?? 0) !== counter || (now && !row)) return false; // another tab was faster
      await tx.put("lease", this.#row(counter + 1));
      return true;
    }).catch((error) => {
      if (error instanceof StorageFull) return "rowless";
      throw error;
    });
    if (!taken) return false;
    this.#rowless = taken === "rowless";
    this.#timer = setInterval(() => this.#renew().catch(() => this.#drop()), span / 4);
    return true;
  }

  /** Throws `LeaseLost` if this tab has it no more. To be called before each request. */
  async check() {
    if (this.#rowless && this.#timer) return;
    const row = await this.#store.get("lease", "sender");
    if (!this.#timer || row?.owner !== this.#owner) {
      this.#drop();
      throw new LeaseLost();
    }
  }

  /** Gives it back. */
  async release() {
    if (!this.#timer) return;
    this.#drop();
    if (this.#rowless) return;
    await this.#store.change(["lease"], async (tx) => {
      const row = await tx.get("lease", "sender");
      if (row?.owner !== this.#owner) return;
      await tx.put("lease", { ...row, owner: "", expires: 0, counter: row.counter + 1 });
    });
  }

  #isGone(row) {
    const running = performance.now();
    if (this.#seen?.owner !== row.owner || this.#seen.counter !== row.counter) {
      this.#seen = { owner: row.owner, counter: row.counter, since: running };
    }
    const left = row.expires - Date.now();
    return left <= 0 || left > span || running - this.#seen.since > span;
  }

  async #nobodyAnswers() {
    this.#answered = false;
    this.#channel.postMessage({ ask: "holder" });
    await new Promise((resolve) => setTimeout(resolve, question));
    return !this.#answered;
  }

  async #renew() {
    if (this.#rowless) return;
    const kept = await this.#store.change(["lease"], async (tx) => {
      const row = await tx.get("lease", "sender");
      if (row?.owner !== this.#owner) return false;
      await tx.put("lease", this.#row(row.counter + 1));
      return true;
    });
    if (!kept) this.#drop();
  }

  #row(counter) {
    return { key: "sender", owner: this.#owner, counter, expires: Date.now() + span };
  }

  #drop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
