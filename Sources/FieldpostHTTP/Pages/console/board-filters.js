/** The filters above the list. What is chosen goes into the address, so that a list can be shared. */

import { h } from "../shared/dom.js";
import { pick, t } from "../shared/words.js";
import { cleared, exportPath, isFiltered, scopesOf } from "./board-query.js";
import { names } from "./names.js";
import { stages } from "../shared/stages.js";
import { stageWords } from "./names.js";

/** `change(values)` takes what was chosen; an empty text takes a filter away. `change(null, f)` takes `f(query)`. */
export function filtersView(query, me, change) {
  const isAll = query.list === "all";
  const select = (key, label, all, list) => h("label", { class: "filter" }, h("span", { class: "unseen" }, label),
    h("select", { id: `filter-${key}`, value: query[key] ?? "", "aria-label": label,
      class: query[key] ? "chosen" : null, dataset: { value: query[key] ?? "" },
      on: { change: (event) => change({ [key]: event.target.value }) } },
    h("option", { value: "" }, all), list.map(({ code, words }) => h("option", { value: code }, words))));
  const units = (list) => list.map((unit) => ({ code: unit.code, words: pick(unit) || unit.code }));
  const check = (key, label, on) => h("button", { type: "button", class: "small", id: `filter-${key}`,
    "aria-pressed": String(Boolean(query[key])), on: { click: () => change({ [key]: query[key] ? "" : on }) } }, label);
  const day = (key) => h("label", { class: "filter row" }, t(`filter.${key}`), h("input", { type: "date",
    id: `filter-${key}`, value: query[key] ?? "", on: { change: (event) => change({ [key]: event.target.value }) } }));
  const kept = isAll && stages.size ? [...stages.values()].filter((row) => row.kind !== "side") : [];
  return h("div", { class: "filters", role: "search" },
    !isAll && h("div", { class: "scopes", role: "group", "aria-label": t("scope") }, scopesOf(me).map((scope) =>
      h("button", { type: "button", class: "small", id: `scope-${scope}`,
        "aria-pressed": String(query.scope === scope), on: { click: () => change({ scope }) } },
      t(`scope.${scope}`)))),
    h("input", { type: "search", id: "search", class: "search", value: query.text ?? "", maxlength: "200",
      placeholder: t("filter.textHint"), "aria-label": t("filter.text"), dataset: { value: query.text ?? "" },
      on: { input: later(change), keydown: (event) => event.key === "Enter" && now(change, event) } }),
    select("grid", t("filter.grid"), t("filter.allGrids"), units(names.grids)),
    select("category", t("filter.category"), t("filter.allCategories"), names.categories
      .filter((one) => !one.retired || one.code === query.category)
      .map((one) => ({ code: one.code, words: pick(one) }))),
    select("department", t("filter.department"), t("filter.allDepartments"), departments(query)),
    isAll && select("stage", t("filter.stage"), t("filter.allStages"), kept.map((row) =>
      ({ code: row.code, words: stageWords(row.code) }))),
    isAll && [day("since"), day("until")],
    check("priority", t("filter.urgentOnly"), "urgent"),
    isAll && [check("overdue", t("filter.overdue"), "true"), check("conflict", t("filter.conflict"), "true")],
    isFiltered(query) && h("button", { type: "button", class: "quiet small", id: "filter-clear",
      on: { click: () => change(null, cleared) } }, t("filter.clear")),
    exports(query, me));
}

/** Departments by the name that cases have. One in the address that nobody knows here stays in the list. */
function departments(query) {
  const list = names.departments.map((unit) => ({ code: unit.zh, words: pick(unit) || unit.code }));
  const isKnown = !query.department || list.some((unit) => unit.code === query.department);
  return isKnown ? list : [...list, { code: query.department, words: query.department }];
}

const exports = (query, me) => h("details", { class: "menu exports", id: "exports" },
  h("summary", null, t("list.export")),
  h("div", { class: "menu-card" },
    ["csv", "geojson"].map((format) => h("a", { class: "button quiet", download: true,
      href: exportPath(query, me, format) }, t(format === "csv" ? "list.exportCSV" : "list.exportGeoJSON"))),
    h("p", { class: "small muted" }, t("list.exportWhat"))));

let typing = null;

function now(change, event) {
  clearTimeout(typing);
  change({ text: event.target.value.trim() });
}

/** Searches when nothing was typed for a moment. */
const later = (change) => (event) => {
  clearTimeout(typing);
  if (event.isComposing) return;
  const text = event.target.value;
  typing = setTimeout(() => change({ text: text.trim() }), 350);
};
