/** Resyncs of a gateway: jobs that central carries out, also when nobody looks. */

import { h, replace } from "../shared/dom.js";
import { now } from "../shared/time.js";
import { t } from "../shared/words.js";
import { ask, field, tell } from "./fleet-ask.js";
import { problemWords } from "./problems.js";
import { put } from "./put.js";
import { pathOf } from "./routes.js";

const modes = ["verify", "repair", "deep", "full"];
const pause = 500;
const shown = 24 * 3600 * 1000; // milliseconds that a job stays in the row of its gateway after its end
const isOver = (job) => ["finished", "failed", "cancelled"].includes(job.state);
const count = (n) => Number(n).toLocaleString("en-US");

/** Asks what to do, starts it, and shows how far it is. */
export async function resync(app, gateway) {
  const mode = h("select", { id: "resync-mode" }, modes.map((code) =>
    h("option", { value: code }, t(`fleet.resync.${code}`))));
  await ask({
    title: t("fleet.resyncTitle", { name: gateway.name }),
    body: [h("p", null, t("fleet.resyncWhat")), field(t("fleet.resyncMode"), mode)],
    confirm: t("fleet.resyncStart"),
    run: async () => {
      const path = `/v1/gateways/${encodeURIComponent(gateway.node)}/resync`;
      const { json } = await app.call("POST", pathOf(path, { mode: mode.value }));
      return follow(app, json);
    },
  });
  return null;
}

/** The newest job of each gateway, by its NodeID, as the row shows it: those that ended long ago are left out. */
export function jobsByNode(jobs) {
  const found = new Map();
  for (const job of jobs) {
    if (found.has(job.node)) continue;
    found.set(job.node, isOver(job) && now() - Date.parse(job.ended) > shown ? null : job);
  }
  return found;
}

/** A job in the row of its gateway. A click shows all of it. */
export function jobLine(app, job) {
  if (!job) return null;
  return h("div", { class: "small" },
    h("button", { type: "button", class: "quiet small", id: `job-${job.number}`, on: { click: () => tell(
      t("fleet.resyncTitle", { name: job.gateway }), follow(app, job)) } },
    t("fleet.jobLine", { what: t(`fleet.resync.${job.mode}`), state: stateWords(job) })),
    progress(job));
}

/** A place in which the job is shown until it is over, or the place is gone. */
function follow(app, first) {
  const place = h("div", { class: "stack resync-job", role: "status" });
  const draw = (job) => put(place, jobView(job, async (verb) => {
    try {
      draw((await app.call("POST", `/v1/jobs/${job.number}/${verb}`)).json);
    } catch (error) {
      replace(place, h("p", { class: "error" }, problemWords(error)));
    }
  }));
  draw(first);
  (async () => {
    let job = first;
    do { // one that is over too, once: lists leave out what differs
      await new Promise((next) => setTimeout(next, pause));
      if (!document.contains(place)) return;
      try {
        job = (await app.call("GET", `/v1/jobs/${job.number}`)).json;
        draw(job);
      } catch (error) {
        replace(place, h("p", { class: "error" }, problemWords(error)));
        return;
      }
    } while (!isOver(job));
  })();
  return place;
}

/** `change(verb)` pauses, resumes or cancels it. */
function jobView(job, change) {
  const button = (verb, key) => h("button", { type: "button", class: "quiet small", id: `resync-${verb}`,
    on: { click: () => change(verb) } }, t(key));
  return [h("p", null, h("strong", null, stateWords(job))), progress(job),
    isOver(job) && job.moved > 0 && job.mode !== "blobs" && h("p", null, t("fleet.jobMoved", { n: count(job.moved) })),
    job.differences.length > 0 && h("ul", { class: "small" }, job.differences.slice(0, 20).map((one) =>
      h("li", null, `${one.id} · ${t(`fleet.side.${one.kind === "row" ? "repaired" : one.side}`)}`))),
    !isOver(job) && h("p", { class: "muted small" }, t("fleet.jobGoesOn")),
    !isOver(job) && h("div", { class: "row" }, job.state === "paused" ? button("resume", "fleet.jobResume")
      : button("pause", "fleet.jobPause"), button("cancel", "fleet.jobCancel"))].filter(Boolean);
}

const progress = (job) => job.total > 0 && !isOver(job) && h("progress", { max: job.total, value: job.done,
  "aria-label": t("fleet.resync") });

function stateWords(job) {
  if (job.state !== "finished") return t(`fleet.job.${job.state}`);
  if (job.mode === "blobs") return t("fleet.jobPhotos", { n: count(job.moved) });
  if (job.mode === "full" && !job.differing) return t("fleet.jobPulled", { n: count(job.total) });
  return job.differing > 0 ? t("fleet.jobDiffers", { n: count(job.differing) }) : t("fleet.jobEqual");
}
