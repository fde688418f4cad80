/** The list that was looked at last, so that a case leads to the next one and back to its place. */

export const recent = { ids: [], current: null, hash: "#/board" };

/** The id that comes `by` places after this one in the list, or null. */
export function neighbour(id, by) {
  const at = recent.ids.indexOf(id);
  return at < 0 ? null : recent.ids[at + by] ?? null;
}
