/** What the holder of a receipt may do: add words and photos, rate the work, take the report back. */

import { announce, h, replace } from "../shared/dom.js";
import { uuid7 } from "../shared/ids.js";
import { t } from "../shared/words.js";
import { StorageFull } from "../shared/store.js";
import { queue, refresh } from "./database.js";
import { readFiles } from "./photo-input.js";
import { authorizationOf } from "./receipts.js";
import { change, part, state } from "./state.js";
import { picture, startReading } from "./pictures.js";

/**
 * The actions that are open for the receipt that `mine()` gives. Each has a part of its own, so that a step of the
 * work takes nothing away that the person is writing.
 */
export function actionsView(mine) {
  const isOpen = () => mine()?.view?.state !== "hidden" && (mine()?.kind !== "shared" || mine()?.known);
  const follows = () => mine()?.kind === "follow" || Boolean(mine()?.view?.follows);
  return part(() => Boolean(mine() && isOpen()), () => mine() && isOpen() && h("section",
    { class: "card tight", "aria-labelledby": "actions-title" },
    h("h3", { id: "actions-title" }, t("actions")),
    part(() => Boolean(mine()?.view?.may_rate) && !follows(), () => (
      mine()?.view?.may_rate && !follows() && ratingView(mine))),
    addView(mine),
    part(follows, () => !follows() && withdrawView(mine))));
}

/** Words and photos in one box. */
function addView(mine) {
  const photos = [];
  const shown = h("ul", { class: "photos" });
  const fault = h("p", { class: "error", role: "alert" });
  const words = h("textarea", { id: "note", rows: 2 });
  const draw = () => replace(shown, photos.map((photo, index) => h("li", { class: "photo" },
    picture(photo, t("photoN", { n: index + 1 })),
    h("button", {
      type: "button", "aria-label": t("removePhotoN", { n: index + 1 }),
      on: { click: () => { photos.splice(index, 1); draw(); } },
    }, t("remove")))));
  const pickPhotos = async (event) => {
    const input = event.target;
    const started = startReading(input.files);
    input.value = "";
    fault.textContent = (await readFiles(started, photos, false, (photo) => photos.push(photo))) ?? "";
    draw();
  };
  const send = async () => {
    const text = words.value.trim();
    fault.textContent = "";
    if (!text && photos.length === 0) return void (fault.textContent = t("needWordsOrPhoto"));
    if (new TextEncoder().encode(text).length > 4096) return void (fault.textContent = t("textTooLong"));
    const request = text ? ["/v1/receipt/notes", { text }] : null;
    const sent = await queueFor(mine(), text ? "note" : "photos", request, fault, photos);
    if (!sent) return;
    words.value = "";
    photos.length = 0;
    draw();
  };
  return h("details", null, h("summary", null, t("addMore")), h("div", { class: "tight" },
    h("label", { class: "small", for: "note" }, t("noteIsPublic")), words, shown, fault,
    h("div", { class: "row" },
      h("div", null,
        h("input", {
          id: "note-photos", class: "unseen file", type: "file", accept: "image/*,video/*", multiple: true,
          on: { change: (event) => void pickPhotos(event) },
        }),
        h("label", { class: "button", for: "note-photos" }, t("addPhoto"))),
      h("button", { type: "button", id: "send-note", class: "primary", on: { click: () => void send() } },
        t("sendNote")))));
}

function ratingView(mine) {
  const fault = h("p", { class: "error", role: "alert" });
  const comment = h("textarea", { id: "comment", rows: 2 });
  const rate = async (rating) => {
    const text = comment.value.trim();
    if (rating === "dissatisfied" && !text) return void (fault.textContent = t("needReason"));
    const json = text ? { rating, comment: text } : { rating };
    await queueFor(mine(), "rating", ["/v1/receipt/rating", json], fault, []);
  };
  const button = (rating) => h("button", { type: "button", id: rating, on: { click: () => void rate(rating) } },
    t(`rating.${rating}`));
  return h("div", { class: "tight" },
    h("h4", null, t("rateTitle")),
    part(() => Boolean(mine()?.view?.may_reopen), () => (
      h("label", { class: "small", for: "comment" }, t(mine()?.view?.may_reopen ? "rateHelpReopen" : "rateHelp")))),
    comment, fault,
    h("div", { class: "row" }, button("satisfied"), button("dissatisfied")));
}

function withdrawView(mine) {
  const fault = h("p", { class: "error", role: "alert" });
  return h("details", null, h("summary", null, t("withdraw")), h("div", { class: "tight" },
    h("p", { class: "small" }, t("withdrawHelp")), fault,
    h("button", { type: "button", id: "withdraw", class: "danger", on: { click: () => void withdraw(mine(), fault) } },
      t("withdrawNow"))));
}

async function withdraw(receipt, fault) {
  const unsent = state.items.find((item) => item.kind === "report" && item.receipt === receipt.hash && !item.tried);
  if (!unsent) return void (await queueFor(receipt, "withdraw", ["/v1/receipt/withdraw", {}], fault, []));
  await queue.remove(unsent.id, (tx) => tx.remove("receipts", receipt.hash)); // nobody but this phone knows of it
  await refresh();
  self.location.hash = "#/mine";
  announce(t("deleted"));
}

/** Queues a request for a receipt, so that it works without a node as well. Returns whether it is kept. */
async function queueFor(receipt, kind, request, fault, photos) {
  const authorization = authorizationOf(receipt.secret);
  const kept = photos.map(({ sha256, bytes, type, thumbnail, takenAt }) => ({
    sha256, bytes, type, thumbnail, role: "scene", about: takenAt ? { captured_at: takenAt } : {},
  }));
  const item = {
    id: uuid7(), kind, report: receipt.report || receipt.hash, receipt: receipt.hash, photos: kept,
    request: request ? { method: "POST", path: request[0], json: request[1], authorization } : null,
    attach: { path: "/v1/receipt/attachments", authorization },
  };
  try {
    await queue.add(item);
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    fault.textContent = t("storageFull");
    return false;
  }
  await refresh();
  announce(t("keptHere"));
  change((now) => (now.notice = { kind: "ok", text: t(`done.${kind}`) }));
  return true;
}
