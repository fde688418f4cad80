/** Keeps the tasks of this phone as the node has them: asks while the page is visible, and waits for changes. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { authorization, loginRefused } from "./device.js";
import { keepDetails } from "./details.js";
import { keep } from "./kept.js";
import { change, state } from "./state.js";
import { learnTime, now } from "./time.js";

const pageSize = 200;
const mostPages = 10;

let running = null; // the AbortController of the loop
let tag = null;
let wake = null;

/** Starts to ask, if the page is visible and somebody is logged in. Safe to call again at any time. */
export function startSync() {
  wake?.();
  if (running || document.visibilityState === "hidden" || authorization() === null) return;
  running = new AbortController();
  loop(running.signal).finally(() => (running = null));
}

/** Ends the present question and asks again from the beginning, as another person perhaps. */
export async function restartSync() {
  stopSync();
  tag = null;
  while (running) await pause(20);
  startSync();
}

/** Stops asking. */
export function stopSync() {
  running?.abort();
  wake?.();
}

const pause = (milliseconds) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  wake = () => {
    clearTimeout(timer);
    resolve();
  };
});

async function loop(signal) {
  let failures = 0;
  while (!signal.aborted && document.visibilityState === "visible" && authorization() !== null) {
    try {
      await ask(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Unreachable) {
        change({ net: "offline" });
        failures += 1;
        await pause(Math.min(15000, 1000 * 2 ** failures));
      } else if (error instanceof Refused && error.status === 401) {
        await loginRefused(error.problem.detail);
      } else if (error instanceof Refused) {
        change({ net: "online" });
        failures += 1;
        await pause(1000 * Math.max(error.retryAfter ?? 0, Math.min(60, 2 ** failures)));
      } else {
        throw error;
      }
    }
  }
}

/** One question: waits on the node if nothing is new, and keeps what is. */
async function ask(signal) {
  const sent = authorization();
  // Only a page that is up to date waits: after a cut the first answer comes at once, and says that the node is there.
  const waits = tag !== null && state.net === "online";
  const headers = tag === null ? {} : { "If-None-Match": tag, ...(waits ? { Prefer: "wait=25" } : {}) };
  const options = { authorization: sent, headers, signal, timeout: waits ? 40000 : 15000 };
  try {
    const answer = await call("GET", `/v1/tasks?limit=${pageSize}`, options);
    if (sent !== authorization()) return;
    learnTime(answer.headers.get("date"));
    tag = answer.headers.get("etag");
    const rest = await further(answer.json.next, { authorization: sent, signal });
    await take([...answer.json.tasks, ...rest], answer.json.complete);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 304) throw error;
    learnTime(error.headers.get("date"));
    change({ net: "online", syncedAt: now() });
  }
  keepDetails(signal).catch((error) => {
    if (!(error instanceof Unreachable)) throw error;
  });
}

async function further(cursor, options) {
  const found = [];
  for (let page = 1; cursor && page < mostPages; page += 1) {
    const { json } = await call("GET", `/v1/tasks?limit=${pageSize}&cursor=${cursor}`, options);
    found.push(...json.tasks);
    cursor = json.next;
  }
  return found;
}

async function take(tasks, complete) {
  const once = [...new Map(tasks.map((task) => [task.report, task])).values()];
  change({ tasks: once, complete, net: "online", syncedAt: now(), refusedLogin: null });
  await keep("lists", { key: "tasks", value: { tasks: once, at: now() } });
}

/** Reads what forms choose from: categories and grids, departments and people, texts that are often written. */
export async function readLists() {
  const sent = { authorization: authorization() };
  const paths = { form: "/v1/form", organisation: "/v1/organisation", templates: "/v1/templates" };
  await Promise.all(Object.entries(paths).map(async ([key, path]) => {
    if (key !== "form" && !sent.authorization) return;
    try {
      const { json } = await call("GET", path, key === "form" ? {} : sent);
      const value = key === "templates" ? json.templates : json;
      change({ [key]: value });
      await keep("lists", { key, value });
    } catch (error) {
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    }
  }));
}
