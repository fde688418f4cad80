/** The colours of the map: what is new, in work, to be checked, done, and late. */

const phases = {
  fresh: ["accepted", "inspected", "reopened"],
  work: ["filed", "dispatched", "handling", "returned", "rework"],
  check: ["feedback", "verified"],
  done: ["closed", "voided", "merged", "absent"],
};
const byStage = new Map(Object.entries(phases).flatMap(([phase, stages]) => stages.map((stage) => [stage, phase])));

/** All phases, in the order of the legend. */
export const phaseNames = ["fresh", "work", "check", "done", "late"];

/** The phase of a report at a stage. A report without a stage is new; one of an unknown stage is in work. */
export function phaseOf(stage, isLate) {
  const phase = stage ? byStage.get(stage) ?? "work" : "fresh";
  return isLate && phase !== "done" ? "late" : phase;
}

/** The colours of the present scheme, for a canvas: of each phase, and `ink`, `ground`, `line`, `grid`, `building`. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const found = Object.fromEntries(phaseNames.map((phase) => [phase, read(`--phase-${phase}`)]));
  for (const name of ["ink", "ground", "card", "line", "edge", "accent"]) found[name] = read(`--${name}`);
  found.building = read("--map-building");
  found.grid = read("--map-grid");
  return found;
}

/** Calls `fn` when the screen becomes dark or light. Returns a function that ends this. */
export function onScheme(fn) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", fn);
  return () => dark.removeEventListener("change", fn);
}
