/** Which steps are possible now, which one usually comes next, and what a request for one says. Pure functions. */

import { mayTake, stages } from "../shared/stages.js";
import { groupsOf } from "./access.js";

const usual = {
  accepted: "inspected", absent: "closed", inspected: "filed", filed: "dispatched", dispatched: "handling",
  handling: "feedback", feedback: "verified", verified: "closed", returned: "dispatched", rework: "handling",
  reopened: "dispatched",
};

/** The codes of the steps that this person may take in all of these cases (each has `next`), in the table's order. */
export function possibleSteps(cases, me) {
  const groups = groupsOf(me);
  const codes = cases.map((one) => new Set(one.next.map((step) => step.step)));
  return [...stages.keys(), ...cases[0]?.next.map((step) => step.step).filter((code) => !stages.has(code)) ?? []]
    .filter((code) => codes.every((set) => set.has(code)) && mayTake(code, groups));
}

/** The step that usually comes next in these cases, among the possible ones. */
export function usualStep(cases, codes) {
  const first = cases[0];
  // Two went to different departments, or one came back: whoever dispatches decides.
  if (first?.disputes?.length && codes.includes("dispatched")) return "dispatched";
  const wanted = codes.includes("accepted") ? "accepted" : usual[first?.stage];
  return codes.includes(wanted) ? wanted : codes[0] ?? null;
}

/**
 * Steps of the table that are not possible, with the reason: `{code, after}` (from which stages it is), `{code, who}`
 * (whose work it is), or `{code, paused: true}`.
 */
export function impossibleSteps(one, me) {
  const groups = groupsOf(me);
  const now = new Set(one.next.map((step) => step.step));
  const found = [];
  for (const row of stages.values()) {
    if (now.has(row.code) && mayTake(row.code, groups)) continue;
    if (now.has(row.code)) found.push({ code: row.code, who: row.who });
    else if (row.from.includes(one.stage)) found.push({ code: row.code, paused: true });
    else found.push({ code: row.code, after: row.from });
  }
  return found;
}

/** What a step must say, beside what it can take from the catalogue. */
export const needsOf = (code) => (stages.get(code)?.needs ?? []).filter((need) => need !== "limit");

/** What people pick is a time of Shanghai, whatever zone the machine is in. */
const zoned = (local) => `${local.length === 16 ? `${local}:00` : local}+08:00`;

/** Tomorrow at six in the evening in Shanghai, as a field for dates takes it. */
export function tomorrow(now) {
  return `${new Date(now + (8 + 24) * 3600000).toISOString().slice(0, 10)}T18:00`;
}

/** What is missing, by the name of the field: `{reason: true}`. */
export function missing(code, values) {
  const wrong = needsOf(code).filter((need) => !(values[need] ?? "").trim());
  if (code === "filed" && values.limitKind === "other" && !(Number(values.amount) > 0)) wrong.push("amount");
  if (values.until && needsOf(code).includes("until") && !Number.isFinite(Date.parse(zoned(values.until)))) {
    wrong.push("until");
  }
  return wrong;
}

/** The body of the request. */
export function stepBody(code, values) {
  const body = { step: code };
  const reason = (values.reason ?? "").trim();
  if (reason) Object.assign(body, { reason, audience: values.isPublic ? "public" : "inside" });
  for (const need of needsOf(code)) {
    if (need === "until") body.until = new Date(Date.parse(zoned(values.until))).toISOString();
    else if (need !== "reason") body[need] = values[need].trim();
  }
  if (code === "filed" && values.limitKind === "other") body.limit = `${Number(values.amount)} ${values.unit}`;
  else if (code === "filed" && values.limitKind) body.condition = values.limitKind;
  return body;
}
