/** Reads again when something changed: soon for what is on the screen, later for the rest, never twice at once. */

const soon = 100;
const later = 2500;

/**
 * `read()` (async) reads and draws; it must not throw. `soon()`: what is shown has changed. `later()`: something else
 * has. A page that nobody sees reads when it is seen again. `stop()` ends it.
 */
export class Refresher {
  #read;
  #timer = null;
  #due = Infinity;
  #ended = 0;
  #busy = false;
  #isStopped = false;
  #seen = () => document.visibilityState === "visible" && this.#due !== Infinity && this.#plan(this.#due);

  constructor(read) {
    this.#read = read;
    document.addEventListener("visibilitychange", this.#seen);
  }

  soon() {
    this.#plan(Math.max(Date.now() + soon, this.#ended + soon * 3));
  }

  later() {
    this.#plan(Math.max(Date.now() + soon, this.#ended + later));
  }

  /** Reads at once. Resolves when it is done. */
  async now() {
    clearTimeout(this.#timer);
    this.#due = Infinity;
    if (this.#isStopped) return;
    this.#busy = true;
    try {
      await this.#read();
    } finally {
      this.#busy = false;
      this.#ended = Date.now();
      if (this.#due !== Infinity) this.#plan(this.#due);
    }
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #plan(when) {
    this.#due = Math.min(this.#due, when);
    clearTimeout(this.#timer);
    if (this.#busy || this.#isStopped || document.visibilityState === "hidden") return;
    this.#timer = setTimeout(() => this.now(), Math.max(0, this.#due - Date.now()));
  }
}
