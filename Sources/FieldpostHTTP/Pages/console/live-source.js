/**
 * One stream of `GET /v1/live`, opened again for as long as somebody listens. It runs in a page, or once for all tabs
 * in a shared worker, because a browser opens few connections to one host.
 */

const watch = 15000; // how often the clock is looked at
const asleep = 45000; // a longer gap means that the machine slept, and the connection may be dead without an error
const longest = 5000; // the longest wait before the next attempt

/** Calls `tell({kind, data})`: kind is `state` (data: "live" | "lost"), `failed` (an attempt), `open` or `changes`. */
export class LiveSource {
  #tell;
  #source = null;
  #timer = null;
  #watcher = null;
  #attempts = 0;
  #looked = Date.now();
  state = "lost";

  constructor(tell) {
    this.#tell = tell;
  }

  /** Opens the stream, or opens it anew. */
  start() {
    this.stop();
    this.#looked = Date.now();
    this.#watcher = setInterval(() => this.#look(), watch);
    this.#open();
  }

  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#watcher);
    this.#source?.close();
    this.#source = null;
  }

  #open() {
    this.#source?.close();
    const source = new EventSource("/v1/live");
    this.#source = source;
    source.addEventListener("open", ({ data }) => {
      if (data === undefined) return; // the browser's own event: the node's comes next
      this.#attempts = 0;
      this.#become("live");
      this.#tell({ kind: "open", data: parsed(data) });
    });
    source.addEventListener("changes", ({ data }) => {
      this.#looked = Date.now();
      this.#tell({ kind: "changes", data: parsed(data) });
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      source.close(); // the browser would try again by itself, but not after every failure
      this.#become("lost");
      this.#tell({ kind: "failed" });
      this.#attempts += 1;
      clearTimeout(this.#timer);
      const wait = Math.min(longest, 500 * 2 ** Math.min(this.#attempts, 6)) * (0.5 + Math.random());
      this.#timer = setTimeout(() => this.#open(), wait);
    });
  }

  #look() {
    const now = Date.now();
    const gap = now - this.#looked;
    this.#looked = now;
    if (gap > asleep) this.start();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#tell({ kind: "state", data: state });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { many: true };
  }
}
