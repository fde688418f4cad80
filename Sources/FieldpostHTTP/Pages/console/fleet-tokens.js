/** Tokens by which new gateways enroll without waiting for a person: each works once. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { ask, field, gridsOf, secret } from "./fleet-ask.js";
import { gridName, joined } from "./names.js";
import { pathOf } from "./routes.js";

const times = [3600, 86400, 604800];
const shown = 20;

/** The list. `done(words)` is called after something was changed. */
export function tokenList(app, tokens, gateways, done) {
  const nameOf = (node) => gateways.find((one) => one.node === node)?.name ?? node.slice(0, 10);
  const newest = [...tokens].sort((one, other) => other.number - one.number).slice(0, shown);
  return h("section", { class: "stack" },
    h("div", { class: "spread" }, h("h2", null, t("token.title")),
      h("button", { type: "button", on: { click: () => make(app, gateways, done) } }, t("token.make"))),
    newest.length === 0 ? h("p", { class: "muted" }, t("token.none"))
      : h("div", { class: "fleet-scroll" }, h("table", { class: "plain" },
        h("thead", null, h("tr", null, ["number", "for", "state", "made", "ends"].map((key) =>
          h("th", { scope: "col" }, t(`token.${key}`))),
        h("th", null, h("span", { class: "unseen" }, t("fleet.actions"))))),
        h("tbody", null, newest.map((token) => h("tr", null,
          h("th", { scope: "row" }, String(token.number)),
          h("td", null, token.name ?? t("token.anyName"), token.grids && h("div", { class: "small muted" },
            joined(token.grids.map(gridName))),
          token.replaces && h("div", { class: "small" }, t("token.replaces", { name: nameOf(token.replaces) }))),
          h("td", null, h("span", { class: `chip ${token.state === "open" ? "soon" : "done"}` },
            t(`token.state.${token.state}`)), token.gateway && h("span", null, " ", nameOf(token.gateway))),
          h("td", null, moment(token.made)), h("td", null, moment(token.ends)),
          h("td", null, token.state === "open" && h("button", { type: "button", class: "small",
            on: { click: () => withdraw(app, token, done) } }, t("token.withdraw")))))))));
}

async function make(app, gateways, done) {
  const name = h("input", { id: "token-name", maxlength: 64, autocomplete: "off" });
  const grids = h("input", { id: "token-grids", autocomplete: "off" });
  const time = h("select", { id: "token-time", value: "86400" },
    times.map((seconds) => h("option", { value: String(seconds) }, t(`token.time.${seconds}`))));
  const replaced = h("select", { id: "token-replaces", value: "" }, h("option", { value: "" }, t("token.noReplace")),
    gateways.filter(({ state }) => state === "enrolled").map((one) => h("option", { value: one.node }, one.name)));
  const isDone = await ask({
    title: t("token.makeTitle"),
    body: [field(t("token.name"), name, t("token.nameHint")), field(t("token.grids"), grids, t("fleet.gridsHint")),
      field(t("token.time"), time), field(t("token.replace"), replaced, t("token.replaceHint"))],
    confirm: t("token.make"),
    run: async () => {
      const { json } = await app.call("POST", pathOf("/v1/tokens", { seconds: time.value, name: name.value.trim(),
        grids: gridsOf(grids.value).join(","), replaces: replaced.value }));
      return h("div", { class: "stack" },
        h("p", null, t("token.once", { time: moment(json.ends) })), secret(json.token),
        h("p", { class: "small muted" }, t("token.how")),
        h("code", { class: "secret" }, "fieldpost enroll --token-file token"));
    },
  });
  if (isDone) done(t("token.isMade"));
}

async function withdraw(app, { number }, done) {
  const isDone = await ask({
    title: t("token.withdrawTitle", { n: number }),
    body: h("p", null, t("token.withdrawWhat")),
    confirm: t("token.withdraw"),
    danger: true,
    run: async () => void await app.call("POST", pathOf("/v1/tokens/withdraw", { number })),
  });
  if (isDone) done(t("token.withdrawn", { n: number }));
}
