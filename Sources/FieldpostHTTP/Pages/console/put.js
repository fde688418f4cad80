/** Draws so that nobody is disturbed: what is the same stays, with its focus, its open parts and its scroll place. */

import { replace } from "../shared/dom.js";

/** Puts children into a place, if anything in them is different. Says whether it was. */
export function put(place, ...children) {
  const made = replace(place.cloneNode(false), ...children);
  if (made.isEqualNode(place)) return false;
  const open = new Set([...place.querySelectorAll("details[open][id]")].map((one) => one.id));
  for (const one of made.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = true;
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const id = active?.id;
  place.replaceChildren(...made.childNodes);
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
  return true;
}
