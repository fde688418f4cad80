/** What the text of a setting means, beside it, before it is saved. The node alone decides whether it is right. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { isCollection } from "./map-base.js";
import { colours } from "./map-phase.js";
import { WallMap } from "./wall-map.js";

const shown = 200;

const rowsOf = (text) => text.split("\n").filter(Boolean).map((line) => line.split("\t"));

function organisation(text) {
  const units = [];
  for (const [kind, code, zh, en] of rowsOf(text)) {
    if (["department", "group", "grid"].includes(kind)) units.push({ kind, code, zh, en, members: [] });
    else if (kind === "member" && units.length > 0) units[units.length - 1].members.push(code);
  }
  return h("div", { class: "settings-units" }, ["department", "group", "grid"].map((kind) => {
    const found = units.filter((unit) => unit.kind === kind);
    return h("section", null, h("h3", null, t(`settings.unit.${kind}`), ` ${found.length}`),
      h("ul", null, found.slice(0, shown).map(({ code, zh, members }) => h("li", null,
        h("b", null, code ?? ""), " ", kind === "department" ? "" : zh ?? "",
        members.length > 0 && h("div", { class: "small muted" }, members.join(t("comma")))))));
  }));
}

function table(text, kind, columns) {
  const rows = rowsOf(text).filter(([first]) => first === kind);
  return h("details", { id: `preview-${kind}` }, h("summary", null, t("settings.rows", { n: rows.length })),
    h("div", { class: "fleet-scroll" }, h("table", { class: "plain" },
      h("tbody", null, rows.slice(0, shown).map((row) => h("tr", null,
        Array.from({ length: columns }, (_, index) => h("td", null, row[index + 1] ?? ""))))))));
}

function map(text) {
  if (text.trim() === "") return null;
  let collection = null;
  try {
    collection = JSON.parse(text);
  } catch (error) {
    return h("p", { class: "notice bad" }, t("settings.noJSON"), " ", error.message);
  }
  if (!isCollection(collection)) return h("p", { class: "notice bad" }, t("settings.noCollection"));
  const drawing = new WallMap(colours(), (grid, own) => own || grid);
  try {
    drawing.setBase(collection);
  } catch {
    return h("p", { class: "notice bad" }, t("settings.noCollection"));
  }
  const grids = collection.features.filter((feature) => feature?.properties?.grid).length;
  return h("div", { class: "tight" }, h("p", null, t("settings.shapes", { n: collection.features.length, grids })),
    h("div", { class: "settings-map" }, drawing.canvas));
}

/** The preview of a text; null where there is nothing to show. */
export function previewOf(name, text) {
  if (name === "organisation") return organisation(text);
  if (name === "catalogue") return table(text, "category", 4);
  if (name === "templates") return table(text, "template", 3);
  return name === "map" ? map(text) : null;
}
