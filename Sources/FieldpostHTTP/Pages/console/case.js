/** One case: where it stands, what it is about, what people disagree on, what can be done, and all that happened. */

import { h, replace } from "../shared/dom.js";
import { dateText, deadlineWords, isOverdue, now as presentTime } from "../shared/time.js";
import { t } from "../shared/words.js";
import { actionsView } from "./case-actions.js";
import { entriesOf, readCase, readNear } from "./case-data.js";
import { conflictsView, disputesView, factsView } from "./case-fields.js";
import { flowView } from "./case-flow.js";
import { nearView } from "./case-near.js";
import { photosView } from "./case-photos.js";
import { traceView } from "./case-trace.js";
import { openEdit, openNote, patchReport } from "./dialogs.js";
import { toast } from "./frame.js";
import { listenKeys, showKeys } from "./keys.js";
import { categoryName, gridName, joined, nodeName, stageWords } from "./names.js";
import { failed, problemWords } from "./problems.js";
import { put } from "./put.js";
import { neighbour, recent } from "./recent.js";
import { Refresher } from "./refresher.js";
import { hashOf } from "./routes.js";
import { openStep, possibleSteps } from "./step-dialog.js";

const help = [[["a"], "keys.a"], [["d"], "keys.d"], [["n"], "keys.n"], [["e"], "keys.e"], [["j"], "keys.j"],
  [["k"], "keys.k"], [["b", "Backspace"], "keys.b"], [["p"], "keys.p"]];
const columns = { main: ["conflicts", "words", "photos", "near"], side: ["actions", "facts"], trace: ["trace"] };
const parts = ["head", "alerts", "flow", ...Object.values(columns).flat()];

export default { title: "case.title", show };

function show(place, query, app) {
  const [id = ""] = query.path;
  if (!/^[0-9a-f-]{36}$/i.test(id)) {
    replace(place, h("div", { class: "empty" }, h("p", null, t("fault.unknown-report")),
      h("a", { class: "button", href: recent.hash }, t("way.board"))));
    return () => {};
  }
  const places = Object.fromEntries(parts.map((name) => [name, h("div", { class: `case-${name}` })]));
  let now = null;
  let near = null;
  let nearFor = null;
  let earlier = [];
  replace(place, h("p", { class: "empty", role: "status" }, t("list.loading")));

  async function read() {
    try {
      const found = await readCase(app, id);
      if (now && now.report.version !== found.report.version) earlier = [];
      now = found;
      if (app.me) draw();
      await findNear();
    } catch (error) {
      if (!app.me) return;
      if (now && error.status !== 410 && error.status !== 404) return; // the head says that the link is lost
      now = null;
      replace(place, failed(error, () => refresher.now()));
    }
  }

  async function findNear() {
    const { category, grid, location } = now.report.fields;
    const about = JSON.stringify([category, grid, location]);
    if (about === nearFor) return;
    try {
      near = await readNear(app, now.report);
      nearFor = about;
      draw();
    } catch {
      near = null; // only a suggestion
    }
  }

  const oneCase = () => ({ ...now.standing, id, ...now.report.fields, stage: now.standing.stage,
    departments: now.standing.departments, version: now.report.version });

  const frame = () => h("article", { class: "case" }, places.head, places.alerts, places.flow,
    Object.entries(columns).map(([name, list]) =>
      h("div", { class: `column column-${name}` }, list.map((part) => places[part]))));

  function draw() {
    if (!now || !app.me) return;
    if (!places.head.isConnected) replace(place, frame());
    const { report, standing } = now;
    const mayEdit = app.may("edit");
    document.title = `${categoryName(report.fields.category)} · ${t("case.title")}`;
    put(places.head, headView());
    put(places.alerts, alertsView());
    put(places.flow, flowView(standing));
    put(places.words, h("section", { class: "card stack" }, h("h2", null, t("field.text")),
      h("p", { class: "case-text" }, report.fields.text || t("case.noText"))));
    put(places.conflicts, disputesView(now), conflictsView(now, { mayEdit, settle }));
    put(places.photos, photosView(report));
    put(places.actions, actionsView(oneCase(), { me: app.me, mayHandle: app.may("handle"), act, note }));
    put(places.facts, factsView(now, { mayEdit, edit, takePlace: (location) => settle("location", location) }));
    const canJoin = app.may("handle") && possibleSteps([oneCase()], app.me).includes("merged");
    put(places.near, nearView(near, { join: canJoin ? (original) => act("merged", { original }) : null }));
    put(places.trace, traceView(entriesOf(report, earlier),
      { readEarlier: moreOf(report) && readEarlier, unseen: standing.unseen }));
  }

  function headView() {
    const { report, standing } = now;
    const { category, grid, priority } = report.fields;
    const deadline = standing.deadline && deadlineWords(standing.deadline);
    const to = (by, key) => {
      const other = neighbour(id, by);
      return other && h("a", { class: "button quiet small", href: hashOf("case", [other]), title: t(`keys.${key}`) },
        by < 0 ? "‹" : "›", h("span", { class: "unseen" }, t(`keys.${key}`)));
    };
    return h("div", { class: "spread" },
      h("div", { class: "row" },
        h("a", { class: "button quiet small no-print", href: recent.hash }, `‹ ${t("way.board")}`),
        h("h1", null, categoryName(category)), h("span", { class: "muted" }, gridName(grid)),
        h("span", { class: "chip" }, !standing.next.some((one) => one.step === "accepted")
          ? stageWords(standing.stage, standing.label) : t("board.untouched")),
        priority === "urgent" && h("span", { class: "chip urgent" }, t("list.urgent")),
        standing.suspended && h("span", { class: "chip warn" }, t("list.suspended")),
        deadline && h("span", { class: `chip ${isOverdue(standing.deadline) ? "late" : deadline.tone}` },
          deadline.words),
        ["rework", "reopened", "returned", "supervised"].filter((code) => standing.counts[code]).map((code) =>
          h("span", { class: "chip warn" }, t("case.times", { step: stageWords(code), n: standing.counts[code] })))),
      h("div", { class: "row no-print" }, to(-1, "k"), to(1, "j"),
        h("button", { type: "button", class: "quiet small", on: { click: () => showKeys(help) } }, t("keys.open")),
        h("button", { type: "button", class: "small", on: { click: () => print() } }, t("case.print"))));
  }

  const alertsView = () => [
    h("p", { class: "print-only small" }, t("case.printed", { name: app.me.name, time: dateText(presentTime()) })),
    now.report.gaps.length > 0 && h("p", { class: "notice warn" }, t("case.gaps",
      { nodes: joined(now.report.gaps.map((one) => nodeName(one.node))) })),
    now.standing.unseen.length > 0 && h("p", { class: "notice warn" },
      t("case.unseen", { n: now.standing.unseen.length })),
    now.report.id_reused && h("p", { class: "notice warn" }, t("case.idReused")),
  ];

  const moreOf = (report) => !earlier.length && report.more?.history;

  async function readEarlier() {
    let next = now.report.more?.history?.next;
    const found = [];
    try {
      for (let turn = 0; next && turn < 20; turn += 1) {
        const { json } = await app.call("GET", next);
        found.unshift(...json.history);
        next = json.more?.next;
      }
      earlier = found;
      draw();
    } catch (error) {
      toast(problemWords(error), "bad");
    }
  }

  async function act(code = null, values = {}) {
    if (!now || !app.may("handle")) return;
    if (code && !possibleSteps([oneCase()], app.me).includes(code)) {
      toast(t("notYet", { step: stageWords(code) }), "bad");
      return;
    }
    await openStep({ app, cases: [oneCase()], code, values, originals: near ?? [] });
    refresher.now();
  }

  async function note() {
    if (!now || !app.may("handle")) return;
    await openNote(app, id);
    refresher.now();
  }

  async function edit() {
    if (!now || !app.may("edit")) return;
    await openEdit(app, now.report);
    refresher.now();
  }

  async function settle(field, value) {
    try {
      await patchReport(app, { id, version: now.report.version }, { [field]: value });
      toast(t("conflict.settled", { field: t(`field.${field}`) }));
    } catch (error) {
      toast(problemWords(error), "bad");
    }
    refresher.now();
  }

  const refresher = new Refresher(read);
  const go = (by) => {
    const other = neighbour(id, by);
    if (other) location.hash = hashOf("case", [other]);
  };
  const back = () => (location.hash = recent.hash);
  const offs = [
    app.on("changes", ({ reports, many }) => (many || reports.some((one) => one.id === id)) && refresher.soon()),
    app.on("again", () => refresher.soon()),
    listenKeys({ a: () => act(), d: () => act("dispatched"), n: note, e: edit, j: () => go(1), k: () => go(-1), b: back,
      Backspace: back, p: () => print() }, help),
  ];
  const timer = setInterval(draw, 30000); // times that are left
  recent.current = id;
  refresher.now();
  return () => {
    offs.forEach((off) => off());
    clearInterval(timer);
    refresher.stop();
  };
}
