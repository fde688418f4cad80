/**
 * A layer of tiles below everything else, if an administrator set one, in the datum in which its tiles were drawn.
 *
 * In GCJ-02 and BD-09 the ground is some 600 m and 1.2 km away from where WGS-84 has it, and by another distance at
 * each place. One shift of the whole layer would be off by 3 m in each kilometre from the centre for GCJ-02, and by up
 * to 18 m for BD-09. So the map is drawn in the plane of the tiles instead: what stands on it is projected through the
 * datum, and a click comes back through the inverse. That has no error but that of the inverse, about a millimetre.
 * Data stay as they are: a place changes only on its way to the screen. Tiles are numbered as in OpenStreetMap.
 */

import { h } from "../shared/dom.js";
import { fromWGS84, toWGS84 } from "./map-datum.js";

/** The largest zoom of the map. Tiles that end before it are enlarged. */
export const largestZoom = 20;

/** The tiles that `GET /v1/map` names as `{url, datum, attribution?, max_zoom?}`; null if it names none. */
export function tilesOf(collection) {
  const { url, datum = "wgs84", attribution, max_zoom: zoom } = collection?.tiles ?? {};
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) return null;
  return { url, datum, attribution: String(attribution ?? ""), maxZoom: Number.isInteger(zoom) ? zoom : largestZoom };
}

/** Web Mercator in a datum: places are of WGS-84, and the plane is that of the datum's tiles. */
export function planeOf(L, datum) {
  const { EPSG3857 } = L.CRS;
  if (!["gcj02", "bd09"].includes(datum)) return EPSG3857; // CGCS2000 is within a metre of WGS-84
  const { SphericalMercator } = L.Projection;
  return L.extend({}, EPSG3857, { projection: L.extend({}, SphericalMercator, {
    project: ({ lat, lng }) => SphericalMercator.project(L.latLng(fromWGS84([lat, lng], datum))),
    unproject: (point) => {
      const { lat, lng } = SphericalMercator.unproject(point);
      return L.latLng(toWGS84({ lat, lon: lng, datum }) ?? [lat, lng]);
    },
  }) });
}

/** Puts tiles on a map that was made with their plane. `tell(isFailing)`: none of those that were asked for came. */
export function addTiles(L, map, { url, attribution, maxZoom }, tell) {
  const layer = L.tileLayer(url, { maxZoom: largestZoom, maxNativeZoom: maxZoom });
  let [came, failed] = [0, 0];
  layer.on("loading", () => ([came, failed] = [0, 0]));
  layer.on("tileload", () => (came += 1));
  layer.on("tileerror", () => (failed += 1));
  layer.on("load", () => tell(failed > 0 && came === 0)); // one that is missing at the edge is no failure
  layer.addTo(map);
  if (!attribution) return;
  const credit = L.control({ position: "bottomright" });
  // A node, not a text of HTML: what somebody wrote into the setting stays text.
  credit.onAdd = () => h("div", { class: "map-credit" }, attribution);
  credit.addTo(map);
}
