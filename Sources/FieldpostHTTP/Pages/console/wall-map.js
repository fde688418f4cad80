/** A small map for the wall: grids, buildings and dots on one canvas, without a library. */

const margin = 0.04; // of the smaller side

/** The rings of a feature's polygons, as lists of `[lon, lat]`. */
function ringsOf({ geometry }) {
  if (geometry?.type === "Polygon") return geometry.coordinates;
  if (geometry?.type === "MultiPolygon") return geometry.coordinates.flat();
  return [];
}

export class WallMap {
  canvas;
  #features = [];
  #dots = [];
  #inks;
  #name;
  #seen = new Set();
  #sizes;

  /** `name(grid, own)` gives the name that is written on a grid. */
  constructor(inks, name) {
    [this.#inks, this.#name] = [inks, name];
    this.canvas = document.createElement("canvas");
    this.canvas.className = "wall-canvas";
    this.#sizes = new ResizeObserver(() => this.draw());
    this.#sizes.observe(this.canvas);
  }

  stop() {
    this.#sizes.disconnect();
  }

  set inks(inks) {
    this.#inks = inks;
    this.draw();
  }

  /** Takes the features of the map, or null. */
  setBase(collection) {
    this.#features = (collection?.features ?? []).map((feature) => ({
      rings: ringsOf(feature), grid: feature.properties?.grid ?? null, name: feature.properties?.name ?? "" }))
      .filter(({ rings }) => rings.length > 0)
      .sort((one, other) => Number(Boolean(other.grid)) - Number(Boolean(one.grid)));
    this.draw();
  }

  /** Takes the dots `{id, place, phase}`. Those that were not there the last time are drawn with a ring. */
  setDots(dots) {
    const seen = new Set(dots.map(({ id }) => id));
    const isFirst = this.#seen.size === 0;
    this.#dots = dots.map((dot) => ({ ...dot, isNew: !isFirst && !this.#seen.has(dot.id) }));
    this.#seen = seen;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    const scale = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale)) this.canvas.width = Math.round(width * scale);
    if (this.canvas.height !== Math.round(height * scale)) this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const at = this.#projection(width, height);
    if (!at) return;
    this.#drawGround(pen, at, height);
    this.#drawNames(pen, at, height);
    this.#drawDots(pen, at, Math.max(4, height / 110));
  }

  /** A function from `[lon, lat]` to a point of the canvas, or null if there is nothing to show. */
  #projection(width, height) {
    const ground = this.#features.flatMap(({ rings }) => rings.flat());
    const places = ground.length > 0 ? ground : this.#dots.map(({ place: [lat, lon] }) => [lon, lat]);
    if (places.length === 0) return null;
    let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [lon, lat] of places) {
      [west, east] = [Math.min(west, lon), Math.max(east, lon)];
      [south, north] = [Math.min(south, lat), Math.max(north, lat)];
    }
    const squeeze = Math.cos((south + north) / 2 * Math.PI / 180);
    const edge = margin * Math.min(width, height);
    const least = 1e-4; // degrees: a single place is not all there is to see
    const zoom = Math.min((width - 2 * edge) / Math.max((east - west) * squeeze, least),
      (height - 2 * edge) / Math.max(north - south, least));
    const [left, top] = [(width - (east - west) * squeeze * zoom) / 2, (height - (north - south) * zoom) / 2];
    return ([lon, lat]) => [left + (lon - west) * squeeze * zoom, top + (north - lat) * zoom];
  }

  #drawGround(pen, at, height) {
    for (const { rings, grid } of this.#features) {
      pen.beginPath();
      for (const ring of rings) {
        ring.forEach((place, index) => pen[index === 0 ? "moveTo" : "lineTo"](...at(place)));
        pen.closePath();
      }
      pen.fillStyle = grid ? this.#inks.grid : this.#inks.building;
      pen.strokeStyle = this.#inks.edge;
      pen.lineWidth = grid ? Math.max(1.5, height / 320) : 0.75;
      pen.fill("evenodd");
      pen.stroke();
    }
  }

  #drawDots(pen, at, radius) {
    const order = ["done", "check", "work", "fresh", "late"];
    const sorted = [...this.#dots].sort((one, other) => order.indexOf(one.phase) - order.indexOf(other.phase));
    for (const { place: [lat, lon], phase, isNew } of sorted) {
      const [x, y] = at([lon, lat]);
      const size = phase === "late" ? radius * 1.35 : radius;
      pen.beginPath();
      pen.arc(x, y, size, 0, 2 * Math.PI);
      pen.fillStyle = this.#inks[phase];
      pen.fill();
      pen.lineWidth = Math.max(1, radius / 4);
      pen.strokeStyle = this.#inks.card;
      pen.stroke();
      if (!isNew) continue;
      pen.beginPath();
      pen.arc(x, y, size * 2.2, 0, 2 * Math.PI);
      pen.lineWidth = radius / 2;
      pen.strokeStyle = this.#inks.accent;
      pen.stroke();
    }
  }

  #drawNames(pen, at, height) {
    pen.font = `650 ${Math.max(12, height / 28)}px system-ui, "Noto Sans CJK SC", sans-serif`;
    [pen.textAlign, pen.textBaseline, pen.lineJoin] = ["center", "top", "round"];
    for (const { rings: [ring], grid, name } of this.#features) {
      if (!grid) continue;
      const points = ring.map(at);
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const x = (Math.min(...xs) + Math.max(...xs)) / 2;
      const y = Math.min(...ys) + height / 60;
      pen.lineWidth = Math.max(3, height / 130);
      pen.strokeStyle = this.#inks.grid;
      pen.strokeText(this.#name(grid, name), x, y);
      pen.fillStyle = this.#inks.ink;
      pen.fillText(this.#name(grid, name), x, y);
    }
  }
}
