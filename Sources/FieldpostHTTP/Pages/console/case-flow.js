/** The flow of a case: its six stages with their timers, of the present round; earlier rounds can be opened. */

import { h } from "../shared/dom.js";
import { deadlineWords, moment, span } from "../shared/time.js";
import { pick, t } from "../shared/words.js";
import { limitWords } from "./step-fields.js";

const order = ["confirmation", "filing", "dispatch", "handling", "verification", "closing"];

/** The strip. Of several side by side (two departments), each has its own line. */
export function flowView({ stages }) {
  const now = order.map((code) => [code, stages.filter((one) => one.stage === code && one.present)]);
  const before = stages.filter((one) => !one.present);
  return h("section", { class: "flow", "aria-label": t("flow.title") },
    h("ol", null, now.map(([code, list]) => h("li", { class: stateOf(list) },
      h("strong", null, list.length ? pick(list[0]) : t(`flow.${code}`), roundOf(list)),
      list.length ? list.map(timer) : h("span", { class: "muted small" }, t("flow.notYet"))))),
    before.length > 0 && h("details", { id: "flow-before" },
      h("summary", { class: "small" }, t("flow.before", { n: before.length })),
      h("table", { class: "plain small" },
        h("thead", null, h("tr", null, ["stage", "department", "started", "ended", "deadline", "result"].map((name) =>
          h("th", { scope: "col" }, t(`flow.col.${name}`))))),
        h("tbody", null, before.map((one) => h("tr", null,
          h("td", null, pick(one), " ", t("flow.round", { n: one.round })), h("td", null, one.department ?? ""),
          h("td", null, one.started_at && moment(one.started_at)), h("td", null, one.ended_at && moment(one.ended_at)),
          h("td", null, one.deadline && moment(one.deadline)), h("td", null, deadlineWords(one)?.words ?? "")))))));
}

function roundOf(list) {
  const round = Math.max(0, ...list.map((one) => one.round));
  return round > 1 && h("span", { class: "small" }, " ", t("flow.round", { n: round }));
}

const stateOf = (list) => {
  if (!list.length) return "later";
  if (list.some((one) => one.state === "overdue" || one.state === "finished-late")) return "late";
  if (list.some((one) => one.state === "running")) return "running";
  if (list.some((one) => one.state === "paused")) return "paused";
  return "finished";
};

function timer(one) {
  const found = deadlineWords(one);
  const took = one.started_at && one.ended_at && Date.parse(one.ended_at) - Date.parse(one.started_at);
  return h("div", { class: "timer" },
    one.department && h("span", { class: "small" }, one.department),
    found && h("span", { class: `chip ${found.tone}` }, found.words),
    took >= 0 && took !== false && h("small", null, t("flow.took", { span: span(took) })),
    !one.ended_at && one.deadline && h("small", null, t("flow.until", { time: moment(one.deadline) })),
    h("small", null, limitWords(one.limit), one.former_deadlines.length > 0 && ` · ${t("flow.extended",
      { n: one.former_deadlines.length })}`),
    (one.within_uncertainty || one.beyond_calendar) && h("small", null,
      t(one.within_uncertainty ? "flow.uncertain" : "flow.beyond")));
}
