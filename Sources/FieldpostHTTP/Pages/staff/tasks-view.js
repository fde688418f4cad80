/** The list of tasks: mine, my group's, all; overdue first, near ones first or by grid, with a drawing of the grids. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { countByGrid, distanceOf, sections, tabNow, tasksOf } from "./order.js";
import { banner, button, categoryName, chip, deadlineChip, gridName, groupName, joined, stageWords } from "./parts.js";
import { canLocate, locate } from "./nearby.js";
import { change, disagree, pendingOf, state } from "./state.js";
import { standing } from "./work.js";

/** The view. `toMe` is where a group is chosen when none is known. */
export function tasksView() {
  const tab = tabNow(state.tab, state.tasks, state.me);
  const tasks = tasksOf(tab, state.grid, state.tasks, state.me);
  const ofTab = tasksOf(tab, null, state.tasks, state.me);
  return h("div", null,
    h("h1", { tabindex: "-1", id: "title", class: "unseen" }, t("tasks.title")),
    tabs(tab), groupHint(), tiles(ofTab), nearRow(),
    state.complete ? null : banner("info", t("tasks.incomplete")),
    tasks.length ? sections(tasks, state.details, state.position).map(section) : empty(tab, ofTab.length));
}

function tabs(shown) {
  const tab = (code) => {
    const n = tasksOf(code, null, state.tasks, state.me).length;
    const chosen = shown === code;
    return h("button", { type: "button", id: `tab-${code}`, "aria-pressed": String(chosen),
      on: { click: () => change({ tab: code, grid: null }) } }, t(`tasks.${code}`), h("span", { class: "n" }, n));
  };
  return h("div", { class: "segments", role: "group", "aria-label": t("tasks.which") },
    ["mine", "group", "all"].map(tab));
}

/** Steps depend on the work group, and the node does not tell it: the person says it once. */
function groupHint() {
  if (state.me.groups.length) return null;
  return h("div", { class: "gap" }, banner("info", t("group.unknown"), h("a", { href: "#/me" }, t("group.choose"))));
}

/** A small drawing of the grids: a tile each, with how much waits there. A tap shows that grid alone. */
function tiles(tasks) {
  const grids = countByGrid(tasks, state.form.grids.length ? state.form.grids : state.organisation.grids);
  if (grids.length < 2) return null;
  const tile = ({ code, n, late }) => {
    const chosen = state.grid === code;
    const about = t(late ? "tile.aboutLate" : "tile.about", { grid: gridName(code), n, late });
    return h("li", null, h("button", { type: "button", id: `tile-${code || "none"}`, "aria-pressed": String(chosen),
      class: `tile ${late ? "late" : n ? "some" : "none"}`, "aria-label": about,
      on: { click: () => change({ grid: chosen ? null : code }) } },
    h("span", { class: "tile-n" }, n), h("span", { class: "tile-name" }, gridName(code))));
  };
  return h("ul", { class: "tiles", "aria-label": t("tile.all") }, grids.map(tile));
}

function nearRow() {
  if (!canLocate()) return h("p", { class: "hint" }, t("near.insecure"));
  const turn = async () => {
    if (state.position) return change({ position: null });
    change({ locating: true });
    const position = await locate();
    return change({ position, locating: false, noPosition: position === null });
  };
  return h("div", { class: "near" },
    button(t(state.locating ? "near.asking" : state.position ? "near.off" : "near.on"), "plain", turn,
      { id: "near", disabled: state.locating, "aria-pressed": String(state.position !== null) }),
    state.noPosition && !state.position && h("p", { class: "hint" }, t("near.unknown")));
}

function section({ kind, grid, tasks }) {
  const name = kind === "grid" ? gridName(grid) : t(`section.${kind}`);
  return h("section", { class: kind },
    h("h2", null, name, h("span", { class: "n" }, tasks.length)),
    h("ul", { class: "cards" }, tasks.map((task) => h("li", null, card(task)))));
}

/** One task: what, where, how long, who has it, and what of it waits here. */
export function card(task) {
  const pending = pendingOf(task.report);
  const { stage, isAhead } = standing(task, pending);
  const refused = pending.some((item) => item.state === "refused");
  const far = distanceOf(task, state.details, state.position);
  return h("a", { class: `card${task.priority === "urgent" ? " urgent" : ""}`, href: `#/case/${task.report}` },
    h("span", { class: "card-head" },
      h("span", { class: "card-title" }, categoryName(task.category)),
      task.priority === "urgent" && chip(t("urgent"), "urgent"), deadlineChip(task.deadline)),
    task.text && h("span", { class: "card-text" }, task.text),
    h("span", { class: "card-foot" },
      chip(stageWords(stage, isAhead ? null : task.label)),
      h("span", null, gridName(task.grid)),
      far !== undefined && h("span", null, distanceWords(far)),
      task.persons.length > 0 && h("span", null, t("taken.by", { names: joined(task.persons) })),
      task.persons.length > 1 ? chip(t("shared.chip"), "soon") : disagree(task) && chip(t("disagree"), "late"),
      refused ? chip(t("state.refused"), "late") : pending.length > 0 && chip(t("state.waits"), "waits")));
}

/** A distance as people say it. */
export const distanceWords = (metres) => (metres < 1000
  ? t("distance.metres", { n: Math.max(10, Math.round(metres / 10) * 10) })
  : t("distance.kilometres", { n: (metres / 1000).toFixed(1) }));

function empty(tab, elsewhere) {
  if (state.syncedAt === null) {
    return h("div", { class: "empty", role: "status" },
      h("p", null, t(state.net === "offline" ? "tasks.neverRead" : "tasks.loading")));
  }
  if (state.grid !== null && elsewhere > 0) {
    return h("div", { class: "empty" }, h("p", null, t("tasks.noneInGrid", { grid: gridName(state.grid) })),
      button(t("tasks.allGrids"), "plain", () => change({ grid: null }), { id: "all-grids" }));
  }
  const words = tab === "group" && state.me.groups.length
    ? t("tasks.noneGroup", { group: joined(state.me.groups.map(groupName)) }) : t(`tasks.none.${tab}`);
  const n = state.tasks.length;
  return h("div", { class: "empty" }, h("p", null, words), tab !== "all" && n > 0
    && button(t("tasks.showAll", { n }), "plain", () => change({ tab: "all" }), { id: "show-all" }));
}
