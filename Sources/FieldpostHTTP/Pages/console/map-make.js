/** Makes the map itself: its ground, its controls, and the layer of tiles if there is one. */

import { t } from "../shared/words.js";
import { addTiles, largestZoom, planeOf, tilesOf } from "./map-tiles.js";

const community = [22.634, 114.07]; // where a map without anything on it begins

/**
 * Makes a map in an element. `collection` is the answer of `GET /v1/map`, or null; `tell(isFailing)` says whether its
 * tiles can be read. Returns the map, whether it has tiles, and a function that ends it.
 */
export function makeMap(L, ground, collection, tell) {
  const tiles = tilesOf(collection);
  const map = L.map(ground, {
    crs: planeOf(L, tiles?.datum), preferCanvas: true, tap: false, attributionControl: false,
    zoomSnap: tiles ? 1 : 0.5, // tiles are sharp at whole zooms only
    minZoom: 9, maxZoom: largestZoom, fadeAnimation: false, zoomControl: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  L.control.zoom({ zoomInTitle: t("map.zoomIn"), zoomOutTitle: t("map.zoomOut") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.setView(community, 15);
  if (tiles) addTiles(L, map, tiles, tell);
  const sizes = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  sizes.observe(ground);
  return { map, hasTiles: Boolean(tiles), end: () => sizes.disconnect() };
}
