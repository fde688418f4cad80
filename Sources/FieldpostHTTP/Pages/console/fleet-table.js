/** The table of gateways: what each has to send, over which link, and how it is. */

import { h } from "../shared/dom.js";
import { span } from "../shared/time.js";
import { sizeText, t } from "../shared/words.js";
import { alarmWords, diskWords, waitWords } from "./fleet-words.js";
import { gridName, joined } from "./names.js";

const number = (value) => (value ?? 0).toLocaleString("en-US");
const seconds = (value) => span(value * 1000);

/** Clocks that differ by less are the same: central corrects what gateways write down. */
const sameClock = 2000;

function linkCell({ state, is_connected: isUp }, peer) {
  if (state === "revoked") return h("span", { class: "chip done" }, t("fleet.revoked"));
  const heard = peer?.heard_seconds_ago;
  return [h("span", { class: `chip ${isUp ? "done" : "late"}` }, t(isUp ? "fleet.up" : "fleet.down")),
    h("div", { class: "small muted" }, heard === undefined ? t("fleet.neverHeard")
      : t("fleet.heard", { span: heard < 60 ? t("fleet.seconds", { n: heard }) : seconds(heard) })),
    !isUp && peer?.last_error && h("div", { class: "small muted" }, peer.last_error)];
}

/** What is behind: in entries, and in time. */
function lagCell(peer, own, isUp) {
  const waiting = peer?.entries_waiting_up ?? own?.entries.count;
  if (waiting === undefined) return t("fleet.unknown");
  const oldest = own?.entries.oldest_seconds;
  return [
    !isUp && own && h("div", { class: "small" }, t("fleet.asOf", { span: seconds(own.seconds_ago) })),
    h("b", { class: waiting > 0 ? "busy" : "" }, t("fleet.entries", { n: number(waiting) })),
    waiting > 0 && oldest !== undefined && h("div", { class: "small" }, t("fleet.oldest", { span: seconds(oldest) })),
    own?.urgent.count > 0 && h("div", { class: "small error" }, t("fleet.urgent", { n: number(own.urgent.count) })),
    peer?.entries_waiting_down > 0 && h("div", { class: "small muted" },
      t("fleet.waitDown", { n: number(peer.entries_waiting_down) }))];
}

function photosCell(own) {
  if (!own) return t("fleet.unknown");
  const { photos, photos_through_seconds: through, photos_wait_for: reason } = own;
  if (photos.count === 0) return h("span", { class: "muted" }, t("fleet.noPhotos"));
  return [h("b", { class: "busy" }, t("fleet.photos", { n: number(photos.count), size: sizeText(photos.bytes) })),
    reason ? h("div", { class: "small" }, waitWords(reason))
      : through !== undefined && h("div", { class: "small" }, t("fleet.through", { span: seconds(through) })),
    photos.oldest_seconds !== undefined && h("div", { class: "small muted" },
      t("fleet.oldest", { span: seconds(photos.oldest_seconds) }))];
}

function budgetCell(own) {
  if (!own) return t("fleet.unknown");
  const { link, day_bytes_left: day, month_bytes_left: month } = own;
  return [h("div", null, !link || link === "unknown" ? t("fleet.linkUnknown") : link),
    day === undefined && month === undefined && h("div", { class: "small muted" }, t("fleet.noBudget")),
    day !== undefined && h("div", { class: `small ${day === 0 ? "error" : ""}` },
      t("fleet.dayLeft", { size: sizeText(day) })),
    month !== undefined && h("div", { class: `small ${month === 0 ? "error" : ""}` },
      t("fleet.monthLeft", { size: sizeText(month) }))];
}

function clockCell(peer) {
  const offset = peer?.clock_offset_milliseconds;
  if (offset === undefined) return t("fleet.unknown");
  const far = Math.abs(offset) - (peer.clock_uncertainty_milliseconds ?? 0);
  if (far < sameClock) return h("span", { class: "muted" }, t("fleet.clockSame"));
  const words = Math.abs(offset) < 60000 ? t("fleet.seconds", { n: Math.round(Math.abs(offset) / 1000) })
    : span(Math.abs(offset));
  return h("span", { class: "error" }, t(offset > 0 ? "fleet.clockAhead" : "fleet.clockBehind", { span: words }));
}

const alarmCell = (alarms) => (alarms.length === 0 ? h("span", { class: "muted" }, t("fleet.none"))
  : alarms.map((code) => h("div", { class: "error" }, alarmWords(code))));

/** The gateways. `menu(gateway, peer)` gives the buttons of a row, or null, and `job(gateway)` its resync, or null. */
export function gatewayTable(gateways, peers, menu, job) {
  const byNode = new Map(peers.map((peer) => [peer.node, peer]));
  const head = ["gateway", "link", "lag", "photosHead", "budget", "clock", "disk", "alarms", "version"];
  return h("div", { class: "fleet-scroll", tabindex: "0", role: "region", "aria-label": t("fleet.gateways") },
    h("table", { class: "plain fleet-table" },
      h("thead", null, h("tr", null, head.map((name) => h("th", { scope: "col" }, t(`fleet.${name}`))),
        h("th", null, h("span", { class: "unseen" }, t("fleet.actions"))))),
      h("tbody", null, gateways.map((gateway) => row(gateway, byNode.get(gateway.node), menu, job)))));
}

function row(gateway, peer, menu, job) {
  const own = gateway.self_report ?? peer?.self_report;
  const alarms = [...(own?.alarms ?? [])];
  const isRevoked = gateway.state === "revoked";
  return h("tr", { class: isRevoked ? "gone" : gateway.is_connected ? "" : "down" },
    h("th", { scope: "row" }, gateway.name, h("div", { class: "small muted" }, joined(gateway.grids.map(gridName))),
      h("div", { class: "small muted" }, h("code", { title: gateway.node }, gateway.node.slice(0, 10)))),
    h("td", null, linkCell(gateway, peer),
      peer?.is_clone_waiting && h("div", { class: "small error" }, t("fleet.cloneWaits")),
      job(gateway)),
    isRevoked ? h("td", { colspan: "7" }, t("fleet.revokedWhat")) : [
      h("td", null, lagCell(peer, own, gateway.is_connected)),
      h("td", null, photosCell(own)),
      h("td", null, budgetCell(own)),
      h("td", null, clockCell(peer)),
      h("td", { class: own && own.disk_stage !== "ample" ? "error" : "" },
        own ? diskWords(own.disk_stage) : t("fleet.unknown")),
      h("td", null, own ? alarmCell(alarms) : t("fleet.unknown")),
      h("td", { class: "small" }, own ? [own.version, h("div", { class: "muted" },
        t("fleet.upFor", { span: seconds(own.uptime_seconds) }))] : "")],
    h("td", null, menu(gateway, peer)));
}
