/** What is read of a case: the report, where it stands, and what may be the same. */

import { metres } from "./metres.js";
import { toWGS84 } from "./map-datum.js";
import { pathOf } from "./routes.js";

const twoWeeks = 14 * 24 * 3600000;
const nearby = 50;

/** `{report, standing}`. Throws what `app.call` throws. */
export async function readCase(app, id) {
  const [report, standing] = await Promise.all([
    app.call("GET", `/v1/reports/${id}`), app.call("GET", `/v1/reports/${id}/case`),
  ]);
  return { report: report.json, standing: standing.json };
}

/** When a report was made: as it says itself, or when its node took it. */
export const madeAt = (report) => Date.parse(report.fields.captured_at ?? "")
  || Date.parse(report.history?.[0]?.corrected_at ?? report.history?.[0]?.at ?? "") || null;

/** The position `[lat, lon]` of a report in WGS 84, or null. */
export function placeOf(report) {
  const location = report.fields.location ?? report.offered?.location;
  return location ? toWGS84(location) : null;
}

/**
 * Reports of the same category and grid, two weeks before and after, not farther than 50 m: `{id, category, grid, text,
 * stage, label, captured, distance}`, the nearest first. The distance is null where a place is not known.
 */
export async function readNear(app, report) {
  const { category, grid } = report.fields;
  const made = madeAt(report);
  if (!category || !grid || !made) return [];
  const moment = (at) => new Date(at).toISOString();
  const { json } = await app.call("GET", pathOf("/v1/reports", {
    category, grid, since: moment(made - twoWeeks), until: moment(made + twoWeeks), limit: 200,
  }));
  const here = placeOf(report);
  return json.reports.filter((one) => one.id !== report.id).map((one) => {
    const there = placeOf(one);
    const { stage, text, captured_at: captured } = one.fields;
    return { id: one.id, category, grid, text, stage, label: one.labels.stage, captured,
      distance: here && there ? metres(here, there) : null };
  }).filter((one) => one.distance === null || one.distance <= nearby)
    .sort((a, b) => (a.distance ?? 1e9) - (b.distance ?? 1e9)).slice(0, 12);
}

/**
 * The entries of a report with what each brought: `{...entry, traces, notes, attachments}` in causal order. Elements
 * are named by their entry and their place in it.
 */
export function entriesOf(report, earlier = []) {
  const byEntry = (list) => {
    const map = new Map();
    for (const one of list) {
      const entry = one.id.split(".")[0];
      map.set(entry, [...(map.get(entry) ?? []), one]);
    }
    return map;
  };
  const [traces, notes, attachments] = [report.traces, report.notes, report.attachments].map(byEntry);
  return [...earlier, ...report.history].map((entry) => ({
    ...entry, traceList: traces.get(entry.entry) ?? [], noteList: notes.get(entry.entry) ?? [],
    attachmentList: attachments.get(entry.entry) ?? [],
  }));
}
