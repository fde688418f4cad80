/** What goes on while somebody is in: what is kept is shown, the node is asked, and what waits here is sent. */

import { $ } from "../shared/dom.js";
import { StorageFull } from "../shared/store.js";
import { hasWord, language, t } from "../shared/words.js";
import { readDetail } from "./details.js";
import { authorization, changeMe, learnMe, logOut } from "./device.js";
import { tell } from "./frame.js";
import { forgetKept, loadKept, openKeptOf } from "./kept.js";
import { itemWords } from "./item-words.js";
import { addStep, closeOutbox, openOutbox, sendNow } from "./outbox.js";
import { categoryName, dotted, gridName } from "./parts.js";
import { readWords } from "./read-words.js";
import { change, isOnlyHere, onChange, state, taskOf } from "./state.js";
import { readLists, restartSync, startSync, stopSync } from "./sync.js";
import { loadViews } from "./views.js";

/** Somebody is in. What is kept is shown at once; `shown()` is called then. */
export async function enter(shown) {
  await openKeptOf(state.me.name);
  await loadKept();
  shown();
  await openOutbox(state.me.name);
  loadRest();
  if (authorization() === null) return;
  await restartSync();
  await readLists();
  await learnGroups();
  await sendNow();
}

/** Reads what the first view did not need, so that it is here when there is no link. */
function loadRest() {
  loadViews();
  readWords(language() === "en" ? "zh" : "en");
}

/** Where the node or the organisation says which groups a person is in, they need not be asked for. */
async function learnGroups() {
  if (await learnMe()) return;
  const names = (unit) => unit.members.includes(state.me.name);
  const groups = state.organisation.groups.filter(names).map((unit) => unit.code);
  if (state.organisation.grids.some(names)) groups.push("leader");
  if (groups.length) await changeMe({ groups, groupsKnown: "node" });
  else if (state.me.groupsKnown === "node") await changeMe({ groupsKnown: null });
}

/** Takes a task with one tap. */
export async function claim(report) {
  const task = taskOf(report);
  const { category = null, grid = null } = task;
  const words = { category, grid, result: "claimed", kind: "claim", values: {} };
  const seen = state.details.get(report)?.version ?? task.version;
  try {
    await addStep({ report, seen, values: { step: "claimed", assignee: state.me.name }, words });
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    tell($("toast"), t("full.claim"));
    return;
  }
  tell($("toast"), t(state.net === "offline" ? "saved.step.offline" : "saved.claim"));
}

/** Reads a case that is opened now, so that it is new. */
export function opened(report) {
  if (state.mayCall) readDetail(report).catch(() => {}); // the head says when the node is away
}

/** Logs out: the password and the tasks are forgotten, what waits to be sent is not. */
export async function leave() {
  stopSync();
  closeOutbox();
  await forgetKept();
  await logOut();
}

let told = null;

/** What happened to a step is told when it comes back. */
function tellOutcome() {
  const row = state.lastOutcome;
  if (!row || row.id === told) return;
  told = row.id;
  const what = hasWord(`result.${row.step}`) ? t(`result.${row.step}`) : t("item.sent");
  const about = dotted([categoryName(row.words.category), gridName(row.words.grid)]);
  tell($("toast"), t(row.verdict === "done" ? "told.done" : "told.look", { what, about }));
}

const refused = new Set();

/** So is a refusal, once. */
function tellRefusal() {
  for (const item of state.queue) {
    if (item.state !== "refused") refused.delete(item.id);
    else if (!refused.has(item.id)) {
      refused.add(item.id);
      const { category, grid } = item.meta.words;
      const about = dotted([categoryName(category), gridName(grid)]);
      tell($("toast"), t("told.refused", { what: itemWords(item), about }));
    }
  }
}

let wasOnline = false;

/** The node answers again: what waits goes at once, not when its waiting time is over. */
function sendWhenBack() {
  const isOnline = state.net === "online";
  if (isOnline && !wasOnline && state.me) {
    loadRest();
    sendNow();
  }
  wasOnline = isOnline;
}

onChange(() => {
  if (!state.me) return;
  sendWhenBack();
  tellOutcome();
  tellRefusal();
});
addEventListener("beforeunload", (event) => {
  if (state.queue.some(isOnlyHere)) event.preventDefault();
});
addEventListener("online", restartSync);
addEventListener("offline", () => {
  stopSync(); // what it waits for will not come; `online` asks anew
  change({ net: "offline" });
});
addEventListener("pageshow", startSync);
document.addEventListener("visibilitychange", startSync);
