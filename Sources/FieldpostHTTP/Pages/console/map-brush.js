/**
 * The time below the map: how many reports came when, with a window that can be drawn, moved, and played.
 * A window is `{from, to}` in milliseconds; null means as far as the time goes, so that what arrives is shown too.
 */

import { h, replace } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";

const bins = 72;
const beat = 200; // milliseconds between two steps of playback
const steps = 150; // of a playback at simple speed
const speeds = [1, 2, 4];

export class TimeBrush {
  element;
  window;
  #span = { since: 0, until: 1 };
  #points = [];
  #change;
  #timer = null;
  #speed = 1;
  #parts = {};

  /** `change(window, isPlaying)` is called whenever the window is another one. */
  constructor(window, change) {
    this.window = window;
    this.#change = change;
    this.element = this.#make();
  }

  get isPlaying() {
    return this.#timer !== null;
  }

  /** Whether a point lies in the window. One whose time nobody knows does if the window is everything. */
  holds({ at }) {
    const { from, to } = this.window;
    if (at === null) return from === null && to === null;
    return (from === null || at >= from) && (to === null || at <= to);
  }

  /** Draws the columns of these points over a time. */
  draw(points, since, until) {
    this.#points = points;
    this.#span = { since, until };
    const counts = Array.from({ length: bins }, () => [0, 0]);
    for (const { at, phase } of points) {
      if (at === null || at < since) continue;
      const bin = counts[Math.min(bins - 1, Math.floor((at - since) / (until - since) * bins))];
      bin[0] += 1;
      if (phase === "late") bin[1] += 1;
    }
    const highest = Math.max(4, ...counts.map(([all]) => all));
    const column = (at, count, name) => count > 0 && h("rect", { class: name, x: at + 0.08, width: 0.84,
      y: 100 - count / highest * 100, height: count / highest * 100 });
    replace(this.#parts.columns, counts.map(([all, late], at) => [column(at, all, "all"), column(at, late, "late")]));
    replace(this.#parts.axis, [0, 0.25, 0.5, 0.75, 1].map((part) =>
      h("span", null, part === 1 ? t("map.now") : moment(since + part * (until - since)))));
    this.#place();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #make() {
    const parts = this.#parts;
    parts.columns = h("g");
    parts.axis = h("div", { class: "brush-axis", "aria-hidden": "true" });
    parts.from = this.#handle("from", t("map.from"));
    parts.to = this.#handle("to", t("map.to"));
    parts.band = h("div", { class: "brush-band" }, parts.from, parts.to);
    parts.words = h("output", { class: "brush-words" });
    parts.play = h("button", { type: "button", class: "brush-play", on: { click: () => this.#toggle() } });
    parts.all = h("button", { type: "button", on: { click: () => this.#all() } }, t("map.wholeTime"));
    parts.track = h("div", { class: "brush-track", on: { pointerdown: (event) => this.#press(event) } },
      h("svg", { viewBox: `0 0 ${bins} 100`, preserveAspectRatio: "none", "aria-hidden": "true" }, parts.columns),
      parts.band);
    parts.speed = h("select", { "aria-label": t("map.speed"), value: "1",
      on: { change: ({ target }) => (this.#speed = Number(target.value)) } },
    speeds.map((speed) => h("option", { value: String(speed) }, `${speed}×`)));
    return h("section", { class: "brush", "aria-label": t("map.time") },
      h("div", { class: "brush-bar" }, parts.play, parts.speed, parts.all, parts.words), parts.track, parts.axis);
  }

  #handle(side, words) {
    return h("button", { type: "button", class: `brush-handle ${side}`, role: "slider", "aria-label": words,
      dataset: { side }, on: { keydown: (event) => this.#key(event, side) } });
  }

  /** The window as parts of the time, 0 to 1. */
  get #ends() {
    const { since, until } = this.#span;
    const part = (at, otherwise) => (at === null ? otherwise : clamp((at - since) / (until - since)));
    return [part(this.window.from, 0), part(this.window.to, 1)];
  }

  #place() {
    const { band, from, to, words, play, all } = this.#parts;
    const [start, end] = this.#ends;
    band.style.left = `${start * 100}%`;
    band.style.width = `${(end - start) * 100}%`;
    const at = (part) => moment(this.#span.since + part * (this.#span.until - this.#span.since));
    for (const [handle, part] of [[from, start], [to, end]]) {
      for (const [name, value] of [["valuemin", 0], ["valuemax", 100], ["valuenow", Math.round(part * 100)]]) {
        handle.setAttribute(`aria-${name}`, value);
      }
      handle.setAttribute("aria-valuetext", at(part));
    }
    const count = this.#points.filter((point) => this.holds(point)).length;
    const isAll = this.window.from === null && this.window.to === null;
    words.textContent = t(isAll ? "map.windowAll" : "map.window", {
      n: count, from: at(start), to: this.window.to === null ? t("map.now") : at(end) });
    play.textContent = t(this.isPlaying ? "map.pause" : "map.play");
    play.setAttribute("aria-pressed", String(this.isPlaying));
    all.disabled = isAll;
  }

  #set(start, end) {
    const { since, until } = this.#span;
    const at = (part) => Math.round(since + part * (until - since));
    this.window = { from: start <= 0 ? null : at(start), to: end >= 1 ? null : at(end) };
    this.#place();
    this.#change(this.window, this.isPlaying);
  }

  #all() {
    this.stop();
    this.#set(0, 1);
  }

  #key(event, side) {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -6, PageUp: 6 }[event.key];
    const far = { Home: -bins, End: bins }[event.key];
    if (!step && !far) return;
    event.preventDefault();
    this.stop();
    const [start, end] = this.#ends;
    const move = (step ?? far) / bins;
    if (side === "from") this.#set(Math.min(clamp(start + move), end - 1 / bins), end);
    else this.#set(start, Math.max(clamp(end + move), start + 1 / bins));
  }

  #press(event) {
    if (event.button > 0) return;
    const { track } = this.#parts;
    const box = track.getBoundingClientRect();
    const part = ({ clientX }) => clamp((clientX - box.left) / box.width);
    const [start, end] = this.#ends;
    const begin = part(event);
    const side = event.target.dataset?.side;
    const isBand = !side && event.target === this.#parts.band && end - start < 1;
    this.stop();
    track.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const here = part(moved);
      if (side === "from") this.#set(Math.min(here, end - 1 / bins), end);
      else if (side === "to") this.#set(start, Math.max(here, start + 1 / bins));
      else if (isBand) {
        const by = Math.max(-start, Math.min(1 - end, here - begin));
        this.#set(start + by, end + by);
      } else if (Math.abs(here - begin) > 1 / bins) this.#set(Math.min(begin, here), Math.max(begin, here));
    };
    const up = () => {
      track.removeEventListener("pointermove", move);
      for (const type of ["pointerup", "pointercancel"]) track.removeEventListener(type, up);
    };
    track.addEventListener("pointermove", move);
    for (const type of ["pointerup", "pointercancel"]) track.addEventListener(type, up);
  }

  #toggle() {
    if (this.isPlaying) {
      this.stop();
      this.#place();
      this.#change(this.window, false);
      return;
    }
    let [start, end] = this.#ends;
    if (end - start > 0.95) [start, end] = [0, 0.12]; // a window of everything has nowhere to go
    else if (end >= 1) [start, end] = [0, end - start];
    this.#timer = setInterval(() => {
      const by = this.#speed / steps;
      if (end + by >= 1) this.stop();
      [start, end] = [Math.min(start + by, 1 - (end - start)), Math.min(1, end + by)];
      this.#set(start, end);
    }, beat);
    this.#set(start, end);
  }
}

const clamp = (part) => Math.min(1, Math.max(0, part));
