/** The newest reports of the part of the map that is seen, as a list: for the keyboard, and for reading. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { categoryName, gridName, stageWords } from "./names.js";
import { phaseNames } from "./map-phase.js";
import { put } from "./put.js";
import { hashOf } from "./routes.js";

const most = 40;

/** What a point says in few words: for a tooltip. */
export function pointWords(point) {
  if (!point) return h("span");
  const stage = point.stage ? stageWords(point.stage, point.label) : t("map.untouched");
  return h("div", null,
    h("b", null, categoryName(point.category)),
    h("div", null, [stage, gridName(point.grid), moment(point.at)].filter(Boolean).join(" · ")),
    point.phase === "late" && h("div", { class: "map-late" }, t("map.isLate")),
    h("div", { class: "map-tip-text" }, point.text.slice(0, 80)));
}

/**
 * Draws the list. `points` are those that are seen, the newest first; `without` counts those without a place.
 * `state` is that of the reports: before they are there, nothing is said about their number.
 */
export function drawList(place, points, without, state) {
  const isReady = state === "ready";
  put(place,
    isReady && h("h2", null, t("map.listTitle", { n: points.length })),
    isReady && points.length === 0 && h("p", { class: "muted" }, t("map.noneHere")),
    h("ul", null, points.slice(0, most).map((point) => h("li", null,
      h("a", { href: hashOf("case", [point.id]), class: `map-item phase-${point.phase}` },
        h("span", { class: "map-item-head" }, h("i", { "aria-hidden": "true" }),
          h("b", null, categoryName(point.category)),
          h("span", null, moment(point.at))),
        h("span", { class: "map-item-text" }, point.text || t("map.noText")),
        h("span", { class: "map-item-foot" }, point.stage ? stageWords(point.stage, point.label) : t("map.untouched"),
          point.phase === "late" && h("b", null, t("map.phase.late")),
          point.conflict && h("b", null, t("map.conflict")),
          h("span", null, gridName(point.grid))))))),
    points.length > most && h("p", { class: "muted small" }, t("map.listMore", { n: points.length - most })),
    without > 0 && h("p", { class: "muted small" }, t("map.without", { n: without })));
}

/** What the colours mean. */
export const legend = () => h("ul", { class: "map-legend", "aria-label": t("map.legend") },
  phaseNames.map((phase) => h("li", { class: `phase-${phase}` }, h("i", { "aria-hidden": "true" }),
    t(`map.phase.${phase}`))));
