/** Distances between this phone and reports, and the position of the phone where the browser gives one. */

const radius = 6371000;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two places of WGS 84. */
export function metres(a, b) {
  const lat = rad(b.lat - a.lat);
  const lon = rad(b.lon - a.lon);
  const h = Math.sin(lat / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(lon / 2) ** 2;
  return 2 * radius * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** How far GCJ-02 is off at a place, in degrees; the usual approximation, good to some metres inside China. */
function shift({ lat, lon }) {
  const x = lon - 105;
  const y = lat - 35;
  const waves = ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;
  const root = Math.sqrt(Math.abs(x));
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    + ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3
    + ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    + ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3
    + ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  const magic = 1 - 0.00669342162296594323 * Math.sin(rad(lat)) ** 2;
  const major = 6378245;
  return {
    lat: (north * 180) / (((major * (1 - 0.00669342162296594323)) / (magic * Math.sqrt(magic))) * Math.PI),
    lon: (east * 180) / ((major / Math.sqrt(magic)) * Math.cos(rad(lat)) * Math.PI),
  };
}

/** A place in WGS 84, from any datum that reports have. */
export function toWGS84(place) {
  let { lat, lon } = place;
  if (place.datum === "bd09") {
    const x = lon - 0.0065;
    const y = lat - 0.006;
    const z = Math.hypot(x, y) - 0.00002 * Math.sin((y * Math.PI * 3000) / 180);
    const angle = Math.atan2(y, x) - 0.000003 * Math.cos((x * Math.PI * 3000) / 180);
    [lat, lon] = [z * Math.sin(angle), z * Math.cos(angle)];
  }
  if (place.datum === "gcj02" || place.datum === "bd09") {
    const off = shift({ lat, lon });
    return { lat: lat - off.lat, lon: lon - off.lon };
  }
  return { lat, lon };
}

/** Whether this page may ask for a position at all: only over a safe address. */
export const canLocate = () => globalThis.isSecureContext === true && "geolocation" in navigator;

/** The position of the phone, or null where it is refused, unknown or slow. */
export function locate() {
  if (!canLocate()) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
}
