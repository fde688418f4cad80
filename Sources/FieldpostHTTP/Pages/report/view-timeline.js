/** What became of a report: on this phone, at the gateway, at central, seen by a person, and each step after that. */

import { h } from "../shared/dom.js";
import { pick, t, timeText } from "../shared/words.js";
import { problemText } from "../shared/problem.js";
import { loadPicture } from "./receipt-node.js";
import { state } from "./state.js";

/** The timeline of one receipt. `items`: what of it still waits in the queue. */
export function timelineView(receipt, items) {
  const { view } = receipt;
  if (view?.state === "hidden") return h("p", null, h("strong", null, t("hidden")));
  const item = items.find((one) => one.kind === "report" || one.kind === "follow");
  const arrived = Boolean(view) || Boolean(item?.accepted) || (receipt.sent && receipt.kind !== "shared");
  const steps = view?.steps ?? [];
  return h("section", { class: "tight", "aria-labelledby": "timeline-title" },
    h("h3", { id: "timeline-title" }, t("timeline")),
    h("ol", { class: "timeline" },
      receipt.kind === "report" && row(true, t("onThisPhone"), timeText(receipt.madeAt ?? ""), waiting(item)),
      row(arrived, t(receipt.role === "central" && !item ? "received" : "atGateway"), timeText(view?.received_at ?? ""),
        photosLeft(item)),
      row(Boolean(receipt.atCentral), t("atCentral"), ""),
      row(steps.length > 0, t("seenByPerson"), timeText(steps[0]?.at ?? "")),
      steps.map((step) => row(true, pick(step.stage), timeText(step.at ?? ""), step.text))),
    view?.late && h("p", { class: "small" }, t("late")),
    h("p", { class: "small muted", role: "status" }, freshness(receipt, state.answers?.[receipt.hash])));
}

function row(done, title, time, text) {
  return h("li", { class: done ? "done" : "open" },
    h("span", { class: "unseen" }, t(done ? "doneMark" : "openMark")),
    h("span", { class: "spread" }, h("strong", null, title), time && h("span", { class: "small muted" }, time)),
    text && h("p", { class: "small" }, text));
}

function waiting(item) {
  if (!item || item.accepted) return null;
  if (item.state === "refused") return problemText(item.problem);
  return t(self.isSecureContext && state.worker ? "willBeSent" : "willBeSentKeepOpen");
}

function photosLeft(item) {
  if (!item?.accepted) return null;
  const left = item.photos.filter((photo) => photo.state !== "attached").length;
  return left > 0 ? t("photosLeft", { n: left, of: item.photos.length }) : null;
}

/** The line below the timeline that says how fresh it is. */
function freshness(receipt, answer) {
  const time = timeText(receipt.viewAt ?? "");
  if (answer === "unreachable") return t(time ? "staleSince" : "unreachableYet", { time });
  if (answer === "unknown") return t("notKnownHere");
  if (answer === "busy") return t("busyLater");
  return time ? t("asOf", { time }) : "";
}

/** The photos of the place after the work. */
export function afterPhotos(receipt) {
  const photos = receipt.view?.photos ?? [];
  if (photos.length === 0) return null;
  return h("section", { class: "card tight", "aria-labelledby": "after-title" },
    h("h3", { id: "after-title" }, t("afterWork")),
    h("ul", { class: "photos" }, photos.map((photo, index) => {
      const box = h("div", { class: "thumbnail empty" }, t("loading"));
      void show(box, photo, receipt.secret, index + 1);
      return h("li", null, box);
    })));
}

/** Shows one photo. It may have to come from central first: then it is asked for again in a while. */
async function show(box, photo, secret, n) {
  const path = `/v1/receipt/photos/${photo.sha256}`;
  const url = (await loadPicture(`${path}/thumbnail`, secret)) ?? (await loadPicture(path, secret));
  if (url) return box.replaceWith(h("img", { src: url, alt: t("afterPhotoN", { n }), class: "thumbnail" }));
  box.textContent = t("pictureLater");
  setTimeout(() => {
    if (box.isConnected) void show(box, photo, secret, n);
  }, 10000);
}

const writers = { staff: "fromStaff", reporter: "fromReporter", resident: "fromResident" };

/** What was written since, and how the work was rated. */
export function notesView(receipt) {
  const notes = receipt.view?.notes ?? [];
  const ratings = receipt.view?.ratings ?? [];
  if (notes.length + ratings.length === 0) return null;
  return h("section", { class: "card tight", "aria-labelledby": "notes-title" },
    h("h3", { id: "notes-title" }, t("notes")),
    h("ul", { class: "tight" },
      notes.map((note) => h("li", null,
        h("span", { class: "small muted" }, `${t(writers[note.from] ?? "fromStaff")} `,
          timeText(note.at ?? "")),
        h("p", null, note.text))),
      ratings.map((rating) => h("li", null, h("strong", null, t(`rating.${rating.rating ?? rating}`)),
        rating.comment && ` ${rating.comment}`))));
}
