/** The pieces of the wall: tiles with numbers, and lists that are read from afar. */

import { h } from "../shared/dom.js";
import { isOverdue, moment, now, span } from "../shared/time.js";
import { pick, t } from "../shared/words.js";
import { categoryName, gridName, stageWords } from "./names.js";
import { phaseOf } from "./map-phase.js";

const joined = (list) => list.filter(Boolean).join(" · ");
const number = (value) => (value === null || value === undefined ? "–" : value.toLocaleString("en-US"));

/** A large number with what it counts. `tone`: "late" where it is not 0 and should be. */
export const tile = (words, value, tone = "") => h("div", { class: `wall-tile ${value > 0 ? tone : ""}` },
  h("b", null, number(value)), h("span", null, words));

/** The numbers that every page has. */
export function headTiles({ board, status, disputes }) {
  const queues = board.value?.queues ?? [];
  const open = board.value ? queues.reduce((sum, queue) => sum + queue.count, 0) : null;
  const conflicts = status.value?.journal.reports_in_conflict
    ?? (disputes.value?.hasMore ? null : disputes.value?.items.length);
  return [tile(t("wall.open"), open), tile(t("wall.lateNow"), board.value?.overdue ?? null, "late"),
    board.value?.untouched !== undefined && tile(t("wall.untouched"), board.value?.untouched ?? null),
    tile(t("wall.conflicts"), conflicts ?? null, "warn")];
}

/** The queues by stage, with the late ones in red. */
export function stageTiles({ board }) {
  const queues = board.value?.queues ?? [];
  return h("ul", { class: "wall-stages" }, queues.map((queue) => h("li", {
    class: `phase-${phaseOf(queue.stage, false)}` },
  h("span", null, pick(queue)), h("b", null, number(queue.count)),
  h("i", { class: queue.overdue > 0 ? "late" : "" }, queue.overdue > 0 ? number(queue.overdue) : ""))));
}

/** A part that could not be read says so; what was read before stays. */
export const staleNote = (part) => part.failed && h("p", { class: "wall-stale" },
  t("wall.stale", { time: part.at ? moment(part.at) : "–" }));

/** A list of a page: `none` is said where there is nothing. */
export const list = (part, title, none, row, more) => [
  h("h2", null, title, more),
  staleNote(part),
  part.value?.items.length > 0 ? h("ul", { class: "wall-list" }, part.value.items.map(row))
    : part.value && h("p", { class: "wall-none" }, none)];

/** Two lines: what it is and when, then its text and where it stands. */
const row = (phase, id, [title, when, text, where], isLate) => h("li", { class: `phase-${phase}`, dataset: { id } },
  h("div", null, h("b", null, title), h("time", { class: isLate ? "late" : "" }, when)),
  h("div", null, h("p", null, text), h("span", null, where)));

/** A report that arrived. */
export const newestRow = ({ id, fields, labels, reported_at: reported }) => row(phaseOf(fields.stage, false), id, [
  categoryName(fields.category), moment(fields.captured_at ?? reported ?? ""), fields.text ?? "",
  joined([gridName(fields.grid), fields.stage ? stageWords(fields.stage, labels?.stage) : t("map.untouched")])]);

/** A case whose deadline has passed. */
export function lateRow(task) {
  const at = Date.parse(task.deadline?.at ?? "");
  const by = isOverdue(task.deadline) && Number.isFinite(at) ? t("wall.overdueBy", { span: span(now() - at) }) : "";
  return row("late", task.report, [categoryName(task.category), by, task.text ?? "",
    joined([gridName(task.grid), stageWords(task.stage, task.label), ...task.departments])], true);
}

/** A report of which two values stand for a field. */
export const disputeRow = ({ id, fields, siblings, reported_at: reported }) => row("check", id, [
  categoryName(fields.category), moment(fields.captured_at ?? reported ?? ""), fields.text ?? "",
  joined([gridName(fields.grid), ...Object.keys(siblings).map((name) => t(`wall.field.${name}`))])]);
