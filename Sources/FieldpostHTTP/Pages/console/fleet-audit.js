/** What happened at this node: incidents that wait for a person, what cannot be merged, and what administrators did. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { ask } from "./fleet-ask.js";
import { phrase, phraseView } from "./phrases.js";

const shown = 100;
const few = 20;

const when = (at) => (at ? h("time", { datetime: at }, moment(at)) : t("fleet.unknown"));

/** Incidents and the quarantine. `done(words)` is called after something was changed. */
export function incidentList(app, { incidents = [] }, quarantine, done) {
  const open = incidents.filter((one) => !one.is_resolved);
  const kept = quarantine ? quarantine.total + quarantine.orphans + quarantine.unread : 0;
  return h("section", { class: "stack" },
    h("div", { class: "spread" }, h("h2", null, t("incident.title"), " ",
      open.length > 0 && h("span", { class: "badge bad" }, String(open.length))),
    open.length > 0 && h("button", { type: "button", on: { click: () => resolve(app, open, done) } },
      t("incident.resolve"))),
    open.length === 0 && h("p", { class: "muted" }, t("incident.none")),
    h("ul", { class: "fleet-log" }, incidents.slice(0, few).map((one) => h("li", {
      class: one.is_resolved ? "muted" : "error" }, when(one.at), phraseView(one.account)))),
    quarantine && kept > 0 && h("details", { id: "quarantine" },
      h("summary", null, t("quarantine.title", { n: kept })),
      h("p", { class: "small muted" }, t("quarantine.what", {
        total: quarantine.total, corrupt: quarantine.corrupt, orphans: quarantine.orphans })),
      h("ul", { class: "fleet-log" }, quarantine.entries.slice(0, shown).map((entry) => h("li", null,
        h("code", null, entry.dot), phraseView(entry.reason))))));
}

async function resolve(app, open, done) {
  const isDone = await ask({
    title: t("incident.resolveTitle"),
    body: [h("p", null, t("incident.resolveWhat")), h("ul", { class: "fleet-log" }, open.slice(0, few).map((one) =>
      h("li", null, when(one.at), phraseView(one.account))))],
    confirm: t("incident.resolve"),
    run: async () => void await app.call("POST", "/v1/incidents/resolve"),
  });
  if (isDone) done(t("incident.resolved"));
}

/** The audit events, newest first; those that have a word of the filter. */
export function auditList(events, filter, find) {
  const word = filter.trim().toLowerCase();
  const found = events.filter(({ author, account }) =>
    `${author} ${account} ${phrase(account)}`.toLowerCase().includes(word));
  return h("section", { class: "stack" },
    h("div", { class: "spread" }, h("h2", null, t("audit.title")),
      h("input", { type: "search", id: "audit-find", "aria-label": t("audit.find"), placeholder: t("audit.find"),
        value: filter, autocomplete: "off", on: { input: ({ target }) => find(target.value) } })),
    found.length === 0 && h("p", { class: "muted" }, t(word ? "audit.noneFound" : "audit.none")),
    h("ul", { class: "fleet-log", id: "audit-log", tabindex: "0" },
      found.slice(0, shown).map(({ at, author, account }) =>
        h("li", null, when(at), h("b", null, author), phraseView(account)))),
    found.length > shown && h("p", { class: "small muted" }, t("audit.more", { n: found.length - shown })));
}
