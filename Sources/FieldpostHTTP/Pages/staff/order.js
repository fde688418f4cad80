/** The order of the list: overdue first; then by distance where this phone knows where it is; otherwise by grid. */

import { isMine, isOfGroup } from "./work.js";
import { isOverdue } from "./time.js";
import { metres, toWGS84 } from "./nearby.js";

/** How far a task is from a position, in metres, if both are known. */
export function distanceOf(task, details, position) {
  const place = details.get(task.report)?.report?.fields?.location;
  return position && place ? metres(position, toWGS84(place)) : undefined;
}

/** The tab that is shown: the one that was chosen, otherwise the first one that has tasks. */
export function tabNow(chosen, tasks, me) {
  if (chosen) return chosen;
  return ["mine", "group"].find((tab) => tasksOf(tab, null, tasks, me).length > 0) ?? "all";
}

/** The tasks of a tab (`mine`, `group`, `all`), and of one grid if one is chosen. */
export function tasksOf(tab, grid, tasks, me) {
  const ofTab = tab === "mine" ? tasks.filter((task) => isMine(task, me))
    : tab === "group" ? tasks.filter((task) => isOfGroup(task, me.groups)) : tasks;
  return grid === null ? ofTab : ofTab.filter((task) => (task.grid ?? "") === grid);
}

/** Urgent ones first, else as the node ordered them, which is by deadline. */
const urgentFirst = (tasks) => [
  ...tasks.filter((task) => task.priority === "urgent"),
  ...tasks.filter((task) => task.priority !== "urgent"),
];

/** Sections of the list: `{kind: "overdue"|"near"|"grid"|"faraway", grid?, tasks}`. Each task is in one of them. */
export function sections(tasks, details, position) {
  const late = tasks.filter((task) => isOverdue(task.deadline));
  const rest = urgentFirst(tasks.filter((task) => !isOverdue(task.deadline)));
  const found = late.length ? [{ kind: "overdue", tasks: late }] : [];
  if (position) {
    const far = new Map(rest.map((task) => [task, distanceOf(task, details, position)]));
    const near = rest.filter((task) => far.get(task) !== undefined).sort((a, b) => far.get(a) - far.get(b));
    const unknown = rest.filter((task) => far.get(task) === undefined);
    if (near.length) found.push({ kind: "near", tasks: near });
    if (unknown.length) found.push({ kind: "faraway", tasks: unknown });
    return found;
  }
  const grids = new Map();
  for (const task of rest) grids.set(task.grid ?? "", [...(grids.get(task.grid ?? "") ?? []), task]);
  for (const [grid, of] of grids) found.push({ kind: "grid", grid, tasks: of });
  return found;
}

/** For the drawing of the grids: how many tasks each has, and how many of them are overdue. */
export function countByGrid(tasks, grids) {
  const counts = new Map(grids.map((grid) => [grid.code, { code: grid.code, zh: grid.zh, n: 0, late: 0 }]));
  for (const task of tasks) {
    const code = task.grid ?? "";
    if (!counts.has(code)) counts.set(code, { code, zh: code, n: 0, late: 0 });
    counts.get(code).n += 1;
    if (isOverdue(task.deadline)) counts.get(code).late += 1;
  }
  return [...counts.values()];
}
