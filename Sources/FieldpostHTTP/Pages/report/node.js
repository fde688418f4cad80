/** What the form asks the node: the form's own data, and what is near. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { keep } from "./database.js";
import { change, state } from "./state.js";

/** Asks for the form. Where no answer comes, the last one stays, or the one that came in the page. */
export async function loadForm() {
  try {
    const { json, headers } = await call("GET", "/v1/form", { timeout: 8000 });
    if (!Array.isArray(json?.categories)) throw new Unreachable();
    const clock = Date.parse(headers.get("date") ?? "");
    const skew = Number.isNaN(clock) ? null : Date.now() - clock;
    change((now) => {
      now.form = json;
      now.skew = skew;
      now.reachable = true;
    });
    await keep("form", json, { skew });
  } catch (error) {
    change((now) => (now.reachable = error instanceof Refused));
  }
}

/** Looks for open reports of the same kind near by, for the category and the grid of the draft. */
export async function loadNearby() {
  const { category, grid, editing } = state.draft;
  const key = category && grid && !editing ? `${category} ${grid}` : null;
  if (key === state.nearby?.key || !state.offers.nearby) return;
  change((now) => (now.nearby = key && { key, reports: [] }));
  if (!key) return;
  try {
    const query = new URLSearchParams({ category, grid });
    const { json } = await call("GET", `/v1/nearby?${query}`, { timeout: 6000 });
    if (state.nearby?.key === key) change((now) => (now.nearby = { key, reports: json?.reports ?? [] }));
  } catch (error) {
    if (error instanceof Refused && error.status === 404) change((now) => (now.offers.nearby = false));
  }
}
