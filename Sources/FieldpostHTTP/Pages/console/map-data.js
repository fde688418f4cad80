/** The reports that the map shows: at most so many, of one filter, kept up to date by what comes live. */

import { Refused, Unreachable } from "../shared/api.js";
import { now } from "../shared/time.js";
import { toWGS84 } from "./map-datum.js";
import { phaseOf } from "./map-phase.js";
import { pathOf } from "./routes.js";

/** The largest number of reports that are shown at once. */
export const most = 2000;
const pageSize = 500;
const few = 2; // more new reports than this are read as a list
const oneByOne = 8; // more changed reports than this are read with all others
const catchEvery = 1500; // milliseconds between two reads of what changed
const pause = 10000; // milliseconds between two lists that are read because of changes
const lateEvery = 60000;

/** A report as the map has it. `place` is `[lat, lon]` in WGS-84 or null; `at` is null if nobody knows. */
function pointOf({ id, fields, labels, conflict, reported_at: reported }, isLate) {
  const stage = fields.stage ?? null;
  return {
    id,
    at: Date.parse(fields.captured_at ?? reported ?? "") || timeOfID(id),
    place: toWGS84(fields.location),
    grid: fields.grid ?? null,
    category: fields.category ?? null,
    stage,
    label: labels?.stage ?? null,
    text: fields.text ?? "",
    urgent: fields.priority === "urgent",
    conflict: Boolean(conflict),
    phase: phaseOf(stage, isLate),
  };
}

/** A UUID of version 7 says when it was made. */
function timeOfID(id) {
  return id[14] === "7" ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** `filter`: `{days, grid, category, stage, text, overdue, conflict}`, each may be missing. */
export class MapReports {
  points = new Map(); // id → point, the newest to arrive first
  state = "loading"; // or "ready", "failed"
  error = null;
  hasMore = false;
  #app;
  #filter;
  #tell;
  #late = new Set();
  #turn = 0;
  #timer = null;
  #lateTimer;
  #readAt = 0;
  #changed = new Map(); // id → whether it is new
  #catching = null;
  #caughtAt = 0;

  /** `tell({arrived})` is called after each change, with the ids that are new. */
  constructor(app, filter, tell) {
    [this.#app, this.#filter, this.#tell] = [app, filter, tell];
    this.#lateTimer = setInterval(() => this.#readLate().then(() => this.#tell({ arrived: [] }), () => {}), lateEvery);
  }

  stop() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#catching);
    this.#changed.clear();
    clearInterval(this.#lateTimer);
  }

  /** The first moment of the time that is shown, in milliseconds. */
  get since() {
    return now() - this.#filter.days * 86400000;
  }

  /** Reads everything of a filter anew. What is of another filter gives way to the first page. */
  async load(filter = this.#filter) {
    const turn = ++this.#turn;
    clearTimeout(this.#timer);
    this.#timer = null;
    const isReload = filter === this.#filter && this.state === "ready" && this.points.size > 0;
    this.#filter = filter;
    this.#readAt = Date.now();
    if (!isReload) this.state = "loading";
    try {
      const late = this.#readLate();
      late.catch(() => {}); // it is awaited below, unless the reports cannot be read either
      const found = await this.#read((reports) => {
        if (turn === this.#turn && !isReload) this.#take(reports, []);
      });
      await late;
      if (turn !== this.#turn) return;
      const arrived = isReload ? found.reports.map(({ id }) => id).filter((id) => !this.points.has(id)) : [];
      this.hasMore = found.hasMore;
      [this.state, this.error] = ["ready", null];
      this.#take(found.reports, arrived);
    } catch (error) {
      if (turn !== this.#turn) return;
      // What was read stays on the screen.
      this.state = this.points.size === 0 ? "failed" : "ready";
      this.error = error;
      this.#tell({ arrived: [] });
    }
  }

  #take(reports, arrived) {
    this.points = new Map(reports.map((one) => [one.id, pointOf(one, this.#late.has(one.id))]));
    this.#tell({ arrived });
  }

  #query(more) {
    const { grid, category, stage, text, overdue, conflict } = this.#filter;
    const since = new Date(this.since).toISOString();
    return pathOf("/v1/reports", {
      grid, category, stage, text, since, overdue: overdue ? "true" : "", conflict: conflict ? "true" : "", ...more });
  }

  /** `page(reports)` is called with all so far after each page. */
  async #read(page) {
    const reports = [];
    let cursor = null;
    // A page of a search may be short or empty and still have a next one.
    for (let pages = 0; pages < 60; pages += 1) {
      const { json } = await this.#app.call("GET", this.#query({ limit: pageSize, cursor }));
      reports.push(...json.reports);
      cursor = json.next;
      if (!cursor || reports.length >= most) break;
      page(reports);
    }
    return { reports: reports.slice(0, most), hasMore: Boolean(cursor) };
  }

  async #readLate() {
    const late = new Set();
    let cursor = null;
    do {
      const { grid } = this.#filter;
      const { json } = await this.#app.call(
        "GET", pathOf("/v1/tasks", { grid, overdue: "true", limit: pageSize, cursor }));
      for (const { report } of json.tasks) late.add(report);
      cursor = json.next;
    } while (cursor && late.size < most);
    this.#late = late;
    for (const [id, point] of this.points) {
      this.points.set(id, { ...point, phase: phaseOf(point.stage, late.has(id)) });
    }
  }

  /** Takes a message of the live stream. Many messages in a short time are answered by few reads. */
  hear({ reports, many }) {
    if (many || this.#filter.text || this.#filter.overdue) {
      if (many || reports.length > 0) this.#loadSoon();
      return;
    }
    for (const { id, kinds } of reports) {
      if (kinds.includes("overdue")) this.#late.add(id);
      this.#changed.set(id, this.#changed.get(id) || kinds.includes("created"));
    }
    if (this.#changed.size === 0 || this.#catching) return;
    const wait = Math.max(0, this.#caughtAt + catchEvery - Date.now());
    this.#catching = setTimeout(() => this.#catchUp(), wait);
  }

  async #catchUp() {
    const turn = this.#turn;
    const changed = this.#changed;
    this.#changed = new Map();
    this.#caughtAt = Date.now();
    try {
      const made = [...changed].filter(([, isCreated]) => isCreated).map(([id]) => id);
      const found = new Map();
      if (made.length > few) {
        // The newest to arrive are first in the list, so one page has all that fit the filter. Without a time, the
        // list is not that of the search, which follows a moment later.
        const limit = Math.min(pageSize, made.length + 10);
        const { json } = await this.#app.call("GET", this.#query({ limit, since: "" }));
        const listed = new Map(json.reports.map((one) => [one.id, pointOf(one, this.#late.has(one.id))]));
        for (const id of made) found.set(id, listed.has(id) && this.#fits(listed.get(id)) ? listed.get(id) : null);
      }
      const rest = [...changed.keys()].filter((id) => !found.has(id));
      if (rest.length > oneByOne) this.#loadSoon();
      else for (const id of rest) found.set(id, await this.#one(id));
      if (turn === this.#turn) this.#put(changed, found);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#loadSoon();
    } finally {
      this.#catching = null;
      if (this.#changed.size > 0) this.hear({ reports: [] });
    }
  }

  /** Takes what became of changed reports: points, and null for those that are none of this filter. */
  #put(changed, found) {
    const arrived = [];
    for (const id of changed.keys()) {
      const point = found.get(id);
      if (point === undefined) continue;
      if (!point) this.points.delete(id);
      else if (this.points.has(id)) this.points.set(id, point);
      else arrived.push([id, point]);
    }
    if (arrived.length > 0) this.points = new Map([...arrived.reverse(), ...this.points]);
    for (const id of [...this.points.keys()].slice(most)) {
      this.points.delete(id);
      this.hasMore = true;
    }
    this.#tell({ arrived: arrived.map(([id]) => id) });
  }

  /** The point of a report; null if it is not one of the filter. */
  async #one(id) {
    try {
      const { json } = await this.#app.call("GET", `/v1/reports/${id}`);
      if (!json.fields) return null;
      const point = pointOf(json, this.#late.has(id));
      return this.#fits(point) ? point : null;
    } catch (error) {
      if (error instanceof Refused && [403, 404, 410].includes(error.status)) return null;
      throw error;
    }
  }

  #fits(point) {
    const { grid, category, stage, conflict } = this.#filter;
    if (point.at !== null && point.at < this.since) return false;
    return (!grid || point.grid === grid) && (!category || point.category === category)
      && (!stage || point.stage === stage) && (!conflict || point.conflict);
  }

  #loadSoon() {
    if (this.#timer) return;
    const wait = Math.max(1000, this.#readAt + pause - Date.now());
    this.#timer = setTimeout(() => this.load(), wait);
  }
}
