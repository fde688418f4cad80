/** The queue in sight: what waits, and what can be done about it. */

import { announce, h } from "../shared/dom.js";
import { problemText } from "../shared/problem.js";
import { sizeText, t, timeText } from "../shared/words.js";
import { saveFile, takeFile } from "./files.js";
import { queue, refresh } from "./database.js";
import { part, state } from "./state.js";
import { edit } from "./submit.js";
import { bytesLeft } from "./view-bar.js";
import { categoryName } from "./view-category.js";
import { picture } from "./pictures.js";

/** The view of `#/queue`. */
export function queueView() {
  return h("section", { class: "stack", "aria-labelledby": "queue-title" },
    h("h2", { id: "queue-title", tabindex: "-1" }, t("queue")),
    h("p", { class: "muted small" }, t("queueHelp")),
    part((now) => [now.items, now.sender].map((value) => JSON.stringify(value, small)), () => [
      state.sender.problem && state.items.length > 0 && state.sender.problem.code !== "unreachable"
        && h("p", { class: "notice warn", role: "status" }, problemText(state.sender.problem)),
      state.items.length === 0
        ? h("p", { class: "card muted" }, t("queueEmpty"))
        : h("ul", { class: "stack" }, state.items.map(itemView)),
    ], { class: "stack" }),
    h("div", { class: "row" },
      part((now) => now.items.length > 0, () => state.items.length > 0
        && h("button", { type: "button", on: { click: () => void exportQueue() } }, t("exportQueue"))),
      h("button", { type: "button", on: { click: () => void takeFile() } }, t("importFile"))),
    h("p", { class: "small muted" }, t("exportHelp")));
}

function small(key, value) {
  return value instanceof ArrayBuffer ? value.byteLength : value;
}

function itemView(item) {
  const bytes = bytesLeft([item]);
  const total = item.photos.reduce((sum, photo) => sum + (photo.size ?? 0), 0);
  const first = item.photos[0];
  return h("li", { class: "card tight" },
    h("div", { class: "item" },
      first && picture(first, ""),
      h("div", { class: "tight" },
        h("strong", null, titleOf(item)),
        item.request?.json?.text && h("span", { class: "clip" }, item.request.json.text),
        h("span", { class: "small muted" }, stateText(item), item.photos.length > 0
          && ` · ${t("photosSum", { n: item.photos.length, size: sizeText(bytes) })}`))),
    total > 0 && item.state === "sending"
      && h("progress", { max: total, value: total - bytes, "aria-label": t("sending") }),
    item.problem && item.problem.code !== state.sender.problem?.code
      && h("p", { class: item.state === "refused" ? "error" : "small" }, problemText(item.problem)),
    h("div", { class: "row" }, actions(item)));
}

function titleOf(item) {
  if (item.kind === "report") return item.draft ? categoryName(item.draft.category) : t("kind.report");
  return t(`kind.${item.kind}`);
}

function stateText(item) {
  if (item.state === "refused") return t(item.accepted ? "state.photosRefused" : "state.refused");
  if (item.accepted && item.photos.length) return t("state.photosLeft");
  return t(`state.${item.state}`);
}

function actions(item) {
  const receipt = state.receipts.find((one) => one.hash === item.receipt);
  const button = (key, act, props) => h("button", {
    type: "button", id: `${key}-${item.id}`, ...props, on: { click: () => void act() },
  }, t(key));
  return [
    item.kind === "report" && !item.accepted && button("edit", () => startEdit(item)),
    item.state === "refused" && button("tryAgain", () => tryAgain(item)),
    item.problem?.code === "no-sealing-key" && button("sendWithoutContact", () => withoutContact(item)),
    receipt && h("a", { class: "button", href: `#/r/${receipt.secret}` }, t("receipt")),
    button("delete", () => remove(item)),
  ];
}

async function startEdit(item) {
  const { draft } = state;
  const begun = draft.text.trim() || draft.photos.length > 0;
  if (begun && draft.editing !== item.id && !self.confirm(t("draftWillGo"))) return;
  await edit(item);
  self.location.hash = "#/";
}

async function tryAgain(item) {
  await queue.update(item.id, (now) => {
    now.state = "waiting";
    now.problem = null;
    for (const photo of now.photos) {
      if (photo.state === "refused") Object.assign(photo, { state: "waiting", problem: null, uploadURL: null });
    }
  });
  await queue.sendNow();
}

async function withoutContact(item) {
  await queue.update(item.id, (now) => {
    delete now.request.json.contact;
    now.problem = null;
  });
  await queue.sendNow();
}

async function remove(item) {
  const question = item.accepted ? "deletePhotosQuestion" : item.tried ? "deleteTriedQuestion" : "deleteQuestion";
  if (!self.confirm(t(question))) return;
  const unseen = item.kind === "report" && !item.tried;
  await queue.remove(item.id, unseen && item.receipt ? (tx) => tx.remove("receipts", item.receipt) : undefined);
  await refresh();
  announce(t("deleted"));
}

async function exportQueue() {
  const file = await queue.exportFile();
  saveFile(file, `fieldpost-queue-${timeText(Date.now()).replace(/[^\d]+/g, "-")}.jsonl`);
}
