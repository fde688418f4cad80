/** Finds categories by everyday words, initials of pinyin, codes or English. No DOM here. */

/** What residents report most, until this phone knows better. */
const common = ["AQ01", "SR01", "AQ03", "SZ02", "SZ01", "SZ03", "HB04", "HB02"];

/** Letters of one width and case, without spaces. */
export function plain(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[\s·・,，.。/-]+/g, "");
}

/**
 * The categories that fit `query`, the best first, at most `limit`. `used`: how often this phone used each code; among
 * equals the more used one comes first.
 */
export function find(categories, query, used = {}, limit = 12) {
  const wanted = plain(query);
  if (!wanted) return [];
  const found = [];
  categories.forEach((category, index) => {
    const score = rank(category, wanted);
    if (score > 0) found.push({ category, score, index });
  });
  found.sort((a, b) => b.score - a.score
    || (used[b.category.code] ?? 0) - (used[a.category.code] ?? 0) || a.index - b.index);
  return found.slice(0, limit).map(({ category }) => category);
}

function rank(category, wanted) {
  const names = [category.code, category.zh, category.en ?? "", ...(category.words ?? [])].map(plain);
  let best = 0;
  for (const name of names) {
    if (name === wanted) best = Math.max(best, 5);
    else if (name.startsWith(wanted)) best = Math.max(best, 4);
    else if (name.includes(wanted)) best = Math.max(best, 3);
    else if (name.length > 1 && /[^\x00-\x7f]/.test(name) && wanted.includes(name)) best = Math.max(best, 2);
  }
  if (best > 0) return best;
  return plain(category.major.zh + (category.major.en ?? "")).includes(wanted) ? 1 : 0;
}

/** The ones to show before anybody typed: what this phone used most, then what is common. */
export function suggested(categories, used = {}, limit = 6) {
  const known = new Map(categories.map((category) => [category.code, category]));
  const own = Object.keys(used).sort((a, b) => used[b] - used[a]);
  const codes = [...new Set([...own, ...common])].filter((code) => known.has(code));
  return codes.slice(0, limit).map((code) => known.get(code));
}

/** The categories by major: [{major, categories}]. */
export function byMajor(categories) {
  const groups = new Map();
  for (const category of categories) {
    const group = groups.get(category.major.code) ?? { major: category.major, categories: [] };
    group.categories.push(category);
    groups.set(category.major.code, group);
  }
  return [...groups.values()];
}
