/** What the board shows, as parameters of its address, and the requests for it. Pure functions. */

import { pathOf } from "./routes.js";

/** Parameters that filter. `list` is "all" for all reports, otherwise open work. */
const filters = ["text", "grid", "category", "department", "person", "since", "until", "priority"];
const flags = ["overdue", "conflict"];

/** The query with the scope that fits the person, if the address names none. */
export function withScope(query, me) {
  if (query.scope || query.list === "all") return query;
  const isStreet = ["collector", "handler"].includes(me.group); // others look at all of their grids
  const scope = me.role !== "staff" ? "all" : me.department ? "department" : isStreet ? "group" : "all";
  return { ...query, scope };
}

/** Scopes that this person can choose. */
export const scopesOf = (me) => ["mine", me.department && "department", me.role === "staff" && me.group && "group",
  "all"].filter(Boolean);

/** Whether anything narrows the list, beside its scope and stage. */
export const isFiltered = (query) => [...filters, ...flags].some((key) => query[key]);

/** The query without its filters. */
export const cleared = ({ list, scope, stage }) => ({ list, scope, stage });

function scoped(query, me) {
  if (query.list === "all") return {};
  if (query.scope === "mine") return { person: me.name };
  if (query.scope === "department") return { department: me.department };
  if (query.scope === "group") return { group: me.group };
  return {};
}

/** Seconds of a day in Shanghai as an instant: the beginning of it, or its last second. */
const dayStart = (day) => day && `${day}T00:00:00+08:00`;
const dayEnd = (day) => day && `${day}T23:59:59+08:00`;

/** The path of a page of the list. */
export function listPath(query, me, limit, cursor = null) {
  if (query.list === "all") {
    return pathOf("/v1/reports", { ...reportFilters(query), limit, cursor });
  }
  const text = [query.text, query.category].filter(Boolean).join(" ");
  return pathOf("/v1/tasks", {
    department: query.department, person: query.person, ...scoped(query, me), text, grid: query.grid,
    // `untouched` is the queue of reports without a step.
    ...(query.stage === "untouched" ? { untouched: "true" } : { stage: query.stage }),
    overdue: query.overdue && "true", conflict: query.conflict && "true", limit, cursor,
  });
}

function reportFilters(query) {
  return {
    text: query.text, grid: query.grid, category: query.category, department: query.department, person: query.person,
    since: dayStart(query.since), until: dayEnd(query.until), priority: query.priority, stage: query.stage,
    overdue: query.overdue && "true", conflict: query.conflict && "true",
  };
}

/** The path of the counts for the queues. */
export const countsPath = (query, me) => pathOf("/v1/board", {
  department: query.department, person: query.person, ...scoped(query, me), grid: query.grid,
});

/** The path of an export with the filters of the list. */
export const exportPath = (query, me, format) => pathOf("/v1/export", {
  ...reportFilters({ ...query, stage: query.stage === "untouched" ? "" : query.stage }),
  ...(query.scope === "mine" && query.list !== "all" ? { person: me.name } : {}),
  ...(query.scope === "department" && query.list !== "all" ? { department: me.department } : {}), format,
});

/** Whether a row belongs to the list, beyond what the node filtered. */
export function fits(row, query) {
  if (query.list === "all") return true;
  if (query.category && row.category !== query.category) return false;
  if (query.priority && row.priority !== query.priority) return false;
  if (query.stage === "untouched") return row.isUntouched;
  if (query.stage === "accepted") return !row.isUntouched;
  return true;
}

/** A task as a row of the list. */
export const rowOfTask = (task) => ({
  ...task, id: task.report, isUntouched: task.next.some((one) => one.step === "accepted"),
});

/** A report of the list of all reports as a row. It does not say what is possible next. */
export function rowOfReport(report) {
  const { stage, category, grid, priority, text, department, captured_at: captured } = report.fields;
  return {
    id: report.id, report: report.id, version: report.version, stage, label: report.labels.stage, category, grid,
    priority, text, departments: [department].filter(Boolean), persons: [], conflict: report.conflict,
    suspended: false, incomplete: report.incomplete, captured, next: null, isUntouched: !stage,
  };
}
