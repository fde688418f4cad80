/** The map: reports where they are, by time, and as they arrive. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { now } from "../shared/time.js";
import { addWords, t } from "../shared/words.js";
import { BaseLayer, isCollection } from "./map-base.js";
import { TimeBrush } from "./map-brush.js";
import { MapReports, most } from "./map-data.js";
import { filterBar, filterOf, queryOf } from "./map-filter.js";
import { drawList, legend, pointWords } from "./map-list.js";
import { loadLeaflet, loadStyles, NoLeaflet } from "./map-load.js";
import { makeMap } from "./map-make.js";
import { colours, onScheme } from "./map-phase.js";
import { PointLayer } from "./map-points.js";
import { gridName, names } from "./names.js";
import { problemWords } from "./problems.js";
import { put } from "./put.js";
import { hashOf } from "./routes.js";
import en from "./words-e-en.js";
import zh from "./words-e-zh.js";

addWords({ zh, en });

const redraw = 30000; // how often the right end of the time moves on

export default { title: "way.map", show };

async function show(place, query, app) {
  replace(place, h("p", { class: "empty" }, t("map.opening")));
  await loadStyles("/console/e-map.css");
  let L = null;
  try {
    L = await loadLeaflet();
  } catch (error) {
    if (!(error instanceof NoLeaflet)) throw error;
  }
  const view = new MapView(place, query, app, L);
  await view.begin();
  return { stop: () => view.stop(), change: (other) => view.change(other) };
}

/** A moment of an address, in milliseconds; null for none. */
const momentOf = (text) => (Number.isFinite(Date.parse(text)) ? Date.parse(text) : null);

class MapView {
  #place;
  #app;
  #L;
  #filter;
  #reports;
  #brush;
  #map = null;
  #base = null;
  #layer = null;
  #collection = null;
  #notes = { data: null, base: null, tiles: null };
  #parts = {};
  #ends = [];
  #isStopped = false;
  #written = null;

  constructor(place, query, app, L) {
    [this.#place, this.#app, this.#L] = [place, app, L];
    this.#filter = filterOf(query);
    this.#reports = new MapReports(app, this.#filter, ({ arrived }) => this.#draw(arrived));
    this.#brush = new TimeBrush({ from: momentOf(query.from), to: momentOf(query.to) }, (window, isPlaying) => {
      this.#show();
      if (!isPlaying) this.#write();
    });
  }

  async begin() {
    const { ground, list, notes, filter } = this.#frame();
    replace(this.#place, h("h1", { class: "unseen" }, t("way.map")), filter, notes,
      h("div", { class: "map-body" }, h("div", { class: "map-main" }, ground, legend(), this.#brush.element), list));
    await this.#readBase();
    if (this.#isStopped) return;
    this.#drawFilter();
    if (this.#L) this.#makeMap();
    this.#fit();
    this.#draw([]);
    const timer = setInterval(() => this.#draw([]), redraw);
    this.#ends.push(
      () => clearInterval(timer),
      this.#app.on("changes", (message) => this.#reports.hear(message)),
      this.#app.on("again", () => this.#reports.load()),
      onScheme(() => this.#recolour()));
    await this.#reports.load(this.#filter);
    if (!this.#isStopped && !this.#base) this.#fit();
  }

  stop() {
    this.#isStopped = true;
    for (const end of this.#ends) end();
    this.#reports.stop();
    this.#brush.stop();
    this.#layer?.stop();
    this.#map?.remove();
  }

  /** Another address of this screen. */
  change(query) {
    if (JSON.stringify(query) === this.#written) return;
    this.#brush.window = { from: momentOf(query.from), to: momentOf(query.to) };
    this.#take(filterOf(query));
  }

  #frame() {
    this.#parts = {
      ground: h("div", { class: "map-ground", role: "application", "aria-label": t("way.map") }),
      list: h("section", { class: "map-list", "aria-label": t("map.list") }),
      notes: h("div", { class: "map-notes" }),
      filter: h("div", null),
    };
    if (!this.#L) {
      replace(this.#parts.ground, h("div", { class: "map-missing", role: "alert" },
        h("p", null, t("map.noLeaflet")), h("code", null, "sudo apt install libjs-leaflet libjs-leaflet.markercluster"),
        h("p", null, t("map.noLeafletThen"))));
    }
    return this.#parts;
  }

  async #readBase() {
    try {
      const { json } = await this.#app.call("GET", "/v1/map");
      if (isCollection(json)) this.#collection = json;
      else this.#notes.base = t("map.badBase");
    } catch (error) {
      if (error instanceof Refused && error.status === 404) {
        this.#notes.base = t(this.#app.may("administer") ? "map.noBaseAdmin" : "map.noBase");
      } else if (error instanceof Refused || error instanceof Unreachable) {
        this.#notes.base = problemWords(error);
      } else throw error;
    }
  }

  #makeMap() {
    const [L, inks] = [this.#L, colours()];
    const { map, hasTiles, end } = makeMap(L, this.#parts.ground, this.#collection, (isFailing) => {
      this.#notes.tiles = isFailing ? t("map.noTiles") : null;
      this.#drawNotes();
    });
    this.#map = map;
    this.#ends.push(end);
    if (this.#collection) {
      try {
        this.#base = new BaseLayer(L, this.#map, this.#collection, {
          inks, isClear: hasTiles, name: (code, own) => own || gridName(code),
          choose: (grid) => this.#take({ ...this.#filter, grid: this.#filter.grid === grid ? "" : grid }) });
        this.#base.choose(this.#filter.grid);
      } catch {
        this.#notes.base = t("map.badBase"); // somebody wrote shapes into the setting that are none
      }
    }
    this.#layer = new PointLayer(L, this.#map, {
      inks, words: pointWords, open: (id) => (location.hash = hashOf("case", [id])) });
    this.#map.on("moveend", () => this.#drawSeen());
  }

  /** Shows the chosen grid, or the base, or where the reports are. */
  #fit() {
    if (!this.#map) return;
    const places = [...this.#reports.points.values()].map(({ place }) => place).filter(Boolean);
    const bounds = this.#filter.grid && this.#base?.boundsOf(this.#filter.grid) || this.#base?.bounds
      || (places.length > 0 ? this.#L.latLngBounds(places) : null);
    if (bounds) this.#map.fitBounds(bounds, { padding: [24, 24], maxZoom: 18, animate: false });
  }

  #grids() {
    const found = new Map(names.grids.map(({ code, zh }) => [code, zh]));
    for (const { properties } of this.#collection?.features ?? []) {
      if (properties?.grid && !found.has(properties.grid)) found.set(properties.grid, properties.name);
    }
    return [...found].map(([code, zh]) => ({ code, zh: String(zh ?? "") }));
  }

  #drawFilter() {
    const focused = document.activeElement?.id;
    replace(this.#parts.filter,
      filterBar(this.#filter, this.#grids(), (part) => this.#take({ ...this.#filter, ...part })));
    if (focused?.startsWith("map-")) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  #take(filter) {
    if (JSON.stringify(filter) === JSON.stringify(this.#filter)) return;
    const isOtherGrid = filter.grid !== this.#filter.grid;
    if (filter.days !== this.#filter.days) this.#brush.window = { from: null, to: null };
    this.#filter = filter;
    this.#drawFilter();
    this.#base?.choose(filter.grid);
    if (isOtherGrid) this.#fit();
    this.#write();
    this.#parts.notes.setAttribute("aria-busy", "true");
    this.#reports.load(filter);
  }

  /** Writes what is shown into the address, so that it can be shared and opened again. */
  #write() {
    const { from, to } = this.#brush.window;
    const text = (at) => (at === null ? "" : new Date(at).toISOString().slice(0, 16) + "Z");
    const values = { ...queryOf(this.#filter), from: text(from), to: text(to) };
    history.replaceState(null, "", hashOf("map", [], values));
    this.#written = JSON.stringify({ path: [], ...values });
  }

  #draw(arrived) {
    if (this.#isStopped) return;
    const { points, state, error, hasMore } = this.#reports;
    this.#notes.data = error ? problemWords(error) : hasMore ? t("map.more", { n: most })
      : state === "ready" && points.size === 0 ? t("map.none") : null;
    this.#brush.draw([...points.values()], this.#reports.since, now());
    this.#show();
    for (const id of arrived) this.#layer?.pulse(id);
    this.#parts.notes.removeAttribute("aria-busy");
    this.#drawNotes();
  }

  #drawNotes() {
    if (this.#isStopped) return;
    const { state, error } = this.#reports;
    put(this.#parts.notes, state === "loading" && h("p", { class: "muted", role: "status" }, t("map.loading")),
      this.#notes.data && h("p", { class: `notice ${error ? "bad" : ""}`, role: "status" }, this.#notes.data,
        error && h("button", { type: "button", on: { click: () => this.#reports.load() } }, t("again"))),
      [this.#notes.base, this.#notes.tiles].map((words) => words && h("p", { class: "notice warn" }, words)));
  }

  #show() {
    const shown = [...this.#reports.points.values()].filter((point) => this.#brush.holds(point));
    this.#layer?.show(shown);
    this.#drawSeen();
  }

  #drawSeen() {
    if (this.#isStopped) return; // Leaflet tells of a move 200 ms later, even when the map is gone
    const bounds = this.#map?.getBounds();
    const shown = [...this.#reports.points.values()].filter((point) => this.#brush.holds(point));
    const seen = shown.filter(({ place }) => (bounds ? place && bounds.contains(place) : true));
    seen.sort((one, other) => (other.at ?? 0) - (one.at ?? 0));
    const { state, points } = this.#reports;
    drawList(this.#parts.list, seen, bounds ? shown.filter(({ place }) => !place).length : 0,
      points.size > 0 ? "ready" : state);
  }

  #recolour() {
    const inks = colours();
    this.#base?.recolour(inks);
    this.#layer?.recolour(inks);
  }
}
