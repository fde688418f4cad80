/** Which tables of words are here. Chinese is there first; English and the words of later views come when needed. */

import { addWords } from "../shared/words.js";
import zh from "./words-zh.js";

addWords({ zh, en: {} });

const late = {
  zh: () => [import("./words-late-zh.js"), import("../shared/words-zh.js")],
  en: () => [import("./words-en.js"), import("./words-late-en.js"), import("../shared/words-en.js")],
};
const arrived = { zh: null, en: null };

/** Brings the tables of a language; `isLate`: also those of later views, for Chinese. Rejects when they do not come. */
export function loadWords(code, isLate = false) {
  if (code === "zh" && !isLate) return Promise.resolve();
  arrived[code] ??= Promise.all(late[code]()).then((tables) => {
    for (const table of tables) addWords({ zh: {}, en: {}, [code]: table.default });
  }).catch((error) => {
    arrived[code] = null;
    throw error;
  });
  return arrived[code];
}
