/** Failures in words: what happened, what is safe, what to do next. */

import { hasWord, language, t } from "./words.js";

/** The text for a problem as queue items keep it ({status, code, detail, fault}). */
export function problemText(problem) {
  if (!problem) return "";
  const known = `problem.${problem.code}`;
  if (hasWord(known)) return t(known);
  const byStatus = `problem.${problem.status}`;
  if (hasWord(byStatus)) return t(byStatus);
  const detail = language() === "en" && problem.detail ? problem.detail : "";
  return [t(problem.status >= 500 ? "problem.later" : "problem.refused"), detail].filter(Boolean).join(" ");
}
