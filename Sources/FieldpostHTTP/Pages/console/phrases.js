/**
 * Sentences that nodes keep or make in English, in the language of the page: what administrators did, incidents,
 * alarms, and what is wrong in a setting. Entries hold them as text for good, so they cannot come as codes. A sentence
 * that is not in the book stays English.
 */

import { h } from "../shared/dom.js";
import { hasWord, language, t } from "../shared/words.js";
import { gridName, joined } from "./names.js";
import keptZh from "./phrases-kept-zh.js";
import settingsZh from "./phrases-settings-zh.js";

/** What a placeholder stands for; any other one stands for any words. */
const forms = { n: "\\d+", m: "\\d+", role: "\\w+", group: "\\w+", state: "\\w+", short: "[0-9a-f]+" };
const hidden = { "a control character": "控制字符", "a space that looks like an ordinary space": "像普通空格的空格",
  "an invisible character": "看不见的字符" };
const states = { enrolled: "已加入", waiting: "等待加入", revoked: "已停用" };
const refused = { photos: "照片", "photos and ordinary reports": "照片和一般上报", "all reports": "所有上报" };

const values = {
  role: (text) => coded("role", text),
  group: (text) => coded("group", text),
  state: (text) => states[text] ?? coded("role", text),
  grids: (text) => (text === "no grid" ? "无" : joined(text.split(", ").map(gridName))),
  phrase: (text) => zh(text) ?? text,
  hidden: (text) => hidden[text] ?? text,
  refused: (text) => refused[text] ?? text,
};

const coded = (kind, code) => (hasWord(`${kind}.${code}`) ? t(`${kind}.${code}`) : code);

/** A line of the book as an expression. `[…]` may be missing. */
function expression(english) {
  const plain = english.replace(/[.*+?^$()|\\]/g, "\\$&").replace(/\[(.*?)\]/g, "(?:$1)?");
  const seen = new Set();
  return new RegExp(`^${plain.replace(/\{(\w+)\}/g, (all, name) => {
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>${forms[name] ?? ".+?"})`;
  })}$`, "su");
}

let book = null;
const longest = 4000; // characters of a sentence that is looked up
const found = new Map(); // sentence → its words, or null; lists are drawn every few seconds
const most = 2000;

/** The sentence in Chinese, or null. */
function zh(text) {
  if (!found.has(text)) {
    if (found.size >= most) found.clear();
    found.set(text, text.length > longest ? null : lookedUp(text));
  }
  return found.get(text);
}

function lookedUp(text) {
  book ??= [...keptZh, ...settingsZh].map(([english, chinese]) => [expression(english), chinese]);
  for (const [pattern, chinese] of book) {
    const match = pattern.exec(text);
    if (match) return filled(chinese, match.groups ?? {});
  }
  return null;
}

function filled(words, groups) {
  const isThere = (part) => [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => groups[name]);
  return words.replace(/\[(.*?)\]/g, (all, part) => (isThere(part) ? part : ""))
    .replace(/\{(\w+)\}/g, (all, name) => values[name]?.(groups[name]) ?? groups[name]);
}

/** The sentence in the language of the page; as it is where the book lacks it. */
export const phrase = (text) => (language() === "zh" ? zh(text) ?? text : text);

/** The sentence as a node. It says its language where that is not the page's, and keeps the English for who points. */
export function phraseView(text, tag = "span", props = {}) {
  const words = phrase(text);
  const isKept = words === text;
  return h(tag, { ...props, lang: isKept && language() === "zh" ? "en" : null, title: isKept ? null : text }, words);
}
