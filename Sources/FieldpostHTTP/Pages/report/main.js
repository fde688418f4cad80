/** Starts the residents' page: takes over from the form without script, and shows the view that the address names. */

import { $, h, replace } from "../shared/dom.js";
import { language, onLanguage, t } from "../shared/words.js";
import { keepPhotos, loadAll, queue, refresh } from "./database.js";
import { later, loaded } from "./later.js";
import { formOfPage } from "./plain.js";
import { change, state } from "./state.js";
import { loadWords } from "./tables.js";
import { formView } from "./view-form.js";
import { shellView } from "./view-shell.js";

const page = $("page");
const main = $("main");
const headings = ["receipt-title", "mine-title", "queue-title", "check-title"];

/** The view that the address names: {name, secret}. */
function routeOf(hash) {
  const secret = /^#\/r\/(.*)$/.exec(hash)?.[1];
  if (secret !== undefined) return { name: /^[A-Za-z0-9_-]{22}$/.test(secret) ? "receipt" : "wrong", secret };
  return { name: /^#\/(check|mine|queue)$/.exec(hash)?.[1] ?? "form", secret: null };
}

function view({ name, secret }, { receiptView, checkView, mineView, queueView }) {
  if (name === "receipt") return receiptView(secret);
  if (name === "check") return checkView();
  if (name === "queue") return queueView();
  return mineView();
}

let turn = 0;

/** Shows the view. `moved`: the person went there, so the focus goes to its heading. */
async function show(moved) {
  const mine = ++turn;
  const route = routeOf(self.location.hash);
  change((now) => {
    now.route = route;
    if (moved && now.notice?.kind === "ok") now.notice = null;
    if (route.name === "wrong") now.notice = { kind: "bad", text: t("wrongLink") };
  });
  if (route.name !== "form" && !loaded()) replace(main, h("p", { class: "muted" }, t("loading")));
  const content = route.name === "form" ? formView() : await later().then((views) => view(route, views), notLoaded);
  if (mine !== turn || !content) return; // it led elsewhere
  replace(main, content);
  document.title = `${state.form?.station ?? ""} ${t("title")}`.trim();
  if (!moved) return;
  self.scrollTo(0, 0);
  const heading = headings.map($).find(Boolean);
  (heading ?? main).focus({ preventScroll: true });
}

/** In place of a view that the node did not give yet. */
function notLoaded() {
  return h("div", { class: "notice warn stack", id: "not-loaded" },
    h("p", null, t("notLoaded")),
    h("button", { type: "button", on: { click: () => void show(true) } }, t("tryAgain")));
}

/** What somebody typed before the script came stays. */
function takeOver() {
  const form = formOfPage(document);
  const value = (id) => $(id)?.value ?? "";
  const typed = { text: value("plain-text"), place: value("plain-place") };
  const asked = new URLSearchParams(self.location.search).get("grid");
  return () => change((now) => {
    now.form ??= form;
    if (!now.draft.text) now.draft.text = typed.text;
    if (!now.draft.place) now.draft.place = typed.place;
    if (!now.draft.grid) now.draft.grid = value("plain-grid") || asked || null;
    const only = now.form.grids?.length === 1 ? now.form.grids[0].code : null;
    now.draft.grid ??= only;
  });
}

function draw(moved) {
  replace(page, shellView(main));
  void show(moved);
}

function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.newVersion) change((now) => (now.update = true));
  });
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" })
    .then(() => navigator.serviceWorker.ready)
    .then(() => change((now) => (now.worker = true)))
    .catch(() => {}); // an address that the phone does not trust: the page works as on plain HTTP
}

/** Brings the rest of the page, and the form's data, when the first view is there. */
async function bringRest() {
  for (const type of touches) document.removeEventListener(type, bringRest, true);
  clearTimeout(patience);
  await later().then(({ loadForm }) => loadForm()).catch(() => change((now) => (now.reachable = false)));
  await loadWords("en").catch(() => {}); // so that the switch works without a node
  if (loaded()) document.documentElement.dataset.ready = "all"; // nothing of the page is missing any more
  registerWorker();
}

let patience = null;
const touches = ["pointerdown", "keydown", "input"];

async function start() {
  const finish = takeOver();
  if (language() === "en") await loadWords("en").catch(() => {});
  await loadAll();
  finish();
  draw(false);
  self.addEventListener("hashchange", () => void show(true));
  onLanguage(() => draw(false));
  self.addEventListener("pageshow", (event) => event.persisted && void refresh());
  self.addEventListener("beforeunload", (event) => {
    const onlyHere = (item) => !state.lasting || item.unkept || item.photos.some((photo) => photo.inMemory);
    if (state.items.some(onlyHere)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void keepPhotos();
  });
  queue.start();
  setInterval(() => {
    if (document.visibilityState !== "visible" || state.reachable !== false) return;
    void later().then(({ loadForm }) => loadForm()).catch(() => {});
    if ($("not-loaded")) void show(false);
  }, 15000);
  if (language() === "en" || state.route.name !== "form") return bringRest();
  for (const type of touches) document.addEventListener(type, bringRest, true);
  patience = setTimeout(bringRest, 1200);
}

void start();
