/** The ground of the map: the grids and the buildings of the community, drawn as vectors. */

import { h } from "../shared/dom.js";

/** Whether this is a collection of features, as the setting `map` should be. */
export const isCollection = (value) => value?.type === "FeatureCollection" && Array.isArray(value.features);

export class BaseLayer {
  #inks;
  #layer;
  #chosen = null;
  #part; // of the ink that fills a shape

  /** `choose(grid)` is called for a grid that was clicked. `isClear`: shapes let through what is below them. */
  constructor(L, map, collection, { inks, choose, name, isClear }) {
    this.#inks = inks;
    this.#part = isClear ? 0.3 : 1;
    map.createPane("names").style.zIndex = 450; // above the shapes, below clusters
    this.#layer = L.geoJSON(sorted(collection), {
      style: (feature) => this.#style(feature),
      pointToLayer: (feature, place) => L.circleMarker(place, { radius: 3, interactive: false }),
      onEachFeature: (feature, layer) => {
        const { grid } = feature.properties ?? {};
        if (!grid) {
          layer.options.interactive = false;
          return;
        }
        layer.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          choose(grid);
        });
        // A node, not a text: what somebody wrote into the setting stays text.
        layer.bindTooltip(h("span", null, name(grid, feature.properties.name)), {
          permanent: true, direction: "center", className: "map-grid-name", interactive: false, pane: "names" });
      },
    }).addTo(map);
  }

  /** Where it lies. Null if nothing is drawn. */
  get bounds() {
    const bounds = this.#layer.getBounds();
    return bounds.isValid() ? bounds : null;
  }

  /** Where a grid lies. Null if the map does not have it. */
  boundsOf(grid) {
    let found = null;
    this.#layer.eachLayer((layer) => {
      if (layer.feature?.properties?.grid === grid && layer.getBounds) found = layer.getBounds();
    });
    return found;
  }

  #style({ properties, geometry }) {
    const { grid } = properties ?? {};
    if (geometry?.type?.includes("Line")) return { color: this.#inks.edge, weight: 2, opacity: 0.6, fill: false };
    if (!grid) return { color: this.#inks.edge, weight: 0.7, fillColor: this.#inks.building,
      fillOpacity: 0.9 * this.#part };
    const isChosen = grid === this.#chosen;
    return {
      color: isChosen ? this.#inks.accent : this.#inks.edge,
      weight: isChosen ? 4 : 2,
      fillColor: isChosen ? this.#inks.accent : this.#inks.grid,
      fillOpacity: isChosen ? 0.18 : 0.55 * this.#part,
    };
  }

  /** Marks a grid, or none. */
  choose(grid) {
    this.#chosen = grid || null;
    this.#layer.setStyle((feature) => this.#style(feature));
  }

  recolour(inks) {
    this.#inks = inks;
    this.#layer.setStyle((feature) => this.#style(feature));
  }
}

/** Grids first, so that buildings lie on them. */
function sorted(collection) {
  const isGrid = (feature) => Boolean(feature?.properties?.grid);
  const features = collection.features.filter((feature) => feature?.geometry);
  return { ...collection, features: [...features.filter(isGrid), ...features.filter((one) => !isGrid(one))] };
}
