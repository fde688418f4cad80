/**
 * What the wall shows, read again and again. Each part replaces what it was, so a week of it holds no more than a
 * minute of it. A part that cannot be read stays as it was, and says since when.
 */

import { Refused, Unreachable } from "../shared/api.js";
import { now } from "../shared/time.js";
import { toWGS84 } from "./map-datum.js";
import { phaseOf } from "./map-phase.js";
import { pathOf } from "./routes.js";

const rows = { newest: 6, late: 6, disputes: 6 };
const dots = 500; // a page of them
const mostDots = 2000;
const whole = 600000; // milliseconds between two reads of all dots
const day = 86400000;
const beat = 1000;

/** The days of a period, in Asia/Shanghai, as the indicators take them. */
function lastDays(count) {
  const text = (at) => new Date(at + 8 * 3600000).toISOString().slice(0, 10);
  return `${text(now() - (count - 1) * day)}/${text(now())}`;
}

export class WallData {
  /** Each: `{value, at, failed, hidden}`. `hidden`: this login may not read it. */
  parts = {};
  #app;
  #tell;
  #timer = null;
  #ends = [];
  #dirty = new Set();
  #reading = false;
  #stopped = false;
  #rules;
  #wholeAt = 0;

  /** `tell(name)` is called after each part that was read. */
  constructor(app, tell) {
    this.#app = app;
    this.#tell = tell;
    const overview = app.may("overview");
    // `pause`: the shortest time between two reads; `rest`: the longest, in milliseconds; `live`: changes matter.
    this.#rules = [
      ["board", 1500, 30000, true, () => this.#get("/v1/board")],
      ["newest", 1500, 60000, true, () => this.#list("/v1/reports", { limit: rows.newest })],
      ["late", 5000, 20000, true, () => this.#list("/v1/tasks", { overdue: "true", limit: rows.late })],
      ["disputes", 5000, 60000, true, () => this.#list("/v1/reports", { conflict: "true", limit: rows.disputes })],
      ["status", 5000, 5000, false, () => this.#get("/v1/status")],
      ["map", 3600000, 3600000, false, () => this.#get("/v1/map")],
      ["dots", 20000, 60000, true, () => this.#dots()],
      ["departments", 300000, 300000, false, () => this.#figures("department"), !overview],
      ["grids", 300000, 300000, false, () => this.#figures("grid"), !overview],
    ];
    for (const [name, , , , , isHidden] of this.#rules) {
      this.parts[name] = { value: null, at: 0, tried: 0, failed: false, hidden: Boolean(isHidden) };
    }
  }

  start() {
    this.#ends.push(
      this.#app.on("changes", ({ reports, many }) => this.#note(many || reports.length > 0)),
      this.#app.on("again", () => this.#note(true)));
    this.#timer = setInterval(() => this.#turn(), beat);
    this.#turn();
  }

  stop() {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const end of this.#ends) end();
  }

  #note(isReport) {
    if (isReport) for (const [name, , , live] of this.#rules) if (live) this.#dirty.add(name);
  }

  /** Reads what is due, one after the other, so that a wall never asks for two things at once. */
  async #turn() {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (const [name, pause, rest, , read] of this.#rules) {
        if (this.#stopped) return;
        const part = this.parts[name];
        const age = Date.now() - part.tried;
        const retry = part.failed && age > 10000;
        if (part.hidden || (!retry && age < (this.#dirty.has(name) ? pause : rest) && part.tried > 0)) continue;
        this.#dirty.delete(name);
        await this.#read(part, read);
        if (!this.#stopped) this.#tell(name);
      }
    } finally {
      this.#reading = false;
    }
  }

  async #read(part, read) {
    part.tried = Date.now();
    try {
      part.value = await read();
      [part.at, part.failed] = [now(), false];
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      part.failed = true;
      if (error.status === 403) [part.hidden, part.failed] = [true, false];
      if (error.status === 404) [part.value, part.failed] = [null, false];
    }
  }

  async #get(path) {
    return (await this.#app.call("GET", path)).json;
  }

  async #list(path, values) {
    const answer = await this.#get(pathOf(path, values));
    return { items: answer.reports ?? answer.tasks, hasMore: Boolean(answer.next) };
  }

  /** All dots from time to time, and between these the newest ones over those that are there. */
  async #dots() {
    const since = now() - 7 * day;
    const isWhole = Date.now() - this.#wholeAt > whole;
    const late = new Set((await this.#list("/v1/tasks", { overdue: "true", limit: dots })).items
      .map(({ report }) => report));
    const found = new Map();
    let cursor = null;
    do {
      const { reports, next } = await this.#get(
        pathOf("/v1/reports", { since: new Date(since).toISOString(), limit: dots, cursor }));
      for (const { id, fields, reported_at: reported } of reports) {
        const at = Date.parse(fields.captured_at ?? reported ?? "") || now();
        found.set(id, { id, place: toWGS84(fields.location), at, stage: fields.stage });
      }
      cursor = next;
    } while (isWhole && cursor && found.size < mostDots);
    if (isWhole) this.#wholeAt = Date.now();
    else for (const dot of this.parts.dots.value ?? []) if (!found.has(dot.id)) found.set(dot.id, dot);
    return [...found.values()].filter(({ place, at }) => place && at >= since).slice(0, mostDots)
      .map((dot) => ({ ...dot, phase: phaseOf(dot.stage, late.has(dot.id)) }));
  }

  #figures(by) {
    return this.#get(pathOf("/v1/indicators", { period: lastDays(30), by }));
  }
}
