/** What there is to do in a case, and for whom: pure functions of the case, of what waits here, and of the groups. */

import { stages, mayTake, nextFrom } from "./stages.js";

/** The three works of the street, each with its results: 核实 (is it there?), 处置 (mend it), 核查 (is it mended?). */
export const works = {
  verify: { results: ["verified", "rework", "unclear"], roles: ["after"], group: "collector" },
  handle: { results: ["feedback", "handling", "returned"], roles: ["before", "after"], group: "handler" },
  check: { results: ["inspected", "absent", "unclear"], roles: ["scene"], group: "collector" },
};

/** Codes that move a case, of steps that wait here; the last one is where the case will stand. */
function lastMove(pending) {
  const moves = pending.filter((item) => item.kind === "step" && stages.get(item.meta.step)?.kind !== "side");
  return moves.at(-1)?.meta.step;
}

/**
 * Where a case stands for this person: as the node said, and with the steps that wait here to be sent.
 * `known` is a task or a case (both have `stage` and `next`); `pending` are queue items of this report, oldest first.
 */
export function standing(known, pending = []) {
  const open = pending.filter((item) => item.state !== "refused");
  const moved = lastMove(open);
  const stage = moved ?? known.stage;
  const isSuspended = Boolean(known.suspended);
  const next = moved ? nextFrom(moved, isSuspended) : known.next;
  return { stage, next, waits: open.some((item) => item.kind === "step"), isAhead: moved !== undefined };
}

/** The work that is due now, or null: `{kind, results, mine}`. `mine` are the results that the groups may choose. */
export function workNow(next, groups) {
  const codes = next.map((step) => step.step);
  for (const [kind, first] of [["verify", "verified"], ["handle", "feedback"], ["check", "inspected"]]) {
    if (!codes.includes(first)) continue;
    const results = works[kind].results.filter((code) => codes.includes(code));
    return { kind, results, mine: results.filter((code) => mayTake(code, groups)) };
  }
  return null;
}

/** Splits the other possible steps into those that the groups may take, and those that only others may. */
export function otherSteps(next, groups) {
  const work = workNow(next, groups);
  const shown = new Set([...(work?.mine ?? []), "claimed"]);
  const rest = next.filter((step) => !shown.has(step.step));
  return {
    mine: rest.filter((step) => mayTake(step.step, groups)),
    notMine: rest.filter((step) => !mayTake(step.step, groups)),
  };
}

/** Why works are not possible now, for those that are not: `{kind, stage, after}` or `{kind, group}`. */
export function whyNot(stage, next, groups) {
  const codes = next.map((step) => step.step);
  const firsts = { check: "inspected", handle: "feedback", verify: "verified" };
  const reasons = [];
  for (const [kind, first] of Object.entries(firsts)) {
    if (!codes.includes(first)) reasons.push({ kind, stage, after: stages.get(first).from });
    else if (!mayTake(first, groups)) reasons.push({ kind, group: works[kind].group });
  }
  return reasons;
}

/** Whether it is the turn of one of these groups, or of this person. */
export const isMine = (task, me) => task.persons.includes(me.name);
export const isOfGroup = (task, groups) => task.groups.some((group) => groups.includes(group));

/** What a step must say beyond its code. 立案 can take the limit of the category, so it need not be typed. */
export function needsOf(code) {
  return (stages.get(code)?.needs ?? []).filter((need) => need !== "limit");
}
