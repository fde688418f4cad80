/** The state of the residents' page, in one place. Views are functions of it; `part` draws again what has changed. */

import { h, replace, $ } from "../shared/dom.js";
import { drawReceipt } from "./receipts.js";

/** The receipts to list: those that came as links count once a node knew them. */
export function listed() {
  return state.receipts.filter((receipt) => receipt.kind !== "shared" || receipt.known);
}

/** A report that nobody has written yet. */
export function emptyDraft() {
  return {
    secret: drawReceipt().secret, // of the report that it becomes: two tabs that restored one draft make one report
    text: "",
    category: null, // null: not chosen; "": left to the staff
    grid: null,
    place: "",
    location: null, // {lat, lon, accuracy?, source: "gps" | "photo"}
    photos: [],
    name: "",
    phone: "",
    original: false,
    editing: null, // the id of the queued report that this replaces
  };
}

/** Everything that views depend on. Change it by `change`. */
export const state = {
  form: null, // what GET /v1/form answered, now or before
  reachable: null, // whether the last request got an answer; null before the first one
  offers: { nearby: true }, // what this node serves; false after a 404
  route: { name: "form", secret: null },
  draft: emptyDraft(),
  faults: {}, // by field: a key of words
  busy: 0, // photos that are being read
  photoFault: null,
  query: "", // what is typed to find a category
  nearby: null, // {key, reports}
  items: [], // what waits in the queue
  sender: { phase: "idle", problem: null, retryAt: null },
  receipts: [], // newest first
  answers: {}, // by receipt: how the last question about it ended
  used: {}, // by category: how often this phone used it
  skew: null, // milliseconds by which this phone's clock is ahead of the node's; null: not known
  locating: null, // "busy" or "failed"
  sending: false, // whether the draft is being kept
  sendFault: null, // a key of words
  lasting: true, // whether this browser keeps anything
  worker: false, // whether the page opens without a node
  late: false, // whether what the first view does not need is here
  update: false, // whether there is a new version of the page
  notice: null, // {kind, text} after something that the person did
};

const listeners = new Set();

/** Changes the state by `fn(state)` and draws again what depends on it. */
export function change(fn) {
  fn(state);
  for (const listener of [...listeners]) listener();
}

/**
 * A piece of the page that is drawn again when `depends(state)` has another value (compared as JSON). The focus stays
 * on the element with the same id.
 */
export function part(depends, render, props = {}) {
  const node = h("div", props);
  let last;
  let shown = false;
  const refresh = () => {
    if (node.isConnected) shown = true;
    else if (shown) return void listeners.delete(refresh);
    const key = JSON.stringify(depends(state)) ?? "";
    if (key === last) return;
    last = key;
    const focused = node.contains(document.activeElement) ? document.activeElement.id : "";
    replace(node, render(state));
    if (focused) $(focused)?.focus({ preventScroll: true });
  };
  listeners.add(refresh);
  refresh();
  return node;
}
