/** Items that wait here, and what became of those that were sent, in words: what happened, what is safe, what to do. */

import { h } from "../shared/dom.js";
import { hasWord, sizeText, t } from "../shared/words.js";
import { button, categoryName, dotted, gridName, joined, stageWords, whoDidWhat } from "./parts.js";
import { editItem } from "./edit-item.js";
import { itemWords } from "./item-words.js";
import { discard, retry } from "./outbox.js";
import { markRead } from "./outcomes.js";
import { isOnlyHere, needsReading, state } from "./state.js";
import { moment } from "./time.js";

/** The bytes of an item that the node does not have yet. */
export const bytesLeft = (item) =>
  item.photos.reduce((sum, photo) => sum + (photo.state === "waiting" ? photo.size - photo.sentBytes : 0), 0);

function stateWords(item) {
  if (item.state === "refused") return t("state.refused");
  if (item.state === "sent") return t("state.sent");
  const done = item.photos.filter((photo) => photo.state === "attached").length;
  const photos = item.photos.length ? t("item.ofPhotos", { done, n: item.photos.length }) : "";
  if (item.state === "sending" && state.net !== "offline") return dotted([t("state.sending"), photos]);
  if (item.accepted) return dotted([t("state.accepted"), photos]);
  if (!state.mayCall) return t("state.login");
  return dotted([t("state.waits"), photos]);
}

/** One item with its state, and for one that was refused the reason and the ways on. */
export function itemBanner(item, { title = false } = {}) {
  const refused = item.state === "refused";
  const { words, made } = item.meta;
  const left = bytesLeft(item);
  return h("div", { class: `notice ${refused ? "bad" : "info"} item`, dataset: { item: item.id, state: item.state } },
    h("strong", null, title
      ? h("a", { href: `#/case/${item.meta.report}` }, dotted([categoryName(words.category), gridName(words.grid)]))
      : itemWords(item)),
    title && h("span", null, itemWords(item)),
    h("span", { class: "small" }, dotted([stateWords(item), left ? sizeText(left) : "", moment(made)])),
    refused && h("p", null, refusalWords(item)),
    isOnlyHere(item) && h("p", { class: "error" }, t("item.inMemory")),
    !refused && item.problem && waitWords(item.problem),
    h("div", { class: "row" },
      mayEdit(item)
        && button(t("item.edit"), refused ? "primary" : "plain", () => editItem(item), { id: `edit-${item.id}` }),
      refused && button(t("item.retry"), "plain", () => retry(item.id), { id: `retry-${item.id}` }),
      item.state !== "sending" && button(t("item.delete"), "quiet", () => remove(item), { id: `delete-${item.id}` })));
}

/** What was refused, or no attempt can have reached the node with, may be changed here. A claim has no form. */
const mayEdit = ({ state: now, tried, accepted, meta }) =>
  !accepted && meta.words.kind !== "claim" && (now === "refused" || (now === "waiting" && !tried));

function remove(item) {
  const way = item.accepted ? "Accepted" : item.tried && item.state !== "refused" ? "Tried" : "Sure";
  if (globalThis.confirm(t(`item.delete${way}`, { what: itemWords(item) }))) discard(item.id);
}

/** Why the node refused it, and what to do now. */
function refusalWords({ kind, problem, accepted }) {
  const code = problem?.code ?? "";
  const known = t([`refusal.${code}.${kind}`, `refusal.${code}`].find(hasWord) ?? "refusal.other");
  const detail = problem?.fault?.detail ?? problem?.detail;
  const said = detail && h("span", { class: "small node-words" }, t("nodeSays", { detail }));
  const lines = [known, accepted && t("refusal.photoOnly"), said];
  return lines.filter(Boolean).map((one) => h("span", { class: "line" }, one));
}

/** Why it waits, where the node said so. That nobody is logged in, or nothing is reached, is said elsewhere. */
function waitWords({ status }) {
  if (status === 0 || status === 401) return null;
  return h("p", { class: "small" }, t({ 507: "wait.full", 429: "wait.many" }[status] ?? "wait.node"));
}

/** What became of a step, for a person who should know it. */
export function outcomeBanner(outcome) {
  const { verdict, others, words, step } = outcome;
  const what = hasWord(`result.${step}`) ? t(`result.${step}`) : step ? stageWords(step) : t("item.note");
  const said = others.map(whoDidWhat);
  const stage = outcome.stage ? stageWords(outcome.stage) : "";
  const names = joined(others.map((one) => one.author ?? t("somebody")));
  const key = verdict === "gone" ? (outcome.gone === "hidden" ? "gone" : "pruned") : verdict;
  return h("div", { class: `notice ${verdict === "done" ? "info" : "warn"} outcome`, dataset: { verdict } },
    h("strong", null, t(`outcome.${key}.title`, { what, names, stage })),
    verdict !== "shared" && said.length > 0 && h("ul", { class: "bullets" }, said.map((one) => h("li", null, one))),
    h("p", null, t(`outcome.${key}.what`, { what, names, stage })),
    h("div", { class: "row" },
      h("a", { class: "button", href: `#/case/${outcome.report}` },
        t("outcome.open", { category: categoryName(words.category) })),
      needsReading(outcome)
        && button(t("outcome.read"), "quiet", () => markRead(outcome.id), { id: `read-${outcome.id}` })));
}
