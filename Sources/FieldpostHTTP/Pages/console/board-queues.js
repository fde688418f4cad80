/** The queues: how much waits at each stage, with a red light for what is late. */

import { h } from "../shared/dom.js";
import { pick, t } from "../shared/words.js";
import { stageWords } from "./names.js";
import { hashOf } from "./routes.js";

/** `counts` is the answer of /v1/board, or null; `isOld`: it could not be read again. */
export function queuesView(counts, isOld, query) {
  const to = (values) => hashOf("board", [], { ...query, list: "", stage: "", overdue: "", conflict: "", ...values });
  const all = counts ? counts.queues.reduce((sum, one) => sum + one.count, counts.untouched ?? 0) : null;
  const isOpen = query.list !== "all";
  const isPlain = isOpen && !query.stage && !query.overdue && !query.conflict;
  return h("nav", { class: "queues", "aria-label": t("board.queues"), on: { click: follow } },
    h("ul", null,
      one("all", t("board.all"), all, 0, to({}), isPlain),
      one("overdue", t("board.overdue"), counts?.overdue ?? null, counts?.overdue ?? 0, to({ overdue: "true" }),
        isOpen && query.overdue),
      one("conflict", t("board.disputed"), null, 0, to({ conflict: "true" }), isOpen && query.conflict)),
    h("h2", { class: "small muted" }, t("board.queues"), isOld && ` · ${t("board.countsOld")}`),
    h("ul", null,
      counts && counts.untouched !== undefined && one("untouched", t("board.untouched"), counts.untouched, 0,
        to({ stage: "untouched" }), isOpen && query.stage === "untouched"),
      counts?.queues.map((queue) => one(queue.stage, pick(queue) || stageWords(queue.stage), queue.count, queue.overdue,
        to({ stage: queue.stage }), isOpen && query.stage === queue.stage))),
    h("ul", null, one("reports", t("board.reports"), null, 0, hashOf("board", [], { ...query, list: "all", scope: "",
      stage: "", overdue: "", conflict: "" }), !isOpen)));
}

const one = (code, name, count, late, href, isNow) => h("li", null,
  h("a", { href, "aria-current": isNow ? "true" : null, id: `queue-${code}` },
    h("span", { class: "queue-name" }, name),
    late > 0 && code !== "overdue" && h("span", { class: "light", title: t("board.redLights", { n: late }) }, late,
      h("span", { class: "unseen" }, t("board.redLights", { n: late }))),
    count !== null && h("span", { class: `queue-count${code === "overdue" && count ? " late" : ""}` }, count)));

/** Follows a link at once. A browser may follow it a moment later, and what is chosen next would not know of it. */
function follow(event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  location.hash = link.hash;
}
