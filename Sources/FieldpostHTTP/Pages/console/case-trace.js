/** The whole trace: every entry, who made it, through which node, when (by a corrected time), and what it brought. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { authorOf, fieldName, nodeWords, valueWords, whenWords } from "./case-values.js";
import { names, stageWords } from "./names.js";
import { hashOf } from "./routes.js";

/**
 * The section, the newest first. `readEarlier` is given where the node has entries before those shown. `unseen` are
 * entries that whoever closed the case had not seen.
 */
export function traceView(entries, { readEarlier, unseen }) {
  const late = new Set(unseen);
  return h("section", { class: "card stack trace" },
    h("h2", null, t("case.trace"), h("span", { class: "muted" }, ` ${entries.length}`)),
    h("ol", null, [...entries].reverse().map((entry) => entryView(entry, late.has(entry.entry)))),
    readEarlier && h("button", { type: "button", class: "small", on: { click: readEarlier } }, t("case.earlier")));
}

function entryView(entry, isUnseen) {
  const when = entry.traceList[0]?.taken_at ? entry.traceList[0] : entry;
  return h("li", null,
    h("p", { class: "trace-head" },
      h("strong", null, headline(entry), isUnseen && h("span", { class: "chip warn" }, t("trace.unseen"))),
      h("time", { class: "small", datetime: entry.corrected_at ?? entry.at ?? "", title: exact(entry) },
        whenWords(when))),
    h("p", { class: "small muted" }, `${authorOf(entry)} · ${nodeWords(entry)}`, !entry.corrected_at && entry.at
      && isOfGateway(entry) && ` · ${t("time.notCorrected")}`, entry.unconfirmed && ` · ${t("trace.unconfirmed")}`),
    entry.traceList.map(stepLines),
    entry.noteList.map((note) => h("p", { class: "words" }, note.text, note.audience === "public" && mark())),
    changed(entry).map(([name, value]) => h("p", { class: "small" }, h("span", { class: "muted" }, fieldName(name)),
      " → ", name === "original" && value ? caseLink(value) : valueWords(name, value))),
    entry.attachmentList.map((one) => h("p", { class: "small" },
      t("trace.photo", { role: t(`photo.${one.role ?? "none"}`) }))),
    entry.removals > 0 && h("p", { class: "small" }, t("trace.removals", { n: entry.removals })),
    !entry.known && h("p", { class: "small" }, t("trace.unknown")));
}

/** The case that this one was joined to. */
export const caseLink = (id) => h("a", { href: hashOf("case", [id]) }, `${id.slice(0, 8)}…`);

const mark = () => h("span", { class: "chip" }, t("trace.public"));

function headline(entry) {
  if (entry.traceList.length) return entry.traceList.map((one) => stageWords(one.stage, one.label)).join(t("comma"));
  if (entry.depth === 1) return t("trace.created");
  if (entry.noteList.length) return t("trace.note");
  if (entry.attachmentList.length) return t("trace.photos", { n: entry.attachmentList.length });
  return Object.keys(entry.fields).length ? t("trace.edit") : t("trace.other");
}

/** Values that a step brings are told by its lines; those of the first entry by the facts. */
const changed = (entry) => (entry.depth === 1 ? [] : Object.entries(entry.fields).filter(([name]) =>
  !(entry.traceList.length && ["stage", "department", "assignee"].includes(name))));

function stepLines(one) {
  const line = (key, value) => value && h("p", { class: "small" }, h("span", { class: "muted" }, t(`trace.${key}`)),
    ` ${value}`);
  return [line("department", one.department), line("assignee", one.assignee), line("condition", one.condition),
    line("until", one.until && moment(one.until)),
    one.comment && h("p", { class: "words" }, one.comment, one.audience === "public" && mark())];
}

const isOfGateway = (entry) => entry.node !== names.self && entry.traceList.every((one) => !one.taken_at);

/** All that is known of the time, for whoever wants to know exactly. */
function exact(entry) {
  const { corrected_at: corrected, corrected_uncertainty_ms: error = 0, at } = entry;
  return [corrected && `${t("time.corrected")} ${corrected} ±${error} ms`, at && `${t("time.own")} ${at}`]
    .filter(Boolean).join("\n");
}
