/** The words of the page: one table a language, Chinese first. A key that a language lacks is taken from Chinese. */

const tables = { zh: {}, en: {} };
const listeners = new Set();
let current = remembered();

function remembered() {
  try {
    return localStorage.getItem("language") === "en" ? "en" : "zh";
  } catch {
    return "zh"; // storage may be switched off
  }
}

function apply() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
}
apply();

/** Adds words: `{zh: {key: text}, en: {key: text}}`. */
export function addWords(words) {
  for (const code of Object.keys(tables)) Object.assign(tables[code], words[code]);
}

/** The text of `key` in the language of the page, with `{name}` replaced by `values.name`. */
export function t(key, values) {
  const text = tables[current][key] ?? tables.zh[key] ?? key;
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** Whether there is a text for `key`. */
export function hasWord(key) {
  return key in tables.zh;
}

/** The one of `{zh, en}` for the language of the page; the other one where it is missing. */
export function pick(named) {
  if (!named) return "";
  return (current === "en" ? named.en || named.zh : named.zh || named.en) || named.code || "";
}

/** "zh" or "en". */
export function language() {
  return current;
}

/** Changes the language, remembers it, and tells everyone who asked by `onLanguage`. */
export function setLanguage(code) {
  current = code === "en" ? "en" : "zh";
  try {
    localStorage.setItem("language", current);
  } catch {
    // Not remembered, then.
  }
  apply();
  for (const listener of [...listeners]) listener(current);
}

/** Calls `fn` after each change of the language. Returns a function that ends this. */
export function onLanguage(fn) {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

/** A size for people: "3.1 MB". */
export function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} KB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A moment for people, by this phone's zone; an empty text where it cannot be read. */
export function timeText(moment) {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "";
  const locale = current === "zh" ? "zh-CN" : "en-GB";
  return date.toLocaleString(locale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}
