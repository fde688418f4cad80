/** What the map shows: the conditions, as a bar above it. They are the same as in the address. */

import { h } from "../shared/dom.js";
import { stages, stageName } from "../shared/stages.js";
import { language, pick, t } from "../shared/words.js";
import { names } from "./names.js";

export const spans = [1, 7, 30, 90, 365];
const most = 256; // characters of a search

/** The conditions in the parameters of an address. */
export function filterOf(query) {
  const days = Number(query.days);
  return {
    days: spans.includes(days) ? days : 7,
    grid: query.grid || "",
    category: query.category || "",
    stage: query.stage || "",
    text: (query.text || "").slice(0, most),
    overdue: query.overdue === "true",
    conflict: query.conflict === "true",
  };
}

/** The parameters for conditions; what is usual is left out. */
export const queryOf = ({ days, grid, category, stage, text, overdue, conflict }) => ({
  days: days === 7 ? "" : days, grid, category, stage, text,
  overdue: overdue ? "true" : "", conflict: conflict ? "true" : "",
});

/** The bar. `change(part)` is called with the conditions that are others now, `grids` are `{code, zh}`. */
export function filterBar(filter, grids, change) {
  const set = (name, read = ({ value }) => value) => ({ target }) => change({ [name]: read(target) });
  const list = (name, options) => h("label", { class: "map-field" }, h("span", null, t(`map.${name}`)),
    h("select", { id: `map-${name}`, value: String(filter[name]), on: {
      change: set(name, ({ value }) => (name === "days" ? Number(value) : value)) } }, options));
  const option = (code, words) => h("option", { value: String(code) }, words);
  const check = (name) => h("label", { class: "check map-check" },
    h("input", { type: "checkbox", id: `map-${name}`, checked: filter[name],
      on: { change: set(name, ({ checked }) => checked) } }), t(`map.${name}`));
  const known = (options, code) => (code && !options.some(([one]) => one === code) ? [[code, code]] : []);
  const gridOptions = grids.map(({ code, zh }) => [code, zh && zh !== code ? `${code} ${zh}` : code]);
  const stageOptions = [...stages.values()].filter(({ kind }) => kind !== "side")
    .map(({ code }) => [code, stageName(code, language())]);
  return h("form", { class: "map-filter", role: "search", on: { submit: (event) => {
    event.preventDefault();
    change({ text: event.target.elements.text.value.trim() });
  } } },
  list("days", spans.map((days) => option(days, t(`map.days.${days}`)))),
  list("grid", [option("", t("map.all")), ...[...gridOptions, ...known(gridOptions, filter.grid)]
    .map(([code, words]) => option(code, words))]),
  list("category", [option("", t("map.all")), ...categoryOptions(filter.category)]),
  list("stage", [option("", t("map.all")), ...[...stageOptions, ...known(stageOptions, filter.stage)]
    .map(([code, words]) => option(code, words))]),
  check("overdue"), check("conflict"),
  h("label", { class: "map-field map-text" }, h("span", null, t("map.text")),
    h("input", { type: "search", name: "text", id: "map-text", maxlength: most, value: filter.text,
      autocomplete: "off", on: { search: set("text", ({ value }) => value.trim()) } })));
}

function categoryOptions(chosen) {
  const majors = new Map();
  for (const category of names.categories) {
    const { major } = category;
    if (!majors.has(major.code)) majors.set(major.code, { major, categories: [] });
    majors.get(major.code).categories.push(category);
  }
  const isKnown = !chosen || names.categories.some(({ code }) => code === chosen);
  return [...[...majors.values()].map(({ major, categories }) => h("optgroup", { label: pick(major) },
    categories.map((category) => h("option", { value: category.code }, pick(category))))),
  !isKnown && h("option", { value: chosen }, chosen)];
}
