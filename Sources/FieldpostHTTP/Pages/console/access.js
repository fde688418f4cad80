/** What a role may do: the node decides; this only hides what would be refused, and says why. */

/** The work groups as whose member somebody takes steps (the node's rule). */
export function groupsOf(me) {
  if (["dispatcher", "admin"].includes(me?.role)) return ["collector", "handler", "leader", "dispatcher"];
  return me?.role === "staff" && me.group ? [me.group] : [];
}

/** Whether somebody sees all grids. */
export const seesAll = (me) => !(me?.grids?.length > 0);

/** `handle`: steps, notes and photos. `edit`: fields. `overview`: figures of all. `administer`: the node itself. */
export function may(me, what) {
  if (!me) return false;
  if (what === "handle") return !["viewer", "evidence"].includes(me.role);
  if (what === "edit") return ["dispatcher", "admin"].includes(me.role);
  if (what === "overview") return seesAll(me);
  if (what === "administer") return me.role === "admin" && seesAll(me);
  return true;
}
