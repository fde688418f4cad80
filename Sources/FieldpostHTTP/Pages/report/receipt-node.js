/** What the page asks the node about a receipt. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { updateReceipt } from "./database.js";
import { authorizationOf } from "./receipts.js";
import { change, state } from "./state.js";

/**
 * Asks what became of a report, and keeps the answer. Returns "shown", "unknown" (the node has not heard of it),
 * "unreachable", or "busy".
 */
export async function loadReceipt(receipt) {
  try {
    const authorization = authorizationOf(receipt.secret);
    const { json } = await call("GET", "/v1/receipt", { authorization, timeout: 10000 });
    if (!json?.state) throw new Unreachable();
    await updateReceipt(receipt.hash, (row) => Object.assign(row, {
      view: json,
      viewAt: new Date().toISOString(),
      known: true,
      role: state.form?.role ?? null,
      atCentral: row.atCentral || json.held_at === "central" || state.form?.role === "central",
    }));
    change((now) => (now.reachable = true));
    return "shown";
  } catch (error) {
    if (error instanceof Unreachable) {
      change((now) => (now.reachable = false));
      return "unreachable";
    }
    if (error.status === 404 || error.status === 410) return "unknown";
    return "busy";
  }
}

/** A photo after the work, or a QR code, as an address for an image; null where the node has none. */
export async function loadPicture(path, secret) {
  try {
    const { blob } = await call("GET", path, { authorization: authorizationOf(secret), blob: true, timeout: 20000 });
    return blob.type.startsWith("image/") ? URL.createObjectURL(blob) : null;
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    return null;
  }
}
