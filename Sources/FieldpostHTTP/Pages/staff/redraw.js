/** Draws a view so that nobody is disturbed: a tap, the focus, an open list and the place on the page stay. */

import { $, replace } from "../shared/dom.js";
import { language, t } from "../shared/words.js";
import { state } from "./state.js";

let drawn = null; // the view on the screen: {key, words}
let isDown = false;
let waiting = null;

addEventListener("pointerdown", () => (isDown = true), { capture: true });
for (const type of ["pointerup", "pointercancel"]) {
  // The click comes after this event; what it is for must still be in the page then.
  addEventListener(type, () => setTimeout(() => {
    isDown = false;
    const work = waiting;
    waiting = null;
    work?.();
  }, 0), { capture: true });
}

/** Does `work` now, or when the finger is up and its tap has been taken. */
export function afterTap(work) {
  if (isDown) waiting = work;
  else work();
}

/** Puts children into a place of the frame, if anything in them is different. */
export function put(place, ...children) {
  const made = replace(place.cloneNode(false), ...children);
  if (!made.isEqualNode(place)) place.replaceChildren(...made.childNodes);
}

/**
 * Puts a view into `main`. A form that is there stays; a live view changes only if something in it is different.
 * `who` is the person: what another one sees is another view.
 */
export function drawMain(main, view, who) {
  const key = `${view.key}|${who}`;
  const words = language();
  const isNew = drawn?.key !== key;
  const isSaid = drawn?.words === words;
  if (!isNew && isSaid && !view.live) return;
  const node = view.make();
  if (!isNew) keepOpen(main, node);
  if (!isNew && main.childNodes.length === 1 && main.firstChild.isEqualNode(node)) return;
  const isFirst = drawn === null;
  drawn = { key, words };
  const active = main.contains(document.activeElement) ? document.activeElement.id : null;
  replace(main, node);
  const title = $("title");
  document.title = `${title?.textContent ?? t("app")} · ${state.form.station || t("app")}`;
  if (isNew && !isFirst) {
    scrollTo(0, 0);
    title?.focus({ preventScroll: true });
  } else if (active) {
    $(active)?.focus({ preventScroll: true });
  }
}

function keepOpen(main, node) {
  const open = new Set([...main.querySelectorAll("details[open]")].map((one) => one.id));
  for (const one of node.querySelectorAll("details")) one.open = open.has(one.id);
}
