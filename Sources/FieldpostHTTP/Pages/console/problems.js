/** Failures in words: what happened, what is safe, and what to do next. */

import { Refused, Unreachable } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { hasWord, language, t } from "../shared/words.js";

/** The words for an error of `app.call`. Anything else is a fault of this page and is thrown on. */
export function problemWords(error) {
  if (error instanceof Unreachable) return t("fault.unreachable");
  if (!(error instanceof Refused)) throw error;
  return refusalWords(error.problem, error.status);
}

/** The words for a problem as the node tells it: `{type, status, detail, errors}`. */
export function refusalWords(problem, status = problem.status) {
  const code = String(problem.type ?? "").split(":").pop();
  const known = [`fault.${code}`, `fault.${status}`].find(hasWord);
  const words = t(known ?? (status >= 500 ? "fault.node" : "fault.refused"));
  const detail = [problem.detail, ...(problem.errors ?? []).map((one) => one.detail)].filter(Boolean).join(" ");
  const isNeeded = !known || language() === "en" || code === "invalid-value";
  return isNeeded && detail ? `${words} ${detail}` : words;
}

/** A list or screen that could not be read, with a button to try again. */
export const failed = (error, again) => h("div", { class: "empty", role: "alert" },
  h("p", null, problemWords(error)), h("button", { type: "button", on: { click: again } }, t("again")));
