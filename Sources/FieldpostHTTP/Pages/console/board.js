/** The board: queues by stage, the list of one of them, and steps of one or many cases. */

import { h, replace } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { BoardList } from "./board-data.js";
import { filtersView } from "./board-filters.js";
import { makePeek } from "./board-peek.js";
import { countsPath, withScope } from "./board-query.js";
import { queuesView } from "./board-queues.js";
import { makeTable } from "./board-rows.js";
import { toast } from "./frame.js";
import { listenKeys, showKeys } from "./keys.js";
import { failed } from "./problems.js";
import { put } from "./put.js";
import { recent } from "./recent.js";
import { Refresher } from "./refresher.js";
import { hashOf, parseHash } from "./routes.js";
import { openStep, possibleSteps } from "./step-dialog.js";

const mostSteps = 100;
const help = [[["j", "↓"], "keys.j"], [["k", "↑"], "keys.k"], [["Enter"], "keys.enter"], [["x"], "keys.x"],
  [["a"], "keys.a"], [["d"], "keys.d"], [["/"], "keys.slash"], [["r"], "keys.r"]];

export default { title: "board.title", show };

function show(place, first, app) {
  let query = withScope(first, app.me);
  let list = new BoardList(app, query);
  let counts = null;
  let areCountsOld = false;
  let current = recent.current;
  let isFirst = true;
  const chosen = new Set();
  const mayChoose = app.may("handle");
  const queues = h("div", { class: "board-queues" });
  const filters = h("div");
  const status = h("p", { class: "small muted list-status", role: "status" });
  const below = h("div", { class: "below" });
  const bulk = h("div", { class: "bulk no-print" });
  const table = makeTable({ choose, chooseAll, point, mayChoose });
  const listPlace = h("div", { class: "list" });
  const peek = makePeek(app, { act: (one, code) => step([one], code) });
  replace(place, h("h1", { class: "unseen" }, t("board.title")), h("div", { class: "board" }, queues,
    h("section", { class: "board-main" }, filters, bulk, h("div", { class: "list-head" }, status,
      h("button", { type: "button", class: "quiet small", on: { click: () => showKeys(help) } }, t("keys.open"))),
    listPlace, below), peek.view));

  /** What is chosen adds to what the address says: the event that tells of its last change may still be on its way. */
  function change(values, clears = null) {
    const now = withScope(parseHash(location.hash).query, app.me);
    const hash = hashOf("board", [], clears ? clears(now) : { ...now, ...values });
    // What is being typed makes no steps for the way back.
    if (values && "text" in values) location.replace(hash);
    else location.hash = hash;
  }

  function drawFrame() {
    put(queues, queuesView(counts, areCountsOld, query));
    const typed = document.activeElement?.id === "search" ? document.activeElement : null;
    if (typed && filters.contains(typed)) return drawFiltersAround(typed);
    put(filters, filtersView(query, app.me, change));
    return null;
  }

  /** Somebody types: the field stays, and the rest is drawn. */
  function drawFiltersAround(field) {
    const made = filtersView(query, app.me, change);
    made.querySelector("#search").replaceWith(field.cloneNode());
    const now = filters.firstElementChild;
    if (!made.isEqualNode(now)) {
      [...now.children].forEach((one) => one !== field && one.remove());
      const fresh = filtersView(query, app.me, change);
      const at = [...fresh.children].findIndex((one) => one.id === "search");
      const parts = [...fresh.children];
      field.before(...parts.slice(0, at));
      field.after(...parts.slice(at + 1));
    }
  }

  function draw() {
    drawFrame();
    const { rows } = list;
    if (!list.isLoading) keepPlace(rows.map((row) => row.id));
    if (list.isLoading) put(listPlace, h("p", { class: "empty", role: "status" }, t("list.loading")));
    else if (list.error && !rows.length) replace(listPlace, failed(list.error, refresher.now.bind(refresher)));
    else if (!rows.length) put(listPlace, empty());
    else {
      if (listPlace.firstElementChild !== table.table) replace(listPlace, table.table);
      table.draw(rows, { chosen, current, isFirst, isAll: query.list === "all" });
      isFirst = false;
    }
    status.textContent = list.isLoading ? "" : [t(list.next ? "list.countMore" : "list.count", { n: rows.length }),
      !list.isComplete && t("list.incomplete"), list.error && rows.length && t("fault.unreachable")]
      .filter(Boolean).join(" · ");
    put(below, list.next && h("button", { type: "button", id: "more", on: { click: more } }, t("list.more")));
    drawBulk();
  }

  /** Keeps the cursor and what is chosen while rows come and go. */
  function keepPlace(ids) {
    for (const id of [...chosen]) if (!ids.includes(id)) chosen.delete(id);
    const before = Math.max(0, recent.ids.indexOf(current)); // of what is gone, the next one takes its place
    if (!ids.includes(current)) current = ids[Math.min(before, ids.length - 1)] ?? null;
    Object.assign(recent, { ids, current, hash: location.hash });
    peek.show(current);
  }

  const empty = () => h("div", { class: "empty" },
    h("p", null, h("strong", null, t(query.list === "all" ? "list.empty" : "list.emptyTasks"))),
    h("p", { class: "muted" }, t("list.emptyWhat")));

  function drawBulk() {
    bulk.hidden = chosen.size === 0;
    put(bulk, chosen.size > 0 && [h("strong", null, t("bulk.chosen", { n: chosen.size })),
      chosen.size > mostSteps && h("span", { class: "error" }, t("bulk.most", { n: mostSteps })),
      h("button", { type: "button", class: "primary small", id: "bulk-step", on: { click: () => act() } },
        t("bulk.step")),
      h("button", { type: "button", class: "small", id: "bulk-dispatch", on: { click: () => act("dispatched") } },
        t("bulk.dispatch")),
      h("button", { type: "button", class: "quiet small", id: "bulk-clear", on: { click: () => chooseAll(false) } },
        t("bulk.clear"))]);
  }

  async function more() {
    await list.more();
    draw();
  }

  function choose(id, isOn) {
    if (isOn) chosen.add(id);
    else chosen.delete(id);
    current = id;
    draw();
  }

  function chooseAll(isOn) {
    chosen.clear();
    if (isOn) for (const row of list.rows.slice(0, mostSteps)) chosen.add(row.id);
    draw();
  }

  function point(id) {
    current = id;
    draw();
    table.rowOf(id)?.focus({ preventScroll: true });
    table.rowOf(id)?.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const at = list.rows.findIndex((row) => row.id === current);
    const onRow = table.rowOf(current)?.contains(document.activeElement);
    const row = list.rows[Math.min(list.rows.length - 1, Math.max(0, at < 0 || !onRow && at === 0 ? 0 : at + by))];
    if (row) point(row.id);
  }

  /** Takes a step of what is chosen, or of the case at the cursor. */
  async function act(code = null) {
    const rows = list.rows.filter((row) => (chosen.size ? chosen.has(row.id) : row.id === current)).slice(0, mostSteps);
    if (!rows.length || !mayChoose) return;
    const cases = await withSteps(rows);
    if (cases) await step(cases, code);
  }

  async function step(cases, code) {
    if (code && !possibleSteps(cases, app.me).includes(code)) {
      toast(t("notYet", { step: t("bulk.dispatch") }), "bad");
      return;
    }
    const done = await openStep({ app, cases, code });
    if (!done) return;
    for (const id of done) chosen.delete(id);
    refresher.now();
  }

  /** Rows of all reports do not say what is possible: the case says it. */
  async function withSteps(rows) {
    try {
      return await Promise.all(rows.map(async (row) => {
        if (row.next) return row;
        const { json } = await app.call("GET", `/v1/reports/${row.id}/case`);
        return { ...row, next: json.next, stage: json.stage, version: json.version };
      }));
    } catch (error) {
      toast(t("fault.unreachable"), "bad");
      return null;
    }
  }

  async function readCounts() {
    try {
      counts = (await app.call("GET", countsPath(query, app.me))).json;
      areCountsOld = false;
    } catch {
      areCountsOld = true; // the list says why
    }
  }

  const refresher = new Refresher(async () => {
    await Promise.all([list.read(), readCounts()]);
    if (app.me) draw();
  });

  const offs = [
    app.on("changes", ({ reports, many }) => {
      const shown = new Set(list.rows.map((row) => row.id));
      if (many || reports.some(({ id }) => peek.shows(id))) peek.again();
      if (reports.some(({ id }) => shown.has(id))) refresher.soon();
      else if (many || reports.length) refresher.later();
    }),
    app.on("again", () => {
      refresher.soon();
      peek.again();
    }),
    listenKeys({
      j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
      Enter: () => current && (location.hash = hashOf("case", [current])),
      x: () => current && mayChoose && choose(current, !chosen.has(current)),
      a: () => act(), d: () => act("dispatched"), r: () => refresher.now(),
      "/": () => { place.querySelector("#search").focus(); },
      Escape: () => chooseAll(false),
    }, help),
  ];
  const timer = setInterval(draw, 30000); // times that are left
  draw();
  refresher.now().then(() => place.querySelector("tr.current")?.scrollIntoView({ block: "nearest" }));

  return {
    stop() {
      offs.forEach((off) => off());
      clearInterval(timer);
      peek.stop();
      refresher.stop();
    },
    change(next) {
      query = withScope(next, app.me);
      list = new BoardList(app, query);
      isFirst = true;
      chosen.clear();
      draw();
      refresher.now();
    },
  };
}
