/** What codes are called: categories, grids, departments, people and templates, as the node has them. */

import { Refused, Unreachable } from "../shared/api.js";
import { stageName } from "../shared/stages.js";
import { language, pick, t } from "../shared/words.js";

/** Everything that is known. It is read after the login and when the settings change. */
export const names = {
  categories: [], grids: [], departments: [], groups: [], templates: [], limits: {}, nodes: new Map(),
  self: null, // the id of this node
};

let byCode = new Map();

/**
 * Reads it anew. What cannot be read stays as it was. Resolves when lists can be shown; what only steps and cases need
 * comes after that.
 */
export async function readNames(app) {
  const read = (path) => app.call("GET", path).then(({ json }) => json, (error) => {
    if (error instanceof Refused || error instanceof Unreachable) return null;
    throw error;
  });
  const [organisation, form] = await Promise.all([read("/v1/organisation"), read("/v1/form")]);
  if (organisation) {
    const { departments, groups, grids } = organisation;
    Object.assign(names, { departments, groups, grids });
  }
  if (form) {
    names.limits = form.limits;
    const known = new Set(names.grids.map((grid) => grid.code));
    names.grids = [...names.grids, ...form.grids.filter((grid) => !known.has(grid.code))];
    if (!names.categories.length) useCategories(form.categories);
  }
  readRest(read);
}

async function readRest(read) {
  const [categories, templates, status] = await Promise.all(
    ["/v1/categories", "/v1/templates", "/v1/status"].map(read));
  if (categories) useCategories(categories.categories);
  if (templates) names.templates = templates.templates;
  if (status) {
    names.self = status.node;
    names.nodes = new Map([status, ...status.peers ?? []].map((node) => [node.node, node.name]));
  }
}

function useCategories(list) {
  names.categories = list;
  byCode = new Map(list.map((one) => [one.code, one]));
}

/** The category of a code, or undefined. */
export const categoryOf = (code) => byCode.get(code);

/** The name of a category. */
export const categoryName = (code) => (code ? pick(byCode.get(code)) || code : t("none.category"));

/** The name of a grid. */
export function gridName(code) {
  if (!code) return t("none.grid");
  return pick(names.grids.find((one) => one.code === code)) || code;
}

/** The name of a stage or step, by what the node says or by the table. */
export const stageWords = (code, label) => (label?.known ? pick(label) : stageName(code, language()));

/** The name of a node: a gateway or central. One that is not known here is called by the beginning of its key. */
export const nodeName = (node) => names.nodes.get(node) ?? String(node ?? "").slice(0, 8);

/** Names of all people of the organisation, without repeats. */
export function people() {
  const units = [...names.groups, ...names.departments, ...names.grids];
  return [...new Set(units.flatMap((unit) => unit.members ?? []))];
}

/** Names with the comma of the language. */
export const joined = (list) => list.filter(Boolean).join(t("comma"));
