/** The words of one language are read first, and the other ones later: nobody needs both for the first view. */

import { addWords } from "../shared/words.js";
import { change } from "./state.js";

const tables = { zh: () => import("./words-zh.js"), en: () => import("./words-en.js") };

/** Reads the words of a language, and draws the page with them. Without a link they may not come; others stay. */
export async function readWords(code) {
  const found = await tables[code]().catch(() => null);
  if (found) addWords({ [code]: found.default });
  change({});
}
