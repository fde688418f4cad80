/** Reads when and where a JPEG was taken. Every offset is checked: the file may be anything. */

/**
 * `bytes` is a Uint8Array. Returns {takenAt, place, heading}; each is null where the file does not say it.
 * takenAt: "2026-11-29T08:30:00", with "+08:00" where the camera wrote its zone. place: {lat, lon} (WGS 84). Phones
 * blank the place of photos that they give to a browser: zeros and an empty reference count as no place.
 */
export function readExif(bytes) {
  const nothing = { takenAt: null, place: null, heading: null };
  try {
    const tiff = findTiff(bytes);
    return tiff ? readTiff(tiff) : nothing;
  } catch (error) {
    if (error instanceof RangeError) return nothing; // an offset beyond the end
    throw error;
  }
}

function findTiff(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffda || (marker & 0xff00) !== 0xff00) return null;
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    const exif = marker === 0xffe1 && length >= 16 && view.getUint32(at + 4) === 0x45786966;
    const end = Math.min(length - 8, view.byteLength - at - 10);
    if (exif) return new DataView(bytes.buffer, bytes.byteOffset + at + 10, end);
    at += 2 + length;
  }
  return null;
}

function readTiff(tiff) {
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return { takenAt: null, place: null, heading: null };
  const little = order === 0x4949;
  const first = directory(tiff, tiff.getUint32(4, little), little);
  const exif = first.has(0x8769) ? directory(tiff, first.get(0x8769).value, little) : new Map();
  const gps = first.has(0x8825) ? directory(tiff, first.get(0x8825).value, little) : new Map();
  return { takenAt: time(tiff, exif), place: position(tiff, gps, little), heading: direction(tiff, gps, little) };
}

/** The entries by tag: {type, count, value, at}. `at` is where the value is, in the entry or elsewhere. */
function directory(tiff, at, little) {
  const entries = new Map();
  const count = Math.min(tiff.getUint16(at, little), 200);
  const sizes = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
  for (let index = 0; index < count; index += 1) {
    const entry = at + 2 + index * 12;
    const type = tiff.getUint16(entry + 2, little);
    const items = tiff.getUint32(entry + 4, little);
    const value = tiff.getUint32(entry + 8, little);
    const inside = (sizes[type] ?? 99) * items <= 4;
    entries.set(tiff.getUint16(entry, little), { type, count: items, value, at: inside ? entry + 8 : value });
  }
  return entries;
}

function text(tiff, entry) {
  if (!entry || entry.type !== 2 || entry.count > 64) return "";
  let result = "";
  for (let index = 0; index < entry.count; index += 1) {
    const code = tiff.getUint8(entry.at + index);
    if (code === 0) break;
    result += String.fromCharCode(code);
  }
  return result.trim();
}

function rationals(tiff, entry, count, little) {
  if (!entry || entry.type !== 5 || entry.count < count) return null;
  const values = [];
  for (let index = 0; index < count; index += 1) {
    const below = tiff.getUint32(entry.at + index * 8 + 4, little);
    if (below === 0) return null;
    values.push(tiff.getUint32(entry.at + index * 8, little) / below);
  }
  return values;
}

function time(tiff, exif) {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text(tiff, exif.get(0x9003)));
  if (!match || match[1] === "0000" || match[2] === "00" || match[3] === "00") return null;
  const zone = /^[+-]\d\d:\d\d$/.exec(text(tiff, exif.get(0x9011)));
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}${zone ? zone[0] : ""}`;
}

function position(tiff, gps, little) {
  const lat = degrees(tiff, gps.get(1), gps.get(2), little, { N: 1, S: -1 }, 90);
  const lon = degrees(tiff, gps.get(3), gps.get(4), little, { E: 1, W: -1 }, 180);
  if (lat === null || lon === null || (lat === 0 && lon === 0)) return null;
  return { lat, lon };
}

function degrees(tiff, reference, value, little, signs, largest) {
  const sign = signs[text(tiff, reference)];
  const parts = rationals(tiff, value, 3, little);
  if (!sign || !parts) return null;
  const amount = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return amount <= largest ? Math.round(sign * amount * 1e7) / 1e7 : null;
}

function direction(tiff, gps, little) {
  const value = rationals(tiff, gps.get(17), 1, little)?.[0];
  return value !== undefined && value >= 0 && value <= 360 ? Math.round(value * 100) / 100 : null;
}
