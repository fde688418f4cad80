/** The state of the staff page, in one place. Views are functions of it; whoever changes it says so here. */

/** Everything that the views show. Nothing else in the page keeps what is shown. */
export const state = {
  route: { view: "start" },
  me: null, // {name, kind: "account"|"pairing", terminal?, channel, groups, groupsKnown}
  mayCall: false, // whether this page has what it needs to log in
  refusedLogin: null, // the words of the node after a login that it refused
  net: "unknown", // "online" | "offline" | "unknown"
  syncedAt: null, // when the node last answered about tasks, by its clock
  complete: true, // whether the node's list was whole
  tasks: [],
  details: new Map(), // by report: {id, version, report, case, gone}
  drafts: new Map(), // by key
  queue: [],
  outcomes: [], // what became of steps that were sent, newest first
  form: { station: "", categories: [], grids: [], limits: {}, secure: null },
  organisation: { departments: [], groups: [], grids: [] },
  templates: [],
  position: null,
  locating: false,
  tab: null, // "mine" | "group" | "all"; null until one was chosen
  grid: null,
  full: false, // the browser's storage is full
};

const listeners = new Set();
let planned = false;

/** Changes the state. Listeners are called once for all changes of one turn. */
export function change(values) {
  Object.assign(state, values);
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    for (const listener of [...listeners]) listener(state);
  });
}

/** Calls `listener` after changes. */
export function onChange(listener) {
  listeners.add(listener);
}

/** What waits here for one report, in the order in which it was made. */
export const pendingOf = (report) =>
  state.queue.filter((item) => item.meta?.report === report && item.state !== "sent");

/** Everything that the node does not hold yet. */
export const unsent = () => state.queue.filter((item) => item.state !== "sent");

/** Whether people disagree about a case. That two took it is told apart, and no reason to ask the dispatcher. */
export function disagree(task) {
  const detail = state.details.get(task.report);
  if (!detail?.case || detail.version !== task.version) return task.conflict;
  return detail.case.disputes.length > 0 || detail.report.conflicts.length > 0;
}

/** Whether photos of an item are in this page only, because the phone is full. */
export const isOnlyHere = (item) =>
  item.state !== "sent" && item.photos.some((photo) => photo.inMemory && photo.state !== "attached");

/** Whether a person should read what became of a step. */
export const needsReading = (outcome) => outcome.verdict !== "done" && !outcome.read;

/** The task of a report, or what is kept of its case in the form of one. */
export function taskOf(report) {
  const task = state.tasks.find((one) => one.report === report);
  if (task) return task;
  const detail = state.details.get(report);
  if (!detail?.case) return null;
  const fields = detail.report?.fields ?? {};
  return {
    report, version: detail.version, stage: detail.case.stage, label: detail.case.label, next: detail.case.next,
    category: fields.category, grid: fields.grid, priority: fields.priority, text: fields.text,
    persons: detail.case.assignees.map((one) => one.assignee), groups: [], departments: detail.case.departments,
    conflict: detail.case.disputes.length > 0, suspended: Boolean(detail.case.suspended),
    deadline: detail.case.deadline,
  };
}
