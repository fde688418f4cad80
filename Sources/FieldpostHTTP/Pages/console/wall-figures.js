/** The page of the wall with indicators: large figures, and bars by department and by grid. */

import { h } from "../shared/dom.js";
import { language, pick, t } from "../shared/words.js";
import { gridName } from "./names.js";
import { staleNote } from "./wall-parts.js";

const shown = ["handling_on_time_rate", "closing_rate", "closing_on_time_rate", "dispatch_accuracy", "rework_rate",
  "reopening_rate", "valid_report_rate", "satisfaction_rate"];
const bars = 6;

const percent = (value) => (value === undefined ? "–" : `${(value * 100).toFixed(value < 1 ? 1 : 0)}%`);

/** A count: 1,236; 12万 or 120K where there are many, so that it fits. */
function whole(value) {
  if (value === undefined) return "";
  if (value < 10000) return Math.round(value).toLocaleString("en-US");
  return value.toLocaleString(language() === "en" ? "en-GB" : "zh-CN", { notation: "compact" });
}

function figureTile(definition, figure) {
  return h("div", { class: "wall-figure" }, h("b", null, percent(figure?.value)),
    h("small", null, figure?.denominator ? `${whole(figure.numerator)}/${whole(figure.denominator)}` : ""),
    h("span", null, pick(definition)));
}

/** Bars of one figure, those with the most cases first. */
function barList(rows, code, name) {
  const found = rows.filter(({ scope, figures }) => scope !== "all" && figures[code]?.value !== undefined)
    .sort((one, other) => other.figures[code].denominator - one.figures[code].denominator).slice(0, bars);
  if (found.length === 0) return h("p", { class: "wall-none" }, t("wall.noFigures"));
  return h("ul", { class: "wall-bars" }, found.map((row) => {
    const { value, numerator, denominator } = row.figures[code];
    return h("li", null, h("span", null, row.name ? name(row.name) : "–"), h("b", null, percent(value)),
      h("small", null, `${whole(numerator)}/${whole(denominator)}`),
      h("div", { class: "wall-bar" }, h("i", { style: { width: `${Math.min(100, value * 100)}%` } })));
  }));
}

/** The page. */
export function figuresPage({ departments, grids }) {
  if (departments.hidden) return h("p", { class: "wall-none" }, t("wall.notYours"));
  if (!departments.value && !departments.failed) return h("p", { class: "wall-none" }, t("wall.busy"));
  const all = departments.value?.rows.find(({ scope }) => scope === "all");
  const definitions = new Map((departments.value?.indicators ?? []).map((one) => [one.code, one]));
  return h("div", { class: "wall-two figures" },
    h("section", null, h("h2", null, t("wall.figures")), staleNote(departments),
      h("div", { class: "wall-figures" }, shown.filter((code) => definitions.has(code))
        .map((code) => figureTile(definitions.get(code), all?.figures[code])))),
    h("section", null,
      h("h2", null, t("wall.byDepartment")),
      barList(departments.value?.rows ?? [], "handling_on_time_rate", (name) => name),
      h("h2", null, t("wall.byGrid")),
      barList(grids.value?.rows ?? [], "closing_rate", gridName)));
}
