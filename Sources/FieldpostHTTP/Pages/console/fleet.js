/** The fleet: gateways and how they are, those that ask to join, tokens, incidents, and what administrators did. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { moment, now, span } from "../shared/time.js";
import { sizeText, t } from "../shared/words.js";
import { gatewayMenu } from "./fleet-actions.js";
import { alarmList } from "./fleet-alarms.js";
import { auditList, incidentList } from "./fleet-audit.js";
import { pendingCards } from "./fleet-pending.js";
import { jobLine, jobsByNode } from "./fleet-jobs.js";
import { gatewayTable } from "./fleet-table.js";
import { tokenList } from "./fleet-tokens.js";
import { diskWords } from "./fleet-words.js";
import { toast } from "./frame.js";
import { loadStyles } from "./map-load.js";
import { phraseView } from "./phrases.js";
import { failed, problemWords } from "./problems.js";
import { put } from "./put.js";

const often = 5000; // milliseconds between two looks at the state
const seldom = 30000; // at what changes only when somebody does something

export default { title: "way.fleet", show };

async function show(place, query, app) {
  await loadStyles("/console/e-admin.css");
  const fleet = new Fleet(place, app);
  return () => fleet.stop();
}

const order = { waiting: 0, enrolled: 1, revoked: 2 };

class Fleet {
  #app;
  #place;
  #parts = {};
  #read = { status: null, gateways: null, jobs: null, tokens: null, incidents: null, quarantine: null, audit: null };
  #readAt = null;
  #fault = null;
  #find = "";
  #timer;
  #seldomAt = 0;
  #isReading = false;
  #isStopped = false;
  #off;

  constructor(place, app) {
    [this.#place, this.#app] = [place, app];
    for (const name of ["notes", "pending", "table", "alarms", "central", "tokens", "incidents", "audit"]) {
      this.#parts[name] = h("div", { class: `fleet-${name}` });
    }
    replace(place, h("p", { class: "empty" }, t("fleet.loading")));
    this.#timer = setInterval(() => this.#look(), often);
    this.#off = app.on("changes", ({ node }) => {
      if (node) this.#seldomAt = 0;
    });
    this.#look();
  }

  stop() {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#off();
  }

  async #look() {
    if (this.#isReading) return;
    this.#isReading = true;
    const names = ["status", "gateways", "jobs"];
    if (Date.now() - this.#seldomAt > seldom) {
      names.push("tokens", "incidents", "quarantine", "audit");
      this.#seldomAt = Date.now();
    }
    try {
      const answers = await Promise.all(names.map((name) => this.#app.call("GET", `/v1/${name}`)));
      names.forEach((name, index) => (this.#read[name] = answers[index].json));
      [this.#fault, this.#readAt] = [null, now()];
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#fault = error;
      this.#seldomAt = 0;
    } finally {
      this.#isReading = false;
    }
    if (!this.#isStopped) this.#draw();
  }

  #done = (words) => {
    toast(words);
    this.#seldomAt = 0;
    this.#look();
  };

  #draw() {
    if (!this.#read.gateways) {
      if (this.#fault) replace(this.#place, failed(this.#fault, () => this.#look()));
      return;
    }
    const { notes, pending, table, alarms, central, tokens, incidents, audit } = this.#parts;
    if (!notes.isConnected) {
      replace(this.#place, h("div", { class: "fleet stack" }, h("h1", { class: "unseen" }, t("way.fleet")),
        notes, pending, table, alarms, central, h("div", { class: "fleet-pair" }, incidents, tokens), audit));
    }
    const { status, gateways: { gateways } } = this.#read;
    const sorted = [...gateways].sort((one, other) => order[one.state] - order[other.state]
      || Number(one.is_connected) - Number(other.is_connected) || one.name.localeCompare(other.name, "zh"));
    const waiting = sorted.filter(({ state }) => state === "waiting");
    const known = sorted.filter(({ state }) => state !== "waiting");
    put(notes, this.#summary(known, waiting, status), this.#fault && h("p", { class: "notice bad", role: "alert" },
      problemWords(this.#fault), " ", t("fleet.stale", { time: moment(this.#readAt) })));
    put(pending, waiting.length > 0 && h("section", { class: "stack" },
      h("h2", null, t("fleet.pending", { n: waiting.length })), pendingCards(this.#app, waiting, this.#done)));
    const jobs = jobsByNode(this.#read.jobs.jobs);
    put(table, known.length > 0
      ? gatewayTable(known, status.peers, (one, peer) => gatewayMenu(this.#app, one, peer, this.#done),
        (one) => jobLine(this.#app, jobs.get(one.node)))
      : h("div", { class: "empty" }, h("p", null, t("fleet.noGateways")),
        h("p", { class: "muted" }, t("fleet.howTo"))));
    put(alarms, alarmList(known, status.peers));
    put(central, this.#central(status));
    if (!this.#read.audit) return;
    put(incidents, incidentList(this.#app, this.#read.incidents, this.#read.quarantine, this.#done));
    put(tokens, tokenList(this.#app, this.#read.tokens.tokens, gateways, this.#done));
    this.#drawAudit();
  }

  #drawAudit() {
    put(this.#parts.audit, auditList(this.#read.audit.events, this.#find, (words) => {
      this.#find = words;
      this.#drawAudit();
    }));
  }

  #summary(known, waiting, { alarms }) {
    const enrolled = known.filter(({ state }) => state === "enrolled");
    const up = enrolled.filter((one) => one.is_connected).length;
    const chip = (key, values, tone) => h("span", { class: `chip ${tone}` }, t(key, values));
    return h("div", { class: "row" },
      chip("fleet.sumUp", { up, all: enrolled.length }, up < enrolled.length ? "late" : "done"),
      waiting.length > 0 && chip("fleet.sumPending", { n: waiting.length }, "soon"),
      chip("fleet.sumAlarms", { n: alarms.length }, alarms.length > 0 ? "late" : "done"));
  }

  #central({ name, version, uptime_seconds: uptime, journal, blobs, alarms, thumbnails }) {
    const { disk_stage: disk } = journal;
    const number = (value) => value.toLocaleString("en-US");
    const fact = (key, value) => h("div", null, h("dt", null, t(`fleet.${key}`)), h("dd", null, value));
    const flow = blobs.receiving;
    return h("section", { class: "stack" }, h("h2", null, t("fleet.central", { name })),
      alarms.map((text) => phraseView(text, "p", { class: "notice bad", role: "alert" })),
      h("dl", { class: "fleet-facts wide" },
        fact("version", `${version} · ${t("fleet.upFor", { span: span(uptime * 1000) })}`),
        fact("disk", h("span", { class: disk === "ample" ? "" : "error" }, diskWords(disk))),
        fact("reports", number(journal.reports)),
        fact("conflicts", number(journal.reports_in_conflict)),
        fact("journal", sizeText(journal.file_bytes)),
        fact("photosHere", t("fleet.photos", { n: number(blobs.held), size: sizeText(blobs.bytes) })),
        fact("photosComing", flow ? t("fleet.flow", { n: number(flow.count), done: sizeText(flow.bytes_done),
          size: sizeText(flow.bytes), rate: sizeText(flow.bytes_per_second) }) : t("fleet.none")),
        blobs.lost > 0 && fact("photosLost", h("span", { class: "error" }, number(blobs.lost))),
        thumbnails && fact("thumbnails", thumbnails.helper ? number(thumbnails.made) : t("fleet.noThumbnails"))));
  }
}
