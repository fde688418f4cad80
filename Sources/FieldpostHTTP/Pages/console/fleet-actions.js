/** What an administrator may do with a gateway that is enrolled or revoked. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { ask, choose, field, gridsOf } from "./fleet-ask.js";
import { resync } from "./fleet-jobs.js";
import { pathOf } from "./routes.js";

const post = (app, path, values, options) => app.call("POST", pathOf(path, values), options);

/** The button of a row, which opens a menu. `done(words)` is called after something was changed. */
export function gatewayMenu(app, gateway, peer, done) {
  const choices = [["fleet.change", change],
    gateway.state === "revoked" && ["fleet.readmit", readmit],
    gateway.state === "enrolled" && ["fleet.resync", resync],
    peer?.is_clone_waiting && ["fleet.acceptClone", acceptClone],
    gateway.state === "enrolled" && ["fleet.revoke", revoke]].filter(Boolean).map(([key, act]) => [t(key), async () => {
    const words = await act(app, gateway);
    if (words) done(words);
  }]);
  return h("button", { type: "button", class: "small", "aria-label": t("fleet.actionsOf", { name: gateway.name }),
    "data-choices": String(choices.length), on: { click: () => choose(gateway.name, choices) } }, t("fleet.actions"));
}

async function change(app, gateway) {
  const name = h("input", { id: "gateway-name", value: gateway.name, required: true, maxlength: 64,
    autocomplete: "off", "data-need": t("fleet.needName") });
  const grids = h("input", { id: "gateway-grids", value: gateway.grids.join(" "), autocomplete: "off" });
  const isDone = await ask({
    title: t("fleet.changeTitle", { name: gateway.name }),
    body: [field(t("fleet.name"), name), field(t("fleet.grids"), grids, t("fleet.gridsHint"))],
    confirm: t("ask.save"),
    run: async () => {
      const path = pathOf("/v1/gateways/change", { gateway: gateway.node, name: name.value.trim() });
      const list = encodeURIComponent(gridsOf(grids.value).join(","));
      await app.call("POST", `${path}&grids=${list}`); // an empty list is one too
    },
  });
  return isDone && t("fleet.changed", { name: name.value.trim() });
}

async function revoke(app, gateway) {
  const isDone = await ask({
    title: t("fleet.revokeTitle", { name: gateway.name }),
    body: h("p", null, t("fleet.revokeWhat")),
    confirm: t("fleet.revoke"),
    danger: true,
    run: async () => void await post(app, "/v1/gateways/revoke", { gateway: gateway.node }),
  });
  return isDone && t("fleet.revokedDone", { name: gateway.name });
}

async function readmit(app, gateway) {
  const isDone = await ask({
    title: t("fleet.readmitTitle", { name: gateway.name }),
    body: h("p", null, t("fleet.readmitWhat")),
    confirm: t("fleet.readmit"),
    run: async () => void await post(app, "/v1/gateways/approve", { gateway: gateway.node }),
  });
  return isDone && t("fleet.approved", { name: gateway.name });
}

async function acceptClone(app, gateway) {
  const isDone = await ask({
    title: t("fleet.cloneTitle", { name: gateway.name }),
    body: h("p", null, t("fleet.cloneWhat")),
    confirm: t("fleet.acceptClone"),
    danger: true,
    run: async () => void await post(app, "/v1/gateways/accept-clone", { gateway: gateway.node }),
  });
  return isDone && t("fleet.cloneDone", { name: gateway.name });
}
