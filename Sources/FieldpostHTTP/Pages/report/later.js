/** Brings what the first view does not need: a moment later, or at the first touch. */

import { change } from "./state.js";
import { loadWords } from "./tables.js";

let module = null;
let loading = null;

/** The modules of late.js, once they are here. Rejects when they do not come; the next call tries again. */
export function later() {
  loading ??= Promise.all([import("./late.js"), loadWords("zh", true)])
    .then(([arrived]) => {
      module = arrived;
      change((now) => (now.late = true));
      return arrived;
    })
    .catch((error) => {
      loading = null;
      throw error;
    });
  return loading;
}

/** The modules, however long it takes. `onWait` is called when they do not come at once. */
export async function laterOrWait(onWait) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await later();
    } catch {
      if (attempt === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
}

/** The modules if they are here already, else null. */
export function loaded() {
  return module;
}
