/** The receipt of one report: its code and link, what became of it, and what its reporter may do. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { problemText } from "../shared/problem.js";
import { nextOrder, queue, refresh } from "./database.js";
import { loadReceipt } from "./receipt-node.js";
import { receiptOf } from "./receipts.js";
import { part, state } from "./state.js";
import { actionsView } from "./view-actions.js";
import { nameOf } from "./view-mine.js";
import { shareView } from "./view-share.js";
import { afterPhotos, notesView, timelineView } from "./view-timeline.js";

const every = 15000;

/** The view of `#/r/SECRET`. */
export function receiptView(secret) {
  const { hash } = receiptOf(secret) ?? {};
  if (!hash) return h("p", { class: "notice bad" }, t("wrongLink"));
  const node = h("article", { class: "stack", "aria-labelledby": "receipt-title" });
  void keepShared(secret);
  const mine = () => state.receipts.find((one) => one.hash === hash);
  const items = () => state.items.filter((item) => item.receipt === hash);
  const key = () => JSON.stringify([mine(), items().map(({ photos, ...item }) => [item, photos.map((photo) => (
    [photo.state, photo.sentBytes]))]), state.form?.role, state.answers?.[hash]], small);
  node.append(
    part(key, () => head(mine()), { class: "stack" }),
    part(key, () => mine() && timelineView(mine(), items()), { class: "card" }),
    part(() => [mine()?.view?.photos ?? [], state.reachable], () => mine() && afterPhotos(mine())),
    part(() => [mine()?.view?.notes ?? [], mine()?.view?.ratings ?? []], () => mine() && notesView(mine())),
    part(() => JSON.stringify(items().filter((item) => item.kind !== "report"), small), () => pending(items())),
    actionsView(mine),
    part(() => [Boolean(mine())], () => mine() && shareView(mine())),
    h("div", { class: "row" },
      h("a", { class: "button primary", href: "#/" }, t("newReport")),
      h("a", { class: "button", href: "#/mine" }, t("mine"))),
  );
  poll(node, mine, items);
  return node;
}

function small(key, value) {
  return value instanceof ArrayBuffer ? value.byteLength : value;
}

function head(receipt) {
  if (!receipt) return h("p", { class: "card muted" }, t("loading"));
  return h("div", { class: "card tight" },
    h("h2", { id: "receipt-title", tabindex: "-1" }, nameOf(receipt)),
    receipt.text && h("p", { class: "small" }, receipt.text),
    h("p", null, h("span", { class: "small muted" }, `${t("code")} `), h("span", { class: "code" }, receipt.code)),
    h("p", { class: "small muted" }, t("codeHelp")),
    receipt.kind === "follow" && h("p", { class: "small" }, t("followHelp")));
}

/** What the reporter did since, and has not been sent yet. */
function pending(items) {
  const waiting = items.filter((item) => item.kind !== "report");
  if (waiting.length === 0) return null;
  return h("ul", { class: "notice tight" }, waiting.map((item) => h("li", null,
    `${t(`kind.${item.kind}`)}: ${t(`state.${item.state}`)}`,
    item.problem && h("span", { class: "small" }, ` ${problemText(item.problem)}`))));
}

/** Keeps a receipt that came as a link, so that it opens from "Mine" as well. */
async function keepShared(secret) {
  await refresh();
  const receipt = receiptOf(secret);
  if (state.receipts.some((one) => one.hash === receipt.hash)) return;
  await (await queue.store).put("receipts", {
    ...receipt, report: "", kind: "shared", order: nextOrder(), madeAt: null, sent: true, category: null, grid: null,
    text: "", photos: 0, view: null, thumbnail: null,
  });
  queue.changed();
}

/** Asks the node now and every 15 s, as long as the view is shown. */
function poll(node, mine, items) {
  let shown = false;
  let before = null;
  const ask = async () => {
    if (node.isConnected) shown = true;
    else if (shown) return clearInterval(timer);
    const receipt = mine();
    const unsent = items().some((item) => ["report", "follow"].includes(item.kind) && !item.accepted);
    if (!receipt || unsent || document.visibilityState !== "visible") return;
    const answer = await loadReceipt(receipt);
    if (answer === before) return;
    before = answer;
    state.answers = { ...state.answers, [receipt.hash]: answer };
    queue.changed();
  };
  const timer = setInterval(() => void ask(), every);
  const end = queue.subscribe(() => {
    if (!node.isConnected && shown) return end();
    if (mine()?.sent && !mine()?.known) soon();
  });
  let waiting = null;
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      void ask();
    }, 700);
  };
  soon();
}
