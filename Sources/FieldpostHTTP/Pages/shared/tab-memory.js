/** Files that only this tab has, because the phone has no room for them. */

import { hex, randomBytes } from "./ids.js";

const question = 600;

/** The files of one tab. Other tabs may ask by `channel` (a BroadcastChannel, or null) whether it is still open. */
export class TabMemory {
  /** The name of this tab. */
  owner = hex(randomBytes(8));
  #channel;
  #files = new Map();

  constructor(channel) {
    this.#channel = channel;
    channel?.addEventListener("message", ({ data }) => {
      if (data.asks === this.owner) channel.postMessage({ lives: this.owner });
    });
  }

  /** Keeps the bytes of a photo of an item. */
  keep(id, sha256, bytes) {
    this.#files.set(`${id}/${sha256}`, bytes);
  }

  /** The bytes, or null. */
  get(id, sha256) {
    return this.#files.get(`${id}/${sha256}`) ?? null;
  }

  /** Drops the bytes. */
  forget(id, sha256) {
    this.#files.delete(`${id}/${sha256}`);
  }

  /** Whether the tab with this name is still open. */
  async lives(owner) {
    if (owner === this.owner) return true;
    if (!this.#channel) return false;
    let answer = null;
    const answered = new Promise((resolve) => {
      answer = ({ data }) => data.lives === owner && resolve(true);
      this.#channel.addEventListener("message", answer);
      this.#channel.postMessage({ asks: owner });
      setTimeout(resolve, question, false);
    });
    const lives = await answered;
    this.#channel.removeEventListener("message", answer);
    return lives;
  }
}
