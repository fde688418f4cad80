/**
 * Lets the page open with nothing reachable. It keeps the shell only, one cache a version; what the node answers under
 * /v1 is never kept. The node puts the line `self.shell = {version, files}` before this text.
 */

const prefix = "fieldpost-shell-";
const current = prefix + self.shell.version;
const patience = 2500;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(current);
    await cache.addAll(self.shell.files.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== current);
    await Promise.all(names.map((name) => caches.delete(name)));
    await self.clients.claim();
    if (names.length === 0) return; // the first one: the page is this version
    for (const client of await self.clients.matchAll({ type: "window" })) {
      client.postMessage({ newVersion: self.shell.version });
    }
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (!self.shell.files.includes(url.pathname)) return;
  event.respondWith(answer(request, url.pathname));
});

/** From the node if it answers soon, else from the cache: a gateway that hangs must not keep the page from opening. */
async function answer(request, path) {
  const cache = await caches.open(current);
  const kept = await cache.match(path, { ignoreVary: true });
  if (!kept) return fetch(request);
  if (request.mode !== "navigate") return kept; // parts of one version belong together
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, patience, null)));
  const fresh = fetch(request).catch(() => null);
  const response = await Promise.race([fresh, late]);
  clearTimeout(timer);
  return response?.ok && response.headers.get("content-type")?.startsWith("text/html") ? response : kept;
}
