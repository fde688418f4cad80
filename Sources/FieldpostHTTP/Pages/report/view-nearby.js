/** Open reports of the same kind near by, which somebody may follow in place of sending another one. */

import { announce, h } from "../shared/dom.js";
import { uuid7 } from "../shared/ids.js";
import { pick, t } from "../shared/words.js";
import { nextOrder, queue, refresh } from "./database.js";
import { forgetDraft } from "./draft.js";
import { drawReceipt } from "./receipts.js";
import { state } from "./state.js";
import { gridName } from "./view-place.js";

/** The offers, or nothing. */
export function nearbyView() {
  const reports = state.nearby?.reports ?? [];
  if (reports.length === 0) return null;
  return h("section", { class: "notice stack", "aria-labelledby": "nearby-title" },
    h("h2", { id: "nearby-title" }, t("nearbyTitle")),
    h("p", { class: "small" }, t("nearbyHelp")),
    h("ul", { class: "tight" }, reports.map((report) => h("li", { class: "card offer" },
      h("span", { class: "tight" },
        h("strong", { class: "small" }, pick(report.category)),
        h("span", { class: "small muted" },
          [gridName(report.grid), ageText(report.age_seconds), pick(report.stage)].filter(Boolean).join(" · "))),
      h("button", { type: "button", on: { click: () => void follow(report) } }, t("followThis"))))));
}

function ageText(seconds) {
  if (seconds < 3600) return t("minutesAgo", { n: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 172800) return t("hoursAgo", { n: Math.round(seconds / 3600) });
  return t("daysAgo", { n: Math.round(seconds / 86400) });
}

async function follow(report) {
  const { secret, hash, code } = drawReceipt();
  const receipt = {
    hash, secret, code, report: report.id, kind: "follow", order: nextOrder(), madeAt: new Date().toISOString(),
    sent: false, category: report.category?.code ?? null, grid: report.grid, text: "", photos: 0, view: null,
  };
  await queue.add({
    id: uuid7(), kind: "follow", report: report.id, receipt: hash,
    request: { method: "POST", path: "/v1/follows", json: { report: report.id, receipt: hash } },
  }, (tx) => tx.put("receipts", receipt));
  await forgetDraft();
  await refresh();
  announce(t("following"));
  self.location.hash = `#/r/${secret}`;
}
