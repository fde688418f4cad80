/** What a case is about: its facts, its words, and values that stand side by side until somebody settles them. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { caseLink } from "./case-trace.js";
import { authorOf, fieldName, nodeWords, valueWords, whenWords } from "./case-values.js";

const facts = ["category", "grid", "location", "priority", "department", "channel", "reporter", "device",
  "captured_at", "rating"];

/** The facts. */
export function factsView({ report, standing }, { mayEdit, edit, takePlace }) {
  const { fields, labels, offered, followers } = report;
  const row = (name, ...value) => h("div", null, h("dt", null, t(`field.${name}`)), h("dd", null, value));
  return h("section", { class: "card stack" },
    h("div", { class: "spread" }, h("h2", null, t("case.facts")),
      mayEdit && h("button", { type: "button", class: "small", id: "edit", on: { click: edit } }, t("case.edit"))),
    h("dl", { class: "facts" }, facts.filter((name) => fields[name] !== undefined && fields[name] !== null)
      .map((name) => row(name, valueWords(name, fields[name], labels[name]),
        report.siblings[name] && h("a", { class: "chip warn", href: "#conflicts", on: { click: toConflicts } },
          t("list.disputed")))),
    !fields.location && offered && row("location", valueWords("location", offered.location), " ",
      h("span", { class: "muted" }, t("case.offered")),
      mayEdit && h("button", { type: "button", class: "small", on: { click: () => takePlace(offered.location) } },
        t("case.takeOffered"))),
    fields.set_aside && row("set_aside", Object.keys(fields.set_aside).join(t("comma"))),
    standing.assignees.length > 0 && row("assignee", standing.assignees.map((one) => one.assignee).join(t("comma"))),
    standing.departments.some((name) => name !== fields.department)
      && row("departments", standing.departments.join(t("comma"))),
    followers > 0 && row("followers", followers),
    fields.original && row("original", caseLink(fields.original)),
    standing.suspended && row("suspended", t("case.suspendedUntil", { time: moment(standing.suspended.until),
      reason: standing.suspended.reason ?? "" })),
    row("id", h("code", null, report.id))));
}

function toConflicts(event) {
  event.preventDefault();
  document.getElementById("conflicts")?.scrollIntoView({ block: "start" });
}

/** Fields that a step settles, not an edit. */
const ofSteps = new Set(["stage", "department"]);

/** Values side by side: who wrote each, where and when. `settle(field, value)` takes one of them. */
export function conflictsView({ report, standing }, { mayEdit, settle }) {
  const isTold = (field) => ofSteps.has(field) && standing.branches.length > 1; // by the steps above
  const fields = Object.entries(report.siblings).filter(([field, list]) => list.length > 1 && !isTold(field));
  if (!fields.length) return null;
  return h("section", { class: "card stack conflicts", id: "conflicts" },
    h("h2", null, t("conflict.title", { n: fields.length })), h("p", { class: "small" }, t("conflict.what")),
    fields.map(([field, list]) => h("div", { class: "tight" },
      h("h3", null, fieldName(field)),
      h("div", { class: "siblings" }, list.map((one, at) => sibling(field, one, at === 0, mayEdit, settle))),
      ofSteps.has(field) && h("p", { class: "small muted" }, t("conflict.byStep")))),
    !mayEdit && h("p", { class: "small muted" }, t("conflict.notYou")));
}

function sibling(field, one, isShown, mayEdit, settle) {
  const canTake = mayEdit && !ofSteps.has(field) && (field !== "set_aside" || one.value === null);
  return h("div", { class: "sibling" },
    h("p", { class: "sibling-value" }, valueWords(field, one.value, one.label)),
    [one, ...one.also ?? []].map((write) => h("p", { class: "small muted" },
      `${authorOf(write)} · ${nodeWords(write)} · ${whenWords(write)}`)),
    h("div", { class: "spread" }, isShown ? h("span", { class: "chip" }, t("conflict.shown")) : h("span"),
      canTake && h("button", { type: "button", class: "small", id: `take-${field}-${one.entry}`,
        on: { click: () => settle(field, one.value) } }, t("conflict.take"))));
}

/** Steps that people took without seeing each other, and of which both cannot be right. */
export function disputesView({ report, standing }) {
  const { branches, disputes } = standing;
  const through = (one) => report.history.find((entry) => entry.entry === one.entry);
  if (branches.length < 2) return null;
  const disputed = new Set(disputes.flat());
  return h("section", { class: "card stack conflicts", id: "disputes" },
    h("h2", null, t(disputes.length ? "dispute.title" : "dispute.sideBySide")),
    h("p", { class: "small" }, t(disputes.length ? "dispute.what" : "dispute.both")),
    h("div", { class: "siblings" }, branches.map((one, at) => h("div", { class: "sibling" },
      h("p", { class: "sibling-value" }, valueWords("stage", one.stage, one.label),
        disputed.has(at) && h("span", { class: "chip warn" }, t("list.disputed"))),
      one.department && h("p", null, one.department), one.reason && h("p", { class: "words" }, one.reason),
      h("p", { class: "small muted" }, [authorOf(one), through(one) && nodeWords(through(one)), whenWords(one)]
        .filter(Boolean).join(" · "))))));
}
