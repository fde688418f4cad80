/** Values of fields in words. */

import { moment } from "../shared/time.js";
import { hasWord, pick, t } from "../shared/words.js";
import { toWGS84 } from "./map-datum.js";
import { categoryName, gridName, nodeName, stageWords } from "./names.js";

/** The name of a field. One that is not known here keeps its name. */
export const fieldName = (field) => (hasWord(`field.${field}`) ? t(`field.${field}`) : field);

/** A field's value in words. */
export function valueWords(field, value, label) {
  if (value === null || value === undefined) return t("value.none");
  if (field === "category") return label?.known ? pick(label) : categoryName(value);
  if (field === "grid") return gridName(value);
  if (field === "stage") return stageWords(value, label);
  if (hasWord(`${field}.${value}`)) return t(`${field}.${value}`);
  if (field === "captured_at") return moment(value);
  if (field === "location") return placeWords(value);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** A position in words, in WGS 84 where the datum can be converted. */
export function placeWords(location) {
  const at = toWGS84(location);
  const text = (at ?? [location.lat, location.lon]).map((one) => Number(one).toFixed(5)).join(", ");
  const more = [location.accuracy !== undefined && `±${Math.round(location.accuracy)} m`,
    location.datum && location.datum !== "wgs84" && t("place.from", { datum: location.datum.toUpperCase() })];
  return [text, ...more].filter(Boolean).join(" ");
}

const turning = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Who wrote something. A name that turns the direction of writing turns only itself. */
export function authorOf({ author }) {
  if (author === undefined || author === null) return t("somebody");
  if (author === "reporter") return t("field.reporter");
  return turning.test(author) ? `\u2068${author}\u2069` : author;
}

/** Through which node something came. */
export function nodeWords(one) {
  const by = nodeName(one.node);
  return one.through && one.through !== one.node ? t("node.through", { node: by, through: nodeName(one.through) }) : by;
}

/** When something happened: by the corrected time with its uncertainty, or by the node's own clock. */
export function whenWords(one) {
  const corrected = one.taken_at ?? one.corrected_at;
  const error = one.taken_uncertainty_ms ?? one.corrected_uncertainty_ms ?? 0;
  const time = moment(corrected ?? one.at);
  if (!time) return t("time.unknown");
  return error >= 1000 ? t("time.about", { time, n: uncertainty(error) }) : time;
}

function uncertainty(milliseconds) {
  if (milliseconds < 60000) return t("time.seconds", { n: Math.ceil(milliseconds / 1000) });
  if (milliseconds < 7200000) return t("time.minutes", { n: Math.ceil(milliseconds / 60000) });
  return t("time.hours", { n: Math.ceil(milliseconds / 3600000) });
}
