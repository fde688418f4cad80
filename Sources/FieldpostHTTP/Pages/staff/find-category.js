/** Finds categories by everyday words, initials of pinyin, code or name; and knows which are used most here. */

const key = "fieldpost.staff.categories";

const distance = (name, word) =>
  (name === word ? 0 : name.startsWith(word) ? 1 : name.includes(word) ? 2 : Infinity);

/** The categories in which every word of the question occurs; whole words first, then beginnings, then parts. */
export function findCategories(categories, question, most = 12) {
  const words = question.toLowerCase().split(/[\s,，、]+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const category of categories) {
    const { code, zh, en, major, words: everyday } = category;
    const names = [code, zh, en, major?.zh, major?.en, ...everyday ?? []]
      .filter(Boolean).map((name) => name.toLowerCase());
    const rank = words.reduce((sum, word) => sum + Math.min(...names.map((name) => distance(name, word))), 0);
    if (rank < Infinity) found.push({ category, rank });
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, most).map((one) => one.category);
}

/** How often each category was used on this phone. It is no secret, and may be lost. */
function uses() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Counts one use. */
export function useCategory(code) {
  const counts = uses();
  counts[code] = (counts[code] ?? 0) + 1;
  try {
    localStorage.setItem(key, JSON.stringify(counts));
  } catch {
    // Then the list begins as the catalogue has it.
  }
}

/** The categories that this phone uses most, then those of present tasks, then the first of the catalogue. */
export function oftenUsed(categories, tasks, most = 6) {
  const counts = uses();
  const there = new Map();
  for (const task of tasks) there.set(task.category, (there.get(task.category) ?? 0) + 1);
  const weight = (one) => (counts[one.code] ?? 0) * 1000 + (there.get(one.code) ?? 0);
  return [...categories].sort((a, b) => weight(b) - weight(a)).slice(0, most);
}
