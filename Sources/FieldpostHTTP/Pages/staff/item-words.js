/** The names of what waits here. */

import { hasWord, language, t } from "../shared/words.js";
import { stageName } from "./stages.js";

/** What an item is: "已解决", "紧急报告", "说明". */
export function itemWords(item) {
  const { words, step } = item.meta;
  if (item.kind === "report") return t(words.urgent ? "item.urgent" : "item.report");
  if (item.kind === "note") return t(item.request ? "item.note" : "item.photos");
  return hasWord(`result.${step}`) ? t(`result.${step}`) : stageName(step, language());
}
