/** Parts of a case: its place, its photos, its deadlines, and its history. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { pick, t } from "../shared/words.js";
import { originalURL, pictureAtHand, pictureURL } from "./details.js";
import { button, chip, gridName, stageWords } from "./parts.js";
import { distanceWords } from "./tasks-view.js";
import { metres, toWGS84 } from "./nearby.js";
import { small } from "./photo-picker.js";
import { state } from "./state.js";
import { deadlineWords, moment } from "./time.js";

/** The grid and the position. Another app of the phone may show it: the page itself asks nobody for a map. */
export function place(detail) {
  const { grid, location, device, reporter } = detail.report.fields;
  const found = location ?? detail.report.offered?.location;
  const at = found && toWGS84(found);
  const line = (name, ...value) => h("div", null, h("dt", null, name), h("dd", null, value));
  return h("section", null, h("h2", null, t("case.place")), h("dl", { class: "facts" },
    line(t("field.grid"), gridName(grid)),
    at && line(t("field.location"),
      h("a", { href: `geo:${at.lat.toFixed(6)},${at.lon.toFixed(6)}` }, `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`),
      state.position && ` · ${distanceWords(metres(state.position, at))}`,
      !location && ` · ${t("case.fromPhoto")}`),
    reporter && line(t("field.reporter"), reporter),
    device && line(t("field.device"), device),
    detail.report.created && line(t("case.created"), moment(detail.report.created))));
}

/** Photos with their roles; those of items that wait here come last. */
export function photos(detail, pending) {
  const shown = detail.report.attachments;
  const waiting = pending.flatMap((item) => item.photos.filter((photo) => photo.state !== "attached"));
  if (!shown.length && !waiting.length) return null;
  const list = h("ul", { class: "thumbs" }, shown.map((one) => h("li", null, keptPhoto(one))),
    waiting.map((photo) => h("li", null, small(photo), h("span", { class: "role" }, t("state.waits")))));
  return h("section", null, h("h2", null, t("case.photos", { n: shown.length + waiting.length })), list);
}

function keptPhoto(one) {
  const role = one.label ? pick(one.label) : t("role.none");
  const isPicture = one.media_type.startsWith("image/");
  const known = isPicture ? pictureAtHand(one.sha256) : null;
  const image = (url) => h("img", { src: url, alt: role, width: "96", height: "96" });
  const face = known ? image(known) : h("span", { class: "clip" }, isPicture ? "…" : t("photo.clip"));
  const open = h("button", { type: "button", class: "thumb", "aria-label": t("photo.open", { role }),
    id: `photo-${one.sha256.slice(0, 12)}`, on: { click: () => show(one, role) } }, face);
  if (isPicture && !known) {
    pictureURL(one.sha256).then((url) => (url ? replace(open, image(url)) : (face.textContent = t("photo.later"))));
  }
  return [open, h("span", { class: "role" }, role)];
}

/** Shows a photo or clip in full, from the node; its small picture where the node is away. */
function show(one, role) {
  const stage = h("div", { class: "stage" }, h("p", { role: "status" }, t("photo.loading")));
  let url = null;
  const dialog = h("dialog", { "aria-label": role }, stage, button(t("close"), "primary wide", () => dialog.close()));
  const draw = (source) => {
    const isClip = one.media_type.startsWith("video/");
    const media = isClip ? h("video", { src: source, controls: true }) : h("img", { src: source, alt: role });
    replace(stage, media);
  };
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (url) URL.revokeObjectURL(url);
  });
  document.body.append(dialog);
  dialog.showModal();
  originalURL(one.sha256).then((found) => {
    url = found;
    draw(found);
  }, async (error) => {
    if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    const picture = await pictureURL(one.sha256);
    if (picture) draw(picture);
    else stage.replaceChildren();
    const away = error instanceof Unreachable || error.status === 401;
    const why = away ? "photo.away" : error.status === 403 ? "photo.notYours" : "photo.onTheWay";
    stage.append(h("p", { role: "alert" }, t(why)));
  });
}

/** The times of the stages that run or ran, the present ones first. */
export function deadlines(detail) {
  const rows = detail.case.stages.filter((one) => one.present && one.state !== "stopped");
  if (!rows.length) return null;
  const row = (one) => {
    const left = deadlineWords(one);
    return h("li", null, h("span", { class: "what" }, pick(one), one.department && h("small", null, one.department)),
      h("span", { class: "when" }, one.deadline && moment(one.deadline)), left && chip(left.words, left.tone));
  };
  return h("section", null, h("h2", null, t("case.deadlines")), h("ul", { class: "times" }, rows.map(row)));
}

/** Steps and notes in the order of the case. Who wrote them is a name of the node, or unknown. */
export function history(detail) {
  const { traces, notes, more } = detail.report;
  const at = (one) => one.taken_at ?? one.corrected_at ?? one.at ?? "";
  const all = [...traces.map((one) => ({ ...one, isTrace: true })), ...notes].sort((a, b) => (at(a) < at(b) ? -1 : 1));
  if (!all.length) return null;
  const entry = (one) => h("li", null,
    h("span", { class: "history-head" },
      h("strong", null, one.isTrace ? stageWords(one.stage, one.label) : t("history.note")),
      h("span", null, one.author ?? t("somebody")), h("time", { datetime: at(one) }, moment(at(one)))),
    one.department && h("span", { class: "line" }, t("history.department", { department: one.department })),
    one.assignee && h("span", { class: "line" }, t("history.assignee", { name: one.assignee })),
    one.until && h("span", { class: "line" }, t("history.until", { time: moment(one.until) })),
    (one.comment || one.text) && h("span", { class: "line words" }, one.comment ?? one.text),
    (one.comment || one.text) && one.audience === "public" && h("small", null, t("history.public")));
  return h("section", null, h("h2", null, t("case.history")),
    more && h("p", { class: "hint" }, t("history.more")), h("ol", { class: "history" }, all.map(entry)));
}
