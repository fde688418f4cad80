/** The layer of reports: dots on a canvas, which join to clusters where they are many. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { phaseNames } from "./map-phase.js";

const pulses = 20; // arrivals that are shown at once
const pulseTime = 4000;

/** How large things are on this screen, against a desk: large screens have larger letters, and so larger dots. */
const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** The number on a cluster: 12, 999, 1.2k. */
const short = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(1)}k`);

/** How a cluster looks: as large as it is full, with a ring that shows its phases, and the late ones counted apart. */
function clusterIcon(L, cluster, inks) {
  const markers = cluster.getAllChildMarkers();
  const counts = Object.fromEntries(phaseNames.map((phase) => [phase, 0]));
  for (const { options } of markers) counts[options.phase] += 1;
  const size = Math.round((34 + 9 * Math.log10(markers.length)) * scale());
  let turn = 0;
  const parts = phaseNames.filter((phase) => counts[phase] > 0).map((phase) => {
    const from = turn;
    turn += counts[phase] / markers.length * 360;
    return `${inks[phase]} ${from}deg ${turn}deg`;
  });
  const words = t(counts.late ? "map.clusterLate" : "map.cluster", { n: markers.length, late: counts.late });
  const html = h("div", { class: "map-cluster", title: words, "aria-label": words, role: "button",
    style: { background: `conic-gradient(${parts.join(", ")})` } },
  h("span", null, short(markers.length)), counts.late > 0 && h("b", null, short(counts.late)));
  return L.divIcon({ html, className: "map-cluster-place", iconSize: [size, size] });
}

export class PointLayer {
  #L;
  #map;
  #group;
  #inks;
  #open;
  #markers = new Map(); // id → {marker, point}
  #pulses = new Map(); // marker → timer

  /** `open(id)` is called for a report that was chosen, `words(point)` gives the node that tells about it. */
  constructor(L, map, { inks, open, words }) {
    this.#L = L;
    this.#map = map;
    this.#inks = inks;
    this.#open = open;
    this.#group = L.markerClusterGroup({
      maxClusterRadius: Math.round(46 * scale()),
      showCoverageOnHover: false,
      animate: false,
      iconCreateFunction: (cluster) => clusterIcon(L, cluster, this.#inks),
    });
    this.#group.on("click", ({ layer }) => this.#open(layer.options.report));
    this.#group.bindTooltip((layer) => words(this.#markers.get(layer.options.report)?.point), {
      direction: "auto", opacity: 1, offset: [10, 0], className: "map-tip" });
    map.addLayer(this.#group);
  }

  /** Shows these points and no others. Only what changed is touched. */
  show(points) {
    const wanted = new Map(points.filter(({ place }) => place).map((point) => [point.id, point]));
    const gone = [];
    for (const [id, { marker, point }] of this.#markers) {
      const next = wanted.get(id);
      if (next && looksLike(next, point)) {
        this.#markers.set(id, { marker, point: next });
        wanted.delete(id);
      } else {
        gone.push(marker);
        this.#markers.delete(id);
      }
    }
    const added = [...wanted.values()].map((point) => {
      const marker = this.#marker(point);
      this.#markers.set(point.id, { marker, point });
      return marker;
    });
    if (gone.length > 0) this.#group.removeLayers(gone);
    if (added.length > 0) this.#group.addLayers(added);
  }

  #marker({ id, place, phase, urgent }) {
    return this.#L.circleMarker(place, {
      report: id,
      phase,
      radius: (phase === "late" ? 9 : urgent ? 8 : 6.5) * scale(),
      weight: (phase === "late" || urgent ? 3 : 1.5) * scale(),
      color: urgent && phase !== "late" ? this.#inks.late : this.#inks.card,
      fillColor: this.#inks[phase],
      fillOpacity: 1,
    });
  }

  /** Shows for some seconds where a report arrived. */
  pulse(id) {
    const found = this.#markers.get(id);
    if (!found || this.#pulses.size >= pulses) return;
    const icon = this.#L.divIcon({ html: h("i"), className: "map-pulse", iconSize: [44 * scale(), 44 * scale()] });
    const ring = this.#L.marker(found.point.place, { icon, interactive: false, keyboard: false }).addTo(this.#map);
    this.#pulses.set(ring, setTimeout(() => {
      ring.remove();
      this.#pulses.delete(ring);
    }, pulseTime));
  }

  /** Draws all with other colours. */
  recolour(inks) {
    this.#inks = inks;
    const points = [...this.#markers.values()].map(({ point }) => point);
    this.#markers.clear();
    this.#group.clearLayers();
    this.show(points);
  }

  stop() {
    for (const timer of this.#pulses.values()) clearTimeout(timer);
    this.#group.clearLayers();
  }
}

/** Whether two states of a report are drawn the same. */
const looksLike = (one, other) => one.phase === other.phase && one.urgent === other.urgent
  && one.place[0] === other.place[0] && one.place[1] === other.place[1];
