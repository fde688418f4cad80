/** The photos of a case by their role. Each opens large; before and after can be compared. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { comparePhotos, showPhotos } from "./photo-viewer.js";

const roles = ["scene", "close", "far", "before", "after", "none"];
const roleOf = (one) => (roles.includes(one.role) ? one.role : "none");

/** The section. */
export function photosView({ attachments }) {
  const shown = [...attachments].sort((a, b) => roles.indexOf(roleOf(a)) - roles.indexOf(roleOf(b)));
  const [before, after] = ["before", "after"].map((role) => attachments.filter((one) =>
    one.role === role && isPicture(one)).at(-1));
  const present = roles.filter((role) => shown.some((one) => roleOf(one) === role));
  return h("section", { class: "card stack" },
    h("div", { class: "spread" }, h("h2", null, t("case.photos"), h("span", { class: "muted" }, ` ${shown.length}`)),
      before && after && h("button", { type: "button", class: "small", id: "compare",
        on: { click: () => comparePhotos(before, after) } }, t("photo.compare"))),
    !shown.length && h("p", { class: "muted" }, t("case.noPhotos")),
    h("div", { class: "photo-groups" }, present.map((role) => h("div", { class: "photo-group" },
      h("h3", { class: "small" }, t(`photo.${role}`)),
      h("ul", { class: "photos" }, shown.filter((one) => roleOf(one) === role).map((one) =>
        h("li", null, thumbnail(one, shown))))))));
}

const isPicture = (one) => one.media_type.startsWith("image/");

function thumbnail(one, all) {
  const role = t(`photo.${roleOf(one)}`);
  const when = moment(one.captured_at ?? one.corrected_at ?? one.at);
  const isHere = one.place === "here";
  const face = isPicture(one) && one.place !== "refused"
    ? h("img", { src: `/v1/blobs/${one.sha256}/thumbnail`, alt: `${role} ${when}`, loading: "lazy",
      width: "200", height: "150", on: { error: (event) => event.target.replaceWith(sign(t(`place.${one.place}`))) } })
    : sign(t(one.place === "refused" ? `refused.${one.refused}` : "photo.clip"));
  return h("button", { type: "button", class: "photo", id: `photo-${one.id}`,
    "aria-label": t("photo.open", { role, when }), on: { click: () => showPhotos(all, all.indexOf(one)) } }, face,
  h("span", { class: "small" }, when),
  !isHere && h("span", { class: "chip soon" }, wordsOfPlace(one)));
}

const sign = (words) => h("span", { class: "clip" }, words);

/** Where the photo is, if it is not here. */
export function wordsOfPlace(one) {
  if (one.place !== "on-the-way" || !one.bytes) return t(`place.${one.place}`);
  return t("place.part", { n: Math.floor((100 * (one.bytes_here ?? 0)) / one.bytes) });
}
