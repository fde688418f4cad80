/** Gateways that ask to be enrolled, each with the six words that both sides show. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { ask } from "./fleet-ask.js";
import { gridName, joined } from "./names.js";
import { pathOf } from "./routes.js";

/** The words of a fingerprint, one by one, so that two people can compare them aloud. */
const words = (fingerprint) => h("ol", { class: "fleet-words", translate: "no" },
  String(fingerprint ?? "").split("-").map((word) => h("li", null, word)));

const facts = ({ name, grids, address, node }) => h("dl", { class: "fleet-facts" },
  [["gateway", name], ["grids", joined(grids.map(gridName))], ["address", address], ["node", node.slice(0, 10)]]
    .filter(([, value]) => value).map(([key, value]) => [h("dt", null, t(`fleet.${key}`)), h("dd", null, value)]));

/** The cards. `done()` is called after something was decided. */
export function pendingCards(app, waiting, done) {
  return h("ul", { class: "fleet-cards" }, waiting.map((gateway) => h("li", { class: "card stack" },
    h("h3", null, gateway.name), words(gateway.fingerprint), facts(gateway),
    h("div", { class: "row" },
      h("button", { type: "button", class: "primary", on: { click: () => approve(app, gateway, done) } },
        t("fleet.approve")),
      h("button", { type: "button", on: { click: () => reject(app, gateway, done) } }, t("fleet.reject"))))));
}

async function approve(app, gateway, done) {
  const compared = h("input", {
    type: "checkbox", required: true, id: "compared", "data-need": t("fleet.compareFirst") });
  const isDone = await ask({
    title: t("fleet.approveTitle", { name: gateway.name }),
    body: [h("p", null, t("fleet.compare")), words(gateway.fingerprint), facts(gateway),
      h("label", { class: "check" }, compared, t("fleet.compared"))],
    confirm: t("fleet.approve"),
    run: async () => {
      await app.call("POST", pathOf("/v1/gateways/approve", { gateway: gateway.node }));
    },
  });
  if (isDone) done(t("fleet.approved", { name: gateway.name }));
}

async function reject(app, gateway, done) {
  const isDone = await ask({
    title: t("fleet.rejectTitle", { name: gateway.name }),
    body: h("p", null, t("fleet.rejectWhat")),
    confirm: t("fleet.reject"),
    danger: true,
    run: async () => {
      await app.call("POST", pathOf("/v1/gateways/reject", { gateway: gateway.node }));
    },
  });
  if (isDone) done(t("fleet.rejected", { name: gateway.name }));
}
