/** What can be done now, and why other things cannot. */

import { h } from "../shared/dom.js";
import { stages } from "../shared/stages.js";
import { t } from "../shared/words.js";
import { joined, stageWords } from "./names.js";
import { impossibleSteps, needsOf, possibleSteps, usualStep } from "./step-rules.js";

const takers = { collector: 1, handler: 1, dispatcher: 1, leader: 1, reporter: 1 };

/** `act(code)` opens the dialog of a step, `note()` that of a note. */
export function actionsView(one, { me, mayHandle, act, note }) {
  if (!mayHandle) return h("section", { class: "card stack" }, h("h2", null, t("act.title")),
    h("p", { class: "muted" }, t("act.readOnly")));
  const codes = possibleSteps([one], me);
  const usual = usualStep([one], codes);
  const rest = codes.filter((code) => code !== usual);
  const groups = [["forward", ["step", "final"]], ["back", ["back", "end"]], ["side", ["side"]]]
    .map(([name, kinds]) => [name, rest.filter((code) => kinds.includes(stages.get(code)?.kind ?? "side"))])
    .filter(([, list]) => list.length);
  const button = (code, kind) => h("button", { type: "button", class: kind, id: `do-${code}`, title: needs(code),
    on: { click: () => act(code) } }, stageWords(code));
  return h("section", { class: "card stack actions no-print" },
    h("h2", null, t("act.title")),
    usual && h("div", { class: "tight" }, button(usual, "primary wide"),
      needs(usual) && h("p", { class: "small muted" }, needs(usual))),
    !codes.length && h("p", { class: "muted" }, t("act.none")),
    groups.map(([name, list]) => h("div", { class: "tight" }, h("h3", { class: "small muted" }, t(`step.kind.${name}`)),
      h("div", { class: "row" }, list.map((code) => button(code, "small"))))),
    h("div", { class: "row" }, h("button", { type: "button", class: "small", id: "do-note", on: { click: note } },
      t("act.note"))),
    h("details", { id: "why-not" }, h("summary", { class: "small" }, t("act.whyNot")),
      h("ul", { class: "why small" }, impossibleSteps(one, me).map(why))));
}

/** What a step asks for. */
function needs(code) {
  const list = needsOf(code).map((need) => t(`need.${need}`));
  return list.length ? t("act.needs", { needs: joined(list) }) : null;
}

function why({ code, after, who, paused }) {
  const step = stageWords(code);
  if (who) return h("li", null, t("why.who", { step, who: joined(who.filter((one) => takers[one])
    .map((one) => t(`group.${one}`))) }));
  if (paused) return h("li", null, t(code === "resumed" ? "why.notPaused" : "why.paused", { step }));
  return h("li", null, t("why.after", { step, after: joined(after.map((one) => stageWords(one))) }));
}
