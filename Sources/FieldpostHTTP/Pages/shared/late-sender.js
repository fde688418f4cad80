/** A sender that comes when there is something to send, so that the first view of a page is small. */

const again = 5000;

/** Stands for the sender of sender.js. `given`: what that one is made of. */
export class LateSender {
  #given;
  #sender = null;
  #loading = null;
  #retry = null;
  #started = false;

  constructor(given) {
    this.#given = given;
  }

  /** What the sender does; idle as long as it is not here. */
  get status() {
    return this.#sender?.status ?? { phase: "idle", problem: null, retryAt: null };
  }

  /** From now on it may send. `isNeeded`: something waits already. */
  async start(isNeeded) {
    this.#started = true;
    if (isNeeded) await this.do(() => {});
  }

  /** Calls `fn(sender)`. Where no node gives the sender's file, it tries again in a while. */
  async do(fn) {
    if (!this.#started) return;
    this.#loading ??= import("./sender.js");
    try {
      const { Sender } = await this.#loading;
      if (!this.#sender) {
        this.#sender = new Sender(this.#given);
        this.#sender.start();
      }
    } catch {
      this.#loading = null;
      this.#retry ??= setTimeout(() => {
        this.#retry = null;
        void this.do((sender) => sender.now());
      }, again);
      return;
    }
    await fn(this.#sender);
  }
}
