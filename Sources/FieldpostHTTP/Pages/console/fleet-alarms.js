/** What alarms of gateways ask of a person: each with the gateway that raised it. */

import { h } from "../shared/dom.js";
import { hasWord, t } from "../shared/words.js";
import { alarmWords } from "./fleet-words.js";

/** A section with one line an alarm, or false if there is none. `known`: gateways as `GET /v1/gateways` has them. */
export function alarmList(known, peers) {
  const byNode = new Map(peers.map((peer) => [peer.node, peer]));
  const rows = known.filter(({ state }) => state !== "revoked").flatMap((one) =>
    ((one.self_report ?? byNode.get(one.node)?.self_report)?.alarms ?? []).map((code) => ({ name: one.name, code })));
  return rows.length > 0 && h("section", { class: "stack", id: "gateway-alarms" },
    h("h2", null, t("advice.title"), " ", h("span", { class: "badge bad" }, String(rows.length))),
    h("ul", { class: "fleet-log" }, rows.map(({ name, code }) => h("li", null, h("b", null, name),
      h("span", null, h("strong", { class: "error" }, alarmWords(code)), " ",
        t(hasWord(`advice.${code}`) ? `advice.${code}` : "advice.other"))))));
}
