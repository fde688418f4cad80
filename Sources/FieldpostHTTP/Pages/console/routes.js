/** Addresses of screens: `#/board?stage=filed&grid=BT-01`, `#/case/ID`. They can be shared and opened again. */

/** `#/case/ID?x=1` → `{name: "case", query: {path: ["ID"], x: "1"}}`. An empty hash is the board. */
export function parseHash(hash) {
  const [way, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name, ...path] = way.split("/").filter(Boolean).map(decoded);
  const query = { path };
  for (const [key, value] of new URLSearchParams(search)) if (key !== "path") query[key] = value;
  return { name: name || "board", query };
}

/** The hash of a screen. `path` is a list of parts, `values` are parameters; empty ones are left out. */
export function hashOf(name, path = [], values = {}) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (key !== "path" && value !== null && value !== undefined && value !== "") params.set(key, value);
  }
  const search = params.toString().replaceAll("+", "%20"); // the node takes a plus as a plus
  return `#/${[name, ...path].map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

/** A path of the API with parameters; empty ones are left out. */
export function pathOf(path, values = {}) {
  return `${path}${hashOf("", [], values).slice(2)}`;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
