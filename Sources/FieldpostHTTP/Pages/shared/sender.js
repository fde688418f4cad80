/** Sends the items of a queue, one after the other: the request, then each photo, then its attaching request. */

import { call, Refused, Unreachable } from "./api.js";
import { Lease, LeaseLost } from "./lease.js";
import { described, isRefusal, receiptOf, stopsAll } from "./verdict.js";

const firstWait = 2000;
const longestWait = 15000;
const otherTab = 3000;

/** Works for one queue in this tab. At most one of all tabs sends. */
export class Sender {
  #queue;
  #channel;
  #authorization;
  #prepare;
  #lease = null;
  #running = null;
  #again = false;
  #timer = null;
  #wait = firstWait;
  status = { phase: "idle", problem: null, retryAt: null };

  constructor({ queue, channel, authorization, prepare }) {
    this.#queue = queue;
    this.#channel = channel;
    this.#authorization = authorization;
    this.#prepare = prepare;
  }

  start() {
    const wake = () => {
      if (document.visibilityState === "visible") this.now();
    };
    self.addEventListener("online", wake);
    self.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    wake();
  }

  /** Looks in a moment whether something waits that no other tab sends. */
  nudge() {
    if (!this.#running && !this.#timer) this.#after(otherTab);
  }

  /** Begins a pass, or another one after the present one. Resolves at its end. */
  now() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#again = true;
    this.#running ??= this.#passes().finally(() => (this.#running = null));
    return this.#running;
  }

  async #passes() {
    let after = null;
    while (this.#again) {
      this.#again = false;
      after = await this.#pass().catch((error) => this.#failed(error));
    }
    if (after === null) {
      this.#wait = firstWait;
      return;
    }
    this.#after(after);
  }

  #after(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (document.visibilityState === "visible") this.now();
    }, milliseconds);
  }

  /** One pass over all that waits. Returns the milliseconds until the next one, or null when nothing waits. */
  async #pass() {
    this.#lease ??= new Lease(await this.#queue.store, this.#channel);
    const late = new Set();
    if (!(await this.#next(late))) {
      this.#set("idle");
      return null;
    }
    if (!(await this.#lease.take())) {
      this.#set("waiting"); // another tab sends
      return otherTab;
    }
    try {
      for (let item = await this.#next(late); item; item = await this.#next(late)) {
        this.#set("sending");
        if (await this.#send(item)) this.#wait = firstWait;
        else late.add(item.id);
      }
    } finally {
      await this.#lease.release();
    }
    if (late.size === 0) {
      this.#set("idle");
      return null;
    }
    return this.#later("waiting", null);
  }

  async #next(late) {
    const items = (await this.#queue.items()).filter((item) => item.state === "waiting" || item.state === "sending");
    const held = new Set(items.filter((item) => item.report && late.has(item.id)).map((item) => item.report));
    return items.find((item) => !late.has(item.id) && !held.has(item.report));
  }

  /** Sends what is left of `item`. Returns false when it has to wait. Throws what stops the queue. */
  async #send(item) {
    try {
      if (item.request && !item.accepted) item = await this.#sendRequest(item);
      for (const photo of item?.photos ?? []) {
        if (photo.state === "waiting" || photo.state === "held") await this.#sendPhoto(item, photo);
      }
      await this.#queue.update(item.id, (now) => {
        const refused = now.photos.find((photo) => photo.state === "refused");
        const open = now.photos.some((photo) => photo.state === "waiting" || photo.state === "held");
        now.state = refused ? "refused" : open ? "waiting" : "sent";
        now.problem = refused?.problem ?? null;
      });
      return true;
    } catch (error) {
      if (error instanceof LeaseLost) {
        if (await (await this.#queue.store).get("items", item.id)) throw error;
        return true; // deleted while it was sent
      }
      const left = await this.#queue.update(item.id, (now) => {
        now.state = isRefusal(error) ? "refused" : "waiting";
        now.problem = described(error);
      });
      if (!left) return true;
      if (stopsAll(error)) throw error;
      return isRefusal(error);
    }
  }

  async #sendRequest(item) {
    const before = await this.#step(item.id, (now) => {
      now.state = "sending";
      now.tried = true;
    });
    const { request } = before;
    const more = await this.#prepare?.(before, await this.#queue.items());
    const answer = await this.#ask(request, item.id, more).catch((error) => {
      const arrived = error instanceof Refused && error.code === "key-reused" && request.onConflict;
      if (!arrived) throw error;
      return this.#ask(request.onConflict, `${item.id}/changed`, null);
    });
    return this.#queue.update(item.id, (now) => {
      now.accepted = true;
      now.answer = answer;
    });
  }

  async #ask(request, key, more) {
    const headers = { ...request.headers, ...more, "Idempotency-Key": key };
    const authorization = await this.#header(request.authorization);
    try {
      const answer = await call(request.method, request.path, { json: request.json, headers, authorization });
      return receiptOf(answer, request);
    } catch (error) {
      error.own = Boolean(request.authorization); // another login would not help
      throw error;
    }
  }

  async #sendPhoto(item, photo) {
    const change = (fn) => this.#step(item.id, (now) => {
      const row = now.photos.find((one) => one.sha256 === photo.sha256);
      if (row) fn(row);
    });
    try {
      await this.#step(item.id, (now) => (now.state = "sending"));
      if (photo.state === "waiting") await this.#uploadPhoto(item, photo, change);
      const json = { sha256: photo.sha256, role: photo.role, ...photo.about };
      await this.#ask({ method: "POST", ...item.attach, json }, `${item.id}/${photo.sha256}`, null);
      await change((row) => (row.state = "attached"));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await change((row) => Object.assign(row, { state: "refused", problem: described(error) }));
    }
  }

  async #uploadPhoto(item, photo, change) {
    const bytes = await this.#queue.bytes(item.id, photo.sha256);
    if (!bytes && await this.#queue.isElsewhere(photo)) {
      throw new Refused(425, { type: "in-another-tab", title: "", status: 425, detail: "" });
    }
    if (!bytes || bytes.byteLength !== photo.size) {
      throw new Refused(400, { type: "lost-file", title: "", status: 400, detail: "" });
    }
    const { upload } = await import("./tus.js").catch((error) => {
      throw new Unreachable(error);
    });
    await upload(bytes, {
      sha256: photo.sha256,
      url: photo.uploadURL,
      authorization: await this.#header(undefined),
      check: () => this.#lease.check(),
      onURL: (url) => change((row) => (row.uploadURL = url)),
      onProgress: (sent) => change((row) => (row.sentBytes = sent)),
    });
    await change((row) => (row.state = "held"));
  }

  async #header(own) {
    if (own || !this.#authorization) return own;
    const header = await this.#authorization();
    if (!header) throw new Refused(401, { type: "login", title: "", status: 401, detail: "" });
    return header;
  }

  /** A change of the item by whoever has the lease. */
  async #step(id, fn) {
    await this.#lease.check();
    const item = await this.#queue.update(id, fn);
    if (!item) throw new LeaseLost(); // deleted in another tab or by a tap
    return item;
  }

  #failed(error) {
    if (error instanceof LeaseLost) return 1000;
    if (error instanceof Refused && error.status === 401) {
      this.#set("login", described(error));
      return null;
    }
    return this.#later("waiting", error);
  }

  #later(phase, error) {
    const wait = error instanceof Refused && error.retryAfter ? error.retryAfter * 1000 : this.#wait;
    this.#wait = Math.min(this.#wait * 2, longestWait);
    this.#set(phase, error && described(error), performance.now() + wait);
    return wait;
  }

  #set(phase, problem = null, retryAt = null) {
    this.status = { phase, problem, retryAt };
    this.#queue.tell();
  }
}
