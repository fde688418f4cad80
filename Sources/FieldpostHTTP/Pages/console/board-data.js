/** The rows of the board's list: read page by page, and read again without losing what was loaded. */

import { fits, listPath, rowOfReport, rowOfTask } from "./board-query.js";

const first = 50;
const page = 100;
const largest = 500;

export class BoardList {
  rows = [];
  next = null;
  isComplete = true;
  error = null;
  isLoading = true;
  #app;
  #query;
  #etag = null;

  constructor(app, query) {
    this.#app = app;
    this.#query = query;
  }

  /** Reads as many rows as are shown, from the first. Resolves to whether anything may be different. */
  async read() {
    const wanted = Math.max(first, this.rows.length);
    try {
      const found = await this.#pages(wanted);
      if (!found) return this.#done(null);
      this.rows = found.rows;
      this.next = found.next;
      this.isComplete = found.isComplete;
      return this.#done(null, true);
    } catch (error) {
      return this.#done(error, true);
    }
  }

  /** Reads the next page. */
  async more() {
    if (!this.next) return;
    try {
      const found = await this.#pages(page, this.next);
      const known = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...found.rows.filter((row) => !known.has(row.id))];
      this.next = found.next;
      this.#etag = null;
      this.#done(null);
    } catch (error) {
      this.#done(error);
    }
  }

  #done(error, isDifferent = false) {
    this.isLoading = false;
    const was = this.error;
    this.error = error;
    return isDifferent || was !== null;
  }

  /** Null: the node says that the page is the same. A page may be short, so it goes on until there are enough. */
  async #pages(wanted, from = null) {
    const rows = [];
    const isOne = from === null && wanted <= largest;
    let cursor = from;
    let isComplete = true;
    for (let turn = 0; turn < 12; turn += 1) {
      const limit = Math.min(largest, wanted - rows.length);
      const headers = turn === 0 && isOne && this.#etag ? { "if-none-match": this.#etag } : {};
      const answer = await this.#ask(listPath(this.#query, this.#app.me, limit, cursor), headers);
      if (!answer) return null;
      const { json } = answer;
      const list = json.tasks ? json.tasks.map(rowOfTask) : json.reports.map(rowOfReport);
      rows.push(...list.filter((row) => fits(row, this.#query)));
      isComplete = isComplete && json.complete !== false;
      if (turn === 0 && from === null) this.#etag = json.next && rows.length < wanted ? null : answer.etag;
      cursor = json.next ?? null;
      if (!cursor || rows.length >= wanted) break;
    }
    return { rows, next: cursor, isComplete };
  }

  async #ask(path, headers) {
    try {
      const { json, headers: fields } = await this.#app.call("GET", path, { headers });
      return { json, etag: fields.get("etag") };
    } catch (error) {
      if (error.status === 304) return null;
      throw error;
    }
  }
}
