/** Who uses this phone: the account or the paired terminal. The password is in sessionStorage and nowhere else. */

import { call, Refused, Unreachable } from "../shared/api.js";
import { base64 } from "../shared/ids.js";
import { openStore, StorageFull } from "../shared/store.js";
import { change, state } from "./state.js";

let store = null;
const key = "fieldpost.staff.password";

async function device() {
  store ??= await openStore("fieldpost-device", 1, (db) => db.createObjectStore("device", { keyPath: "key" }));
  return store;
}

const read = async (name) => (await (await device()).get("device", name))?.value ?? null;

/** A full phone is said; this page then goes on with what it knows, until it is closed. */
async function write(name, value) {
  try {
    await (await device()).put("device", { key: name, value });
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    change({ full: true });
  }
}

/** sessionStorage may be switched off; the password is then kept until the page is left. */
let held = null;

function keepPassword(password) {
  held = password;
  try {
    if (password === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, password);
  } catch {
    // It stays in `held`.
  }
}

function password() {
  try {
    return sessionStorage.getItem(key) ?? held;
  } catch {
    return held;
  }
}

const basic = (name, secret) => `Basic ${base64(new TextEncoder().encode(`${name}:${secret}`))}`;

/** What to send as `Authorization`, or null where a person must log in first. */
export function authorization() {
  const { me } = state;
  if (!me) return null;
  if (me.kind === "pairing") return me.token ? `Bearer ${me.token}` : null;
  return password() === null ? null : basic(me.name, password());
}

/** Reads who used this phone last. Their tasks are shown, also without the password; to send it is asked for again. */
export async function restore() {
  change({ me: await read("me") });
  change({ mayCall: authorization() !== null });
}

/** Logs in with a name and a password; throws what the call throws. */
export async function logIn(name, secret) {
  await call("GET", "/v1/tasks?limit=1", { authorization: basic(name, secret), timeout: 15000 });
  keepPassword(secret);
  const before = await read(`person ${name}`);
  await become({ channel: "app", groups: [], ...before, name, kind: "account" });
}

/** Goes on as somebody whose tasks are on this phone, without asking the node. Nothing is sent until the login. */
export async function openKept(name) {
  const before = await read(`person ${name}`);
  if (!before) return false;
  keepPassword(null);
  await become({ ...before, name, kind: "account" });
  return true;
}

/** Names of the people who used this phone. */
export async function peopleHere() {
  const rows = await (await device()).all("device");
  return rows.filter((row) => row.key.startsWith("person ")).map((row) => row.key.slice("person ".length));
}

/** The token of this terminal, which was entered once. */
export const terminalToken = () => read("terminal");

/** Keeps a terminal's token after the node took it. Throws what the call throws. */
export async function keepTerminal(token) {
  await call("GET", "/v1/tasks?limit=1", { authorization: `Bearer ${token}`, timeout: 15000 });
  await write("terminal", token);
}

/** Forgets the terminal's own token. */
export const forgetTerminal = async () => (await device()).remove("device", "terminal");

/** Redeems a code that a person shows on another screen. This terminal then acts as that person. */
export async function redeem(code) {
  const own = await read("terminal");
  const { json } = await call("POST", "/v1/pairings/redeem", { authorization: `Bearer ${own}`, json: { code } });
  const authorization = `Bearer ${json.token}`;
  const channel = await call("GET", "/v1/pairings", { authorization })
    .then(({ json: found }) => found.pairings.find((one) => one.terminal === json.terminal)?.channel)
    .catch(() => null);
  const before = await read(`person ${json.person}`);
  await become({
    groups: [], ...before, name: json.person, kind: "pairing", terminal: json.terminal, token: json.token,
    channel: channel ?? "terminal",
  });
}

async function become(me) {
  await write("me", me);
  await remember(me);
  change({ me });
  change({ mayCall: authorization() !== null, refusedLogin: null });
}

/** What stays known of a person: no secret. */
async function remember(me) {
  await write(`person ${me.name}`, {
    groups: me.groups, groupsKnown: me.groupsKnown, channel: me.channel, grids: me.grids, lastGrid: me.lastGrid,
  });
}

/** Asks the node who this is. Nodes that do not tell are asked no more than once a login. */
export async function learnMe() {
  try {
    const { json } = await call("GET", "/v1/me", { authorization: authorization(), timeout: 15000 });
    const groups = ["dispatcher", "admin"].includes(json.role) ? ["dispatcher"] : json.group ? [json.group] : [];
    await changeMe({ groups, groupsKnown: "node", grids: json.grids ?? [] });
    return true;
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
    return false;
  }
}

/** Changes what is known of the person, such as the work groups. */
export async function changeMe(values) {
  const me = { ...state.me, ...values };
  change({ me }); // at once: two changes may come one after the other
  change({ mayCall: authorization() !== null });
  await write("me", me);
  await remember(me);
}

/** The node refused the password or the token: it is not sent again. */
export async function loginRefused(words) {
  if (state.me?.kind === "pairing") await changeMe({ token: null });
  keepPassword(null);
  change({ mayCall: false, refusedLogin: words ?? "" });
}

/** Forgets who uses this phone, and the password. What waits to be sent stays, under the person's name. */
export async function logOut() {
  keepPassword(null);
  await (await device()).remove("device", "me");
  change({ me: null, mayCall: false, refusedLogin: null });
}
