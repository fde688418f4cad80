/** One case: what it is, where it stands, what is possible now and for whom, and what waits here. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import {
  banner, button, categoryName, chip, deadlineChip, groupName, joined, linkButton, pageHead, stagesWords,
  stageWords, whoDidWhat, whyWords,
} from "./parts.js";
import { deadlines, history, photos, place } from "./case-parts.js";
import { itemBanner, outcomeBanner } from "./outbox-parts.js";
import { needsReading, pendingOf, state, taskOf } from "./state.js";
import { otherSteps, standing, whyNot, workNow, works } from "./work.js";

/** The view of a case. `actions`: `{claim(report)}`. */
export function caseView(id, actions) {
  const task = taskOf(id);
  const detail = state.details.get(id);
  const pending = pendingOf(id);
  if (!task && !detail && !pending.length) return missing();
  const news = state.outcomes.filter((one) => one.report === id && needsReading(one));
  const isShareTold = news.some((one) => one.verdict === "shared");
  const made = pending.find((item) => item.kind === "report")?.meta.words;
  const fields = detail?.report?.fields ?? made ?? {};
  const title = categoryName(task?.category ?? fields.category, detail?.report?.labels?.category);
  return h("article", { class: "case" },
    pageHead(title, "#/tasks"),
    detail?.gone && gone(detail),
    task && headline(task, pending),
    news.map(outcomeBanner),
    pending.map((item) => itemBanner(item)),
    task && !detail?.gone && [disagreement(detail), !isShareTold && sharers(task), work(id, task, pending, actions)],
    h("p", { class: "case-text" }, fields.text || task?.text || made?.reason || t("case.noText")),
    made ? null : detail?.report ? [place(detail), photos(detail, pending), deadlines(detail), history(detail)]
      : h("p", { class: "hint" }, t(state.net === "offline" ? "case.notKept" : "case.loading")),
    task && !detail?.gone && possible(task, pending));
}

const missing = () => h("div", null, pageHead(t("case.unknown"), "#/tasks"),
  h("p", null, t(state.net === "offline" ? "case.unknownOffline" : "case.unknownHere")));

const gone = (detail) => banner("warn", t(`gone.${detail.gone === "hidden" ? "hidden" : "other"}`), detail.goneDetail);

function headline(task, pending) {
  const { stage, isAhead } = standing(task, pending);
  return h("p", { class: "chips" },
    task.priority === "urgent" && chip(t("urgent"), "urgent"),
    chip(stageWords(stage, isAhead ? null : task.label), isAhead ? "waits" : "calm"),
    deadlineChip(task.deadline), task.suspended && chip(t("suspended"), "paused"));
}

/** What people disagree about, in words, and what to do. */
function disagreement(detail) {
  if (!detail?.case) return null;
  const { branches, disputes, stage, label } = detail.case;
  const parts = [];
  if (disputes.length) {
    const involved = [...new Set(disputes.flat())].map((at) => branches[at]);
    const said = involved.map((one) => whoDidWhat({ ...one, step: one.stage }));
    parts.push(banner("warn", t("dispute.title"), h("ul", null, said.map((one) => h("li", null, one))),
      t("dispute.shown", { stage: stageWords(stage, label) })));
  }
  const fields = detail.report?.conflicts ?? [];
  const names = joined(fields.map((name) => t(`field.${name}`)));
  if (fields.length) parts.push(banner("warn", t("conflict.title", { fields: names })));
  return parts;
}

/** Two who took one task see each other. */
function sharers(task) {
  if (task.persons.length < 2) return null;
  return banner("warn", t("shared.title", { names: joined(task.persons) }), t("shared.what"));
}

function work(id, task, pending, actions) {
  const { next, stage } = standing(task, pending);
  const now = workNow(next, state.me.groups);
  const codes = next.map((step) => step.step);
  const claimed = task.persons.includes(state.me.name) || pending.some((item) => item.meta.step === "claimed");
  const isWork = now !== null && now.mine.length > 0;
  const mayClaim = isWork && codes.includes("claimed") && !claimed;
  return h("div", { class: "work" },
    isWork && linkButton(t(`work.${now.kind}`), "primary wide", `#/step/${id}/${now.kind}`, { id: "work" }),
    mayClaim && button(t("claim"), "plain wide", () => actions.claim(id), { id: "claim" }),
    claimed && task.persons.length < 2 && h("p", { class: "hint" }, t("claimed.mine")),
    !claimed && task.persons.length === 1 && h("p", { class: "hint" }, t("taken.by", { names: joined(task.persons) })),
    !isWork && h("p", { class: "hint" }, notNow(stage, next)));
}

/** Why there is nothing to do for this person at the moment, in one sentence. */
function notNow(stage, next) {
  if (!state.me.groups.length) return t("group.unknown");
  const now = workNow(next, ["dispatcher"]);
  if (now) return t("why.group", { work: t(`work.${now.kind}`), group: groupName(works[now.kind].group) });
  return t("why.dispatcher", { stage: stageWords(stage) });
}

/** What else is possible, and what is not, with the reason. */
function possible(task, pending) {
  const { next, stage } = standing(task, pending);
  const { mine, notMine } = otherSteps(next, state.me.groups);
  const link = ({ step }) => h("li", null, linkButton(stageWords(step), "plain wide", `#/step/${task.report}/${step}`));
  const reasons = whyNot(stage, next, state.me.groups).map(whyWords);
  return [
    h("details", { class: "more", id: "more-steps" }, h("summary", null, t("more.title")),
      h("ul", { class: "plain-list" },
        h("li", null, linkButton(t("note.title"), "plain wide", `#/step/${task.report}/note`)), mine.map(link))),
    h("details", { class: "more", id: "why-not" }, h("summary", null, t("why.title")),
      h("ul", null, reasons.map((one) => h("li", null, one)),
        notMine.length > 0 && h("li", null, t("why.others", { steps: stagesWords(notMine.map((one) => one.step)) })))),
  ];
}
