/** The wall: a large screen that nobody touches. It turns its pages by itself, and holds no more after a week. */

import { h, replace } from "../shared/dom.js";
import { moment, now } from "../shared/time.js";
import { addWords, language, t } from "../shared/words.js";
import { loadStyles } from "./map-load.js";
import { colours, onScheme } from "./map-phase.js";
import { gridName } from "./names.js";
import { put } from "./put.js";
import { hashOf } from "./routes.js";
import { WallData } from "./wall-data.js";
import { figuresPage } from "./wall-figures.js";
import { fleetPage } from "./wall-fleet.js";
import { WallMap } from "./wall-map.js";
import { disputeRow, headTiles, lateRow, list, newestRow, stageTiles } from "./wall-parts.js";
import en from "./words-e-en.js";
import zh from "./words-e-zh.js";

addWords({ zh, en });

export default { title: "way.wall", show };

const pages = ["now", "late", "figures", "fleet"];
const usual = 20; // seconds a page
const hidden = 4000; // milliseconds until the buttons go away

async function show(place, query, app) {
  await loadStyles("/console/e-map.css", "/console/e-wall.css");
  const wall = new Wall(place, query, app);
  return { stop: () => wall.stop(), change: (other) => wall.change(other) };
}

class Wall {
  #app;
  #data;
  #map;
  #parts;
  #page = "now";
  #seconds = usual;
  #turned = Date.now();
  #held = false;
  #version = null;
  #timer;
  #away = null;
  #ends = [];

  constructor(place, query, app) {
    this.#app = app;
    this.#data = new WallData(app, (name) => this.#drawn(name));
    this.#map = new WallMap(colours(), (grid, own) => own || gridName(grid));
    this.#parts = {
      head: h("header", { class: "wall-head" }), tiles: h("div", { class: "wall-tiles" }),
      stages: h("div"), page: h("div", { class: "wall-page" }), tools: h("div", { class: "wall-tools" }),
    };
    this.#nowPage = this.#makeNow();
    const { head, tiles, stages, page, tools } = this.#parts;
    replace(place, h("h1", { class: "unseen" }, t("wall.title")),
      h("div", { class: "wall" }, head, tiles, stages, page, tools));
    this.#take(query);
    this.#timer = setInterval(() => this.#tick(), 1000);
    const key = (event) => this.#key(event);
    const stir = () => this.#stir();
    document.addEventListener("keydown", key);
    for (const type of ["pointermove", "pointerdown", "focusin"]) document.addEventListener(type, stir);
    this.#ends.push(
      () => document.removeEventListener("keydown", key),
      () => ["pointermove", "pointerdown", "focusin"].forEach((type) => document.removeEventListener(type, stir)),
      app.on("link", () => this.#drawHead()),
      onScheme(() => (this.#map.inks = colours())));
    document.body.classList.add("wall-still");
    this.#data.start();
    this.#draw();
  }

  #nowPage;
  #newest = h("section", { class: "wall-newest" });
  #mapPlace = h("section", { class: "wall-mapside" });
  #seen = null;

  #makeNow() {
    replace(this.#mapPlace, h("h2", null, t("wall.map")), this.#map.canvas);
    return h("div", { class: "wall-two" }, this.#mapPlace, this.#newest);
  }

  stop() {
    clearInterval(this.#timer);
    clearTimeout(this.#away);
    for (const end of this.#ends) end();
    this.#data.stop();
    this.#map.stop();
    document.body.classList.remove("wall-still");
  }

  /** Another address of this screen: `#/wall/late?seconds=30`, or `?hold=true`. */
  change(query) {
    this.#take(query);
    this.#draw();
  }

  #take(query) {
    const seconds = Number(query.seconds);
    this.#seconds = seconds >= 5 && seconds <= 3600 ? seconds : usual;
    this.#held = query.hold === "true";
    if (pages.includes(query.page)) this.#go(query.page);
  }

  #tick() {
    if (!this.#held && Date.now() - this.#turned > this.#seconds * 1000) this.#step(1);
    this.#drawHead();
  }

  /** Those that this login may see. */
  #usable() {
    return pages.filter((page) => page !== "figures" || !this.#data.parts.departments.hidden);
  }

  #step(by) {
    const usable = this.#usable();
    this.#go(usable[(usable.indexOf(this.#page) + by + usable.length) % usable.length]);
    this.#draw();
  }

  #go(page) {
    this.#page = page;
    this.#turned = Date.now();
  }

  #key({ key, target }) {
    if (target.closest?.("button, a, input, select")) return;
    if (key === "ArrowRight") this.#step(1);
    else if (key === "ArrowLeft") this.#step(-1);
    else if (key === " ") this.#hold();
    else if (key === "Escape" && !document.fullscreenElement) location.hash = hashOf("board");
  }

  #hold() {
    this.#held = !this.#held;
    this.#turned = Date.now();
    this.#drawTools();
  }

  /** Somebody is there: the buttons are shown for a while. */
  #stir() {
    document.body.classList.remove("wall-still");
    clearTimeout(this.#away);
    this.#away = setTimeout(() => document.body.classList.add("wall-still"), hidden);
  }

  #drawn(name) {
    const { parts } = this.#data;
    if (name === "map") this.#map.setBase(parts.map.value);
    if (name === "dots" && parts.dots.value) this.#map.setDots(parts.dots.value);
    if (name === "status") this.#look(parts.status.value);
    this.#draw();
  }

  /** A node of another version has another page, so the wall takes that. */
  #look(status) {
    if (!status) return;
    this.#version ??= status.version;
    if (status.version !== this.#version) location.reload();
  }

  #draw() {
    const { parts } = this.#data;
    this.#drawHead();
    this.#drawTools();
    put(this.#parts.tiles, headTiles(parts));
    put(this.#parts.stages, stageTiles(parts));
    const place = this.#parts.page;
    if (this.#page !== "now") {
      this.#nowPage.remove();
      if (this.#page === "late") put(place, this.#late(parts));
      else put(place, this.#page === "figures" ? figuresPage(parts) : fleetPage(parts));
      return;
    }
    this.#drawNewest(parts);
    if (this.#nowPage.parentNode !== place) replace(place, this.#nowPage);
  }

  #late({ late, disputes, board }) {
    const rest = (board.value?.overdue ?? 0) - (late.value?.items.length ?? 0);
    return h("div", { class: "wall-two even" },
      h("section", null, list(late, t("wall.late"), t("wall.noLate"), lateRow,
        rest > 0 && h("span", null, t("wall.moreLate", { n: rest })))),
      h("section", null, list(disputes, t("wall.disputes"), t("wall.noDisputes"), disputeRow)));
  }

  #drawNewest({ newest }) {
    const ids = (newest.value?.items ?? []).map(({ id }) => id);
    const isChanged = put(this.#newest, list(newest, t("wall.newest"), t("wall.noNew"), newestRow));
    if (!isChanged || ids.length === 0) return;
    for (const row of this.#newest.querySelectorAll("li")) {
      if (this.#seen && !this.#seen.has(row.dataset.id)) row.animate(arrival, { duration: 3000 });
    }
    this.#seen = new Set(ids);
  }

  #drawHead() {
    const locale = language() === "en" ? "en-GB" : "zh-CN";
    const at = (options) => new Date(now()).toLocaleString(locale, { timeZone: "Asia/Shanghai", ...options });
    const { link, linkSince } = this.#app;
    put(this.#parts.head,
      h("b", { class: "wall-station" }, document.title.split(" · ").slice(1).join(" · ") || t("app")),
      h("ol", { class: "wall-turns", "aria-hidden": "true" },
        this.#usable().map((page) => h("li", { class: page === this.#page ? "at" : "" }, t(`wall.page.${page}`)))),
      link === "lost" && h("strong", { class: "wall-lost", role: "alert" },
        t("wall.offline", { time: moment(linkSince) })),
      h("span", { class: "wall-day" }, at({ month: "long", day: "numeric", weekday: "short" })),
      h("time", { class: "wall-clock" }, at({ hour: "2-digit", minute: "2-digit", hour12: false })));
  }

  #drawTools() {
    const button = (words, click) => h("button", { type: "button", on: { click } }, words);
    put(this.#parts.tools,
      h("a", { class: "button", href: hashOf("board"), id: "wall-exit" }, t("wall.exit")),
      button(t("wall.next"), () => this.#step(1)),
      button(t(this.#held ? "wall.go" : "wall.hold"), () => this.#hold()),
      document.fullscreenEnabled && button(t("wall.full"), () => (document.fullscreenElement
        ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {}))));
  }
}

const arrival = matchMedia("(prefers-reduced-motion: reduce)").matches
  ? [{ outline: "0.2em solid currentColor" }, { outline: "0.2em solid currentColor" }]
  : [{ transform: "translateX(2em)", opacity: 0, outline: "0.2em solid currentColor" },
    { transform: "none", opacity: 1, offset: 0.1, outline: "0.2em solid currentColor" },
    { outline: "0.2em solid transparent" }];
