/**
 * The one state of the console that all screens share: who is logged in, and what comes live. Screens get it as `app`.
 *
 * - `app.me`: `{name, role, group?, department?, grids?}`, or null.
 * - `app.call(method, path, options)`: as `call` of shared/api.js, with the cookie and the guard of the login. After a
 *   401 the login is shown; `mayFail`: it means something else, such as a wrong old password.
 * - `app.on(kind, fn)`: calls `fn(data)` for what comes live, until the function that it returns is called.
 *   `changes`: `{reports: [{id, kinds}], many?, node?}`. `again`: something may have been missed, so read everything
 *   anew. `link`: "live", "lost" or "none". `me`: somebody logged in or out.
 * - `app.link`, `app.linkSince`: the state of the live stream, and since when (milliseconds).
 * - `app.may(what)`: see access.js.
 */

import { call as send, Refused } from "../shared/api.js";
import { learnTime } from "../shared/time.js";
import { may } from "./access.js";
import { startLive, stopLive } from "./live.js";

const listeners = { changes: new Set(), again: new Set(), link: new Set(), me: new Set() };
const tabs = "BroadcastChannel" in self ? new BroadcastChannel("fieldpost-console") : null;
let guard = null;

export const app = {
  me: null,
  ended: false, // the login ended by itself
  link: "none",
  linkSince: Date.now(),

  async call(method, path, options = {}) {
    try {
      return await sendGuarded(method, path, options);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401 && app.me && !options.mayFail) leave(true);
      const isChange = !["GET", "HEAD"].includes(method);
      // Another tab may have logged in anew, which made another guard.
      if (error.status !== 403 || !isChange || !(await hasNewGuard())) throw error;
      return sendGuarded(method, path, options);
    }
  },

  on(kind, fn) {
    listeners[kind].add(fn);
    return () => listeners[kind].delete(fn);
  },

  may: (what) => may(app.me, what),
};

async function sendGuarded(method, path, options) {
  const headers = new Headers(options.headers);
  if (guard && !["GET", "HEAD"].includes(method)) headers.set("fieldpost-guard", guard);
  const answer = await send(method, path, { ...options, headers, credentials: "same-origin" });
  learnTime(answer.headers.get("date"));
  return answer;
}

function tell(kind, data) {
  for (const listener of [...listeners[kind]]) listener(data);
}

/** Asks who is logged in. Throws `Unreachable`, or `Refused` for anything but "nobody". */
export async function restore() {
  try {
    const { json } = await sendGuarded("GET", "/v1/session", {});
    enter(json, false);
  } catch (error) {
    if (!(error instanceof Refused) || ![401, 404].includes(error.status)) throw error;
  }
}

/** Logs in. Throws `Refused` or `Unreachable`. */
export async function logIn(name, password) {
  const { json } = await sendGuarded("POST", "/v1/session", { json: { name, password } });
  enter(json, true);
  tabs?.postMessage("changed");
}

/** Logs out. The screen is left even if the node is away; the login then ends at the next attempt or by itself. */
export async function logOut() {
  try {
    await sendGuarded("DELETE", "/v1/session", {});
  } finally {
    leave(false);
    tabs?.postMessage("changed");
  }
}

function enter({ caller, guard: text }, isNew) {
  guard = text;
  app.me = caller;
  app.ended = false;
  startLive(hear, isNew);
  tell("me");
}

function leave(ended) {
  stopLive();
  guard = null;
  app.me = null;
  app.ended = ended;
  become("none");
  tell("me");
}

async function hasNewGuard() {
  const before = guard;
  const { json } = await sendGuarded("GET", "/v1/session", {});
  if (json.caller.name !== app.me?.name) location.reload();
  guard = json.guard;
  return guard !== before;
}

function hear({ kind, data }) {
  if (kind === "state" && app.me) become(data);
  else if (kind === "failed" && app.me) app.call("GET", "/v1/session").catch(() => {}); // has the login ended?
  else if (kind === "open") tell("again");
  else if (kind === "changes") tell("changes", { reports: [], ...data });
}

function become(link) {
  if (app.link === link) return;
  app.link = link;
  app.linkSince = Date.now();
  tell("link", link);
}

/** Another tab logged in or out. What is being typed here stays, unless somebody else is in now. */
tabs?.addEventListener("message", async () => {
  const before = app.me;
  try {
    const { json } = await sendGuarded("GET", "/v1/session", {});
    if (!before) enter(json, false);
    else if (json.caller.name === before.name) guard = json.guard;
    else location.reload();
  } catch (error) {
    if (error instanceof Refused && before) leave(false);
  }
});
