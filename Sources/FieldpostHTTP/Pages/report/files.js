/** Files that the page gives to the phone, and takes from it. */

import { announce, h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { nextOrder, queue, refresh } from "./database.js";
import { receiptOf, secretIn } from "./receipts.js";
import { change, listed, state } from "./state.js";

/** Lets the person save `blob`. */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** Asks for a file that this page saved on this phone or another one, and takes it. */
export function takeFile() {
  const accept = ".jsonl,.json,application/x-ndjson,application/json";
  const input = h("input", { type: "file", accept, hidden: true });
  input.addEventListener("change", () => {
    const file = input.files[0];
    input.remove();
    if (file) void take(file);
  });
  document.body.appendChild(input);
  input.click();
}

/** Takes a queue or a list of receipts, and says how many came. */
export async function take(file) {
  let text;
  try {
    const all = await file.text();
    const head = JSON.parse(all.split("\n", 1)[0]);
    const count = head.fieldpost === "receipts" ? await takeReceipts(head) : await takeQueue(new Blob([all]));
    text = t("imported", { n: count });
  } catch (error) {
    text = t(error instanceof SyntaxError ? "notOurFile" : "importFailed");
  }
  await refresh();
  change((now) => (now.notice = { kind: "ok", text }));
  announce(text);
}

function takeQueue(blob) {
  return queue.importFile(blob, async (tx, item) => {
    const receipt = receiptOf(secretIn((item.attach?.authorization ?? "").replace(/^Receipt /, "")) ?? "");
    if (!receipt || await tx.get("receipts", receipt.hash)) return;
    const { draft = {} } = item;
    await tx.put("receipts", {
      ...receipt, report: item.report ?? item.id, kind: "report", order: nextOrder(), madeAt: null, sent: false,
      category: draft.category ?? null, grid: draft.grid ?? null, text: String(item.request?.json?.text ?? ""),
      photos: item.photos?.length ?? 0, view: null, thumbnail: null,
    });
  });
}

/** The receipts of this phone as a file. Whoever has it can open them. */
export function receiptsFile() {
  const receipts = listed().map(({ thumbnail, ...receipt }) => receipt);
  return new Blob([JSON.stringify({ fieldpost: "receipts", version: 1, receipts })], { type: "application/json" });
}

async function takeReceipts({ receipts }) {
  if (!Array.isArray(receipts)) throw new SyntaxError("no receipts");
  let count = 0;
  for (const given of [...receipts].reverse()) {
    const receipt = receiptOf(given?.secret);
    if (!receipt || state.receipts.some((one) => one.hash === receipt.hash)) continue;
    const text = (value) => (typeof value === "string" ? value : "");
    await (await queue.store).put("receipts", {
      ...receipt, report: text(given.report), kind: given.kind === "follow" ? "follow" : "report", order: nextOrder(),
      madeAt: text(given.madeAt), sent: true, category: text(given.category), grid: text(given.grid),
      text: text(given.text), photos: Number(given.photos) || 0, view: null, thumbnail: null,
    });
    await refresh();
    count += 1;
  }
  return count;
}
