/** "Mine": what this phone sent or follows, also without a node. */

import { h } from "../shared/dom.js";
import { pick, t, timeText } from "../shared/words.js";
import { receiptsFile, saveFile, takeFile } from "./files.js";
import { listed, part, state } from "./state.js";
import { categoryName } from "./view-category.js";
import { picture } from "./pictures.js";
import { gridName } from "./view-place.js";

/** The view of `#/mine`. */
export function mineView() {
  return h("section", { class: "stack", "aria-labelledby": "mine-title" },
    h("h2", { id: "mine-title", tabindex: "-1" }, t("mine")),
    part(() => listed().map(({ hash, view, sent, text }) => [hash, view, sent, text]), () => (
      listed().length === 0
        ? h("p", { class: "card" }, t("mineEmpty"))
        : h("ul", { class: "stack" }, listed().map(receiptCard)))),
    h("a", { class: "button primary", href: "#/" }, t("newReport")),
    h("p", { class: "small muted" }, t("mineHelp")),
    h("div", { class: "row" },
      h("button", { type: "button", on: { click: () => saveFile(receiptsFile(), "fieldpost-receipts.json") } },
        t("exportReceipts")),
      h("button", { type: "button", on: { click: takeFile } }, t("importFile"))));
}

function receiptCard(receipt) {
  const where = [gridName(receipt.grid), timeText(receipt.madeAt ?? "")].filter(Boolean).join(" · ");
  return h("li", null, h("a", { class: "card item link", href: `#/r/${receipt.secret}` },
    receipt.thumbnail && picture({ sha256: receipt.hash, thumbnail: receipt.thumbnail }, ""),
    h("div", { class: "tight" },
      h("strong", null, nameOf(receipt)),
      receipt.text && h("span", { class: "clip" }, receipt.text),
      h("span", { class: "small muted" }, where),
      h("span", { class: "small" }, h("span", { class: "stage" }, standing(receipt)), ` ${receipt.code}`))));
}

/** What a receipt is about, in a few words. */
export function nameOf(receipt) {
  if (receipt.view?.category) return pick(receipt.view.category);
  return receipt.kind === "shared" ? t("sharedReceipt") : categoryName(receipt.category);
}

/** Where it stands, in a few words. */
export function standing(receipt) {
  const { view } = receipt;
  if (view?.state === "hidden") return t("withdrawn");
  if (view?.stage) return pick({ zh: view.stage.zh ?? view.stage.public_zh, en: view.stage.en, code: view.stage.code });
  if (view) return t("arrived");
  const waiting = state.items.some((item) => item.receipt === receipt.hash && !item.accepted);
  return t(waiting ? "notSentShort" : receipt.sent ? "arrived" : "unknownYet");
}
