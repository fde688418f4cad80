/** Which view a route shows. Forms and cases are read after the first view, while there is a link. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { loginView, passwordView } from "./login-view.js";
import { button } from "./parts.js";
import { change, state, taskOf } from "./state.js";

const later = {
  tasks: () => import("./tasks-view.js"),
  case: () => import("./case-view.js"),
  step: () => import("./step-view.js"),
  report: () => import("./report-view.js"),
  queue: () => import("./queue-view.js"),
  me: () => import("./me-view.js"),
};
const loaded = {};
const failed = new Set();

async function load(name) {
  try {
    loaded[name] ??= await later[name]();
    failed.delete(name);
  } catch {
    failed.add(name); // the node is away; the view says so
  }
  change({});
}

/** Reads all views that are not here yet. */
export const loadViews = () => Promise.all(Object.keys(later).filter((name) => !loaded[name]).map(load));

/** A view of a module that may not be here yet; `make` gets the module. */
function lazy(name, key, live, make) {
  const found = loaded[name];
  if (found) return { key, live, make: () => make(found) };
  if (!failed.has(name)) load(name);
  return { key: `${name} is not here`, live: true, make: () => absent(failed.has(name)) };
}

const absent = (isAway) => h("div", { class: "empty", role: "status" },
  h("p", null, t(isAway ? "view.away" : "view.loading")),
  isAway && button(t("view.again"), "primary", () => location.reload(), { id: "again" }));

/**
 * `{key, live, make}` for a route. The same key means the same form, which is then left as it is; `live` views are
 * drawn again when something has changed.
 */
export function viewOf({ view, id, kind }, actions) {
  if (!state.me) return { key: "login", live: false, make: () => loginView({ entered: actions.entered }) };
  if (view === "login") return { key: "password", live: false, make: () => passwordView(actions.entered) };
  if (view === "case" && id) return lazy("case", `case/${id}`, true, ({ caseView }) => caseView(id, actions));
  if (view === "step" && id && kind) {
    const isKnown = taskOf(id) !== null;
    return lazy("step", `step/${id}/${kind}/${isKnown}`, false, ({ stepView }) => stepView(id, kind, actions.saved));
  }
  if (view === "new" || view === "urgent") {
    const key = `${view}/${state.form.categories.length > 0}`;
    return lazy("report", key, false, ({ reportView }) => reportView(view === "urgent", actions.saved));
  }
  if (view === "queue") return lazy("queue", "queue", true, ({ queueView }) => queueView());
  if (view === "me") {
    const key = `me/${state.mayCall}/${state.me.groupsKnown === "node"}`;
    return lazy("me", key, false, ({ meView }) => meView(actions.leave));
  }
  return lazy("tasks", "tasks", true, ({ tasksView }) => tasksView());
}
