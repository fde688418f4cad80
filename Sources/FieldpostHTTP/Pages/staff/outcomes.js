/** What became of steps that were sent: whether they count, and whether somebody did something else meanwhile. */

import { Refused, Unreachable } from "../shared/api.js";
import { authorization } from "./device.js";
import { keep, kept, unkeep } from "./kept.js";
import { readDetail } from "./details.js";
import { change, state } from "./state.js";

const mostKept = 40;
const busy = new Set();

/**
 * Takes items that were sent out of the queue, when it is known what became of them. The node holds them for good by
 * then; until the case could be read they stay in sight as sent.
 */
export async function settleSent(queue, items) {
  for (const item of items) {
    if (item.kind === "step" && item.accepted && item.answer?.etag) await keepTip(item);
    if (item.state !== "sent" || busy.has(item.id)) continue;
    busy.add(item.id);
    try {
      const outcome = await outcomeOf(item);
      if (!outcome) continue;
      await remember(outcome);
      await queue.remove(item.id);
    } finally {
      busy.delete(item.id);
    }
  }
}

/** The version after an own step: the next own step of the report goes on from there. */
async function keepTip(item) {
  const before = await kept("tips", item.meta.report);
  if (before?.items.includes(item.id)) return;
  const items = [...(before?.items ?? []), item.id].slice(-20);
  await keep("tips", { report: item.meta.report, etag: item.answer.etag, items });
}

async function outcomeOf(item) {
  if (authorization() === null) return null;
  let detail;
  try {
    detail = await readDetail(item.meta.report);
  } catch (error) {
    if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    if (error.status !== 403) return null;
  }
  detail ??= { gone: "not-shown" }; // in a grid that is not this person's any more, for example
  return { ...judge(item, detail, state.me.name), kind: item.kind, words: item.meta.words, report: item.meta.report };
}

/**
 * What a step came to, from the case after it: `{id, step, verdict, others}`.
 * `disputed`: it stands beside a step of others, and both cannot be right. `beside`: the case stands elsewhere now, by
 * a step that did not see it. `gone`: the report is not shown any more. `shared`: others took the task as well.
 * `done`: it counts.
 */
export function judge(item, detail, name) {
  const { step } = item.meta;
  const base = { id: item.id, step: step ?? null, verdict: "done", others: [] };
  if (detail.gone) return { ...base, verdict: "gone", gone: detail.gone };
  if (item.kind !== "step") return base;
  const { branches, disputes, assignees, stage } = detail.case;
  const told = ({ author, stage: code, department }) => ({ author, step: code, department });
  const mine = branches.findIndex((branch) => branch.author === name && branch.stage === step);
  const against = disputes.filter((pair) => pair.includes(mine)).map(([a, b]) => branches[a === mine ? b : a]);
  if (mine >= 0 && against.length) return { ...base, verdict: "disputed", stage, others: against.map(told) };
  if (step === "claimed") {
    const others = assignees.filter((one) => one.assignee !== name);
    const takers = others.map((one) => ({ author: one.assignee, step: "claimed" }));
    return takers.length ? { ...base, verdict: "shared", others: takers } : base;
  }
  // A step that somebody saw and went on from is no branch any more: that is the usual way.
  if (mine >= 0 && stage !== step) {
    return { ...base, verdict: "beside", stage, others: branches.filter((_, at) => at !== mine).map(told) };
  }
  return base;
}

async function remember(outcome) {
  const number = (state.outcomes[0]?.number ?? 0) + 1;
  const row = { ...outcome, number, read: false };
  await keep("outcomes", row);
  const all = [row, ...state.outcomes.filter((one) => one.id !== row.id)];
  for (const old of all.slice(mostKept)) await unkeep("outcomes", old.id);
  change({ outcomes: all.slice(0, mostKept), lastOutcome: row });
}

/** The person has read what became of a step. */
export async function markRead(id) {
  const outcomes = state.outcomes.map((one) => (one.id === id ? { ...one, read: true } : one));
  await keep("outcomes", outcomes.find((one) => one.id === id));
  change({ outcomes });
}
