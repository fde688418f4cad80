/** Distances on the ground. */

const radius = 6371000;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two places `[lat, lon]` of WGS 84. */
export function metres(a, b) {
  const lat = rad(b[0] - a[0]);
  const lon = rad(b[1] - a[1]);
  const half = Math.sin(lat / 2) ** 2 + Math.cos(rad(a[0])) * Math.cos(rad(b[0])) * Math.sin(lon / 2) ** 2;
  return 2 * radius * Math.asin(Math.min(1, Math.sqrt(half)));
}
