/** What an answer means for a queue: kept for good, refused for good, or to be sent again. */

import { Refused, Unreachable } from "./api.js";

/** Faults of the node or of who asks: nothing else can be sent now either. */
const stops = new Set([401, 429, 502, 503, 504, 507]);
/** Faults that pass, of one item only. */
const passes = new Set([408, 425, 460, 500]);
const passingCodes = new Set(["unknown-receipt", "upload-taken-over", "wrong-offset", "unknown-upload", "busy"]);

/**
 * What is kept of an answer of success: {status, json, etag}. Throws `Unreachable` if it is not one of a node (a page
 * of a hotspot, for example) or if it does not name the report that the request made: nothing may be deleted then.
 */
export function receiptOf(answer, request) {
  const { status, json, headers } = answer;
  const etag = headers.get("etag");
  const location = headers.get("location");
  const whole = json !== null && typeof json === "object";
  const named = etag && (location || headers.get("preference-applied"));
  const id = request.json?.id;
  if (!(whole || named) || (id && !(json?.id === id || location?.endsWith(id)))) throw notOfNode();
  return { status, json: whole ? json : null, etag };
}

/** The error for an answer that no node gave. */
export function notOfNode() {
  return new Unreachable(new Error("not the answer of a node"));
}

/** Whether the node will never take this as it is. */
export function isRefusal(error) {
  if (!(error instanceof Refused)) return false;
  if (error.status === 401 && error.own) return true;
  if (stops.has(error.status) || passes.has(error.status) || passingCodes.has(error.code)) return false;
  return error.status >= 400 && error.status < 500;
}

/** Whether nothing else can be sent now either. */
export function stopsAll(error) {
  return !(error instanceof Refused) || (stops.has(error.status) && !isRefusal(error));
}

/** What is kept of a failure: {status, code, detail, fault}. */
export function described(error) {
  if (error instanceof Refused) {
    const fault = error.problem.errors?.[0] ?? null;
    return { status: error.status, code: error.code, detail: error.problem.detail ?? "", fault };
  }
  return { status: 0, code: error instanceof Unreachable ? "unreachable" : "failed", detail: "", fault: null };
}
