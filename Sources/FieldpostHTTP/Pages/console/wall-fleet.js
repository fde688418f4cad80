/** The page of the wall with the gateways: who is connected, what waits, and what raises an alarm. */

import { h } from "../shared/dom.js";
import { span } from "../shared/time.js";
import { t } from "../shared/words.js";
import { alarmWords } from "./fleet-words.js";
import { gridName, joined } from "./names.js";
import { phraseView } from "./phrases.js";
import { staleNote } from "./wall-parts.js";

const most = 12;
const few = 6; // fewer gateways are shown larger
const alarmsShown = 4;

function gatewayCard(peer) {
  const { self_report: own, is_connected: isUp } = peer;
  const waiting = own?.entries.count ?? peer.entries_waiting_up ?? 0;
  const photos = own?.photos.count ?? 0;
  const silence = peer.heard_seconds_ago === undefined ? t("wall.down")
    : t("wall.silent", { span: span(peer.heard_seconds_ago * 1000) });
  const alarms = own?.alarms ?? [];
  return h("li", { class: `wall-gateway ${isUp ? alarms.length > 0 ? "warn" : "up" : "down"}` },
    h("b", null, peer.name), h("em", null, isUp ? t("wall.live") : silence),
    h("span", null, joined(peer.grids.map(gridName))),
    h("span", { class: waiting > 0 ? "busy" : "" }, isUp ? t("wall.waiting", { n: waiting.toLocaleString("en-US") })
      : t("wall.kept")),
    isUp && photos > 0 && h("span", { class: "busy" }, t("wall.photos", { n: photos.toLocaleString("en-US") })),
    alarms.length > 0 && h("span", { class: "late" }, joined(alarms.map(alarmWords))));
}

/** The page. */
export function fleetPage({ status }) {
  const peers = [...(status.value?.peers ?? [])]
    .sort((one, other) => Number(one.is_connected) - Number(other.is_connected) || (one.name < other.name ? -1 : 1));
  const up = peers.filter((peer) => peer.is_connected).length;
  const alarms = status.value?.alarms ?? [];
  return h("div", { class: "wall-one" },
    h("h2", null, t("wall.fleet"), h("span", null, t("wall.connected", { up, all: peers.length }))),
    staleNote(status),
    peers.length > 0
      ? h("ul", { class: `wall-gateways ${peers.length > few ? "" : "few"}` }, peers.slice(0, most).map(gatewayCard))
      : status.value && h("p", { class: "wall-none" }, t("wall.noFleet")),
    h("h2", null, t("wall.alarms")),
    alarms.length > 0
      ? h("ul", { class: "wall-alarms" }, alarms.slice(0, alarmsShown).map((text) => phraseView(text, "li")))
      : h("p", { class: "wall-none" }, t("wall.noAlarms")));
}
