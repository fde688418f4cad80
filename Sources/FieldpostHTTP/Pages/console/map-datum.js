/**
 * Places in the datum of the map. Satellite receivers say WGS-84; Chinese phones and map SDKs say GCJ-02, which is
 * shifted by some 600 m, and Baidu's say BD-09, which is shifted further. The data stay as they are: only what is
 * drawn is moved. The way back is found by iteration, to about a millimetre.
 */

const axis = 6378245; // metres, of the ellipsoid of Krasovsky, as GCJ-02 has it
const eccentricity = 0.00669342162296594323; // squared
const baidu = Math.PI * 3000 / 180;
const enough = 1e-8; // degrees: about a millimetre
const rounds = 30;

/** Whether GCJ-02 shifts a place: it does so in a box around China. */
function isShifted([lat, lon]) {
  return lat > 0.8293 && lat < 55.8271 && lon > 72.004 && lon < 137.8347;
}

const wave = (x, a, b) => a * Math.sin(x * Math.PI) + b * Math.sin(x * Math.PI / 3);

function bend(x) {
  return 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI);
}

function northward(x, y) {
  const flat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const far = 160 * Math.sin(y * Math.PI / 12) + 320 * Math.sin(y * Math.PI / 30);
  return flat + (bend(x) + wave(y, 20, 40) + far) * 2 / 3;
}

function eastward(x, y) {
  const flat = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const far = 150 * Math.sin(x * Math.PI / 12) + 300 * Math.sin(x * Math.PI / 30);
  return flat + (bend(x) + wave(x, 20, 40) + far) * 2 / 3;
}

/** `[lat, lon]` in WGS-84 → GCJ-02. */
export function gcj02(place) {
  if (!isShifted(place)) return place;
  const [lat, lon] = place;
  const angle = lat * Math.PI / 180;
  const part = 1 - eccentricity * Math.sin(angle) ** 2;
  const meridian = axis * (1 - eccentricity) / (part * Math.sqrt(part));
  const parallel = axis / Math.sqrt(part) * Math.cos(angle);
  return [
    lat + northward(lon - 105, lat - 35) * 180 / (meridian * Math.PI),
    lon + eastward(lon - 105, lat - 35) * 180 / (parallel * Math.PI),
  ];
}

/** `[lat, lon]` in WGS-84 → BD-09. */
export function bd09(place) {
  const [lat, lon] = gcj02(place);
  const far = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * baidu);
  const turn = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * baidu);
  return [far * Math.sin(turn) + 0.006, far * Math.cos(turn) + 0.0065];
}

/** The place that `forward` moves to `[lat, lon]`. */
function back([lat, lon], forward) {
  let found = [lat, lon];
  for (let round = 0; round < rounds; round += 1) {
    const [y, x] = forward(found);
    const [up, right] = [lat - y, lon - x];
    found = [found[0] + up, found[1] + right];
    if (Math.abs(up) < enough && Math.abs(right) < enough) break;
  }
  return found;
}

const ways = new Map([["wgs84", null], ["cgcs2000", null], ["gcj02", gcj02], ["bd09", bd09]]);

/** `[lat, lon]` in WGS-84 for a location `{lat, lon, datum}` of a report; null if there is none, or it is 0/0. */
export function toWGS84(location) {
  const { lat, lon, datum = "wgs84" } = location ?? {};
  if (!Number.isFinite(lat) || !Number.isFinite(lon) || (lat === 0 && lon === 0) || !ways.has(datum)) return null;
  const forward = ways.get(datum);
  return forward ? back([lat, lon], forward) : [lat, lon];
}

/** `[lat, lon]` of WGS-84 in another datum: for layers that have one, and for clicks on them the other way round. */
export function fromWGS84(place, datum) {
  return ways.get(datum)?.(place) ?? place;
}
