/** Makes a photo ready to be sent: read at once, what it says of its taking kept aside, then scaled. */

import { readExif } from "./exif.js";
import { sha256Hex } from "./sha256.js";

const longest = 2048;
const small = 320;

/** The file cannot be read, or has no bytes (some phones give such files). */
export class UnreadableFile extends Error {
  constructor() {
    super("the file is empty or cannot be read");
    this.name = "UnreadableFile";
  }
}

/**
 * Reads `file` (a File). Call it first thing in the change handler: a File goes stale on some phones.
 * Returns {bytes: ArrayBuffer, type, width, height, sha256, takenAt, place, heading, thumbnail: Blob or null}.
 * A picture is scaled to 2048 pixels a side and loses all that it says of its taking, unless `original` is true or it
 * cannot be decoded here. Clips stay as they are. Throws `UnreadableFile`.
 */
export async function readPhoto(file, { original = false } = {}) {
  let bytes;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    throw new UnreadableFile();
  }
  if (bytes.byteLength === 0) throw new UnreadableFile();
  const type = file.type || kindOf(new Uint8Array(bytes, 0, Math.min(16, bytes.byteLength)));
  const about = readExif(new Uint8Array(bytes));
  const clip = type.startsWith("video/") || type.startsWith("audio/");
  const picture = clip ? null : await decode(bytes, type);
  if (!picture) return finished(bytes, type, about, null, null);
  const thumbnail = await drawn(picture, small, 0.7);
  if (original) return finished(bytes, type, about, picture, thumbnail);
  const scaled = await drawn(picture, longest, 0.85);
  if (!scaled) return finished(bytes, type, about, picture, thumbnail);
  const result = await finished(await scaled.arrayBuffer(), "image/jpeg", about, picture, thumbnail);
  picture.close?.();
  return result;
}

/**
 * A photo with black boxes in place of parts of it. `boxes` are {x, y, width, height} in parts of the picture (0 to 1).
 * The pixels below are gone from the result, and what it said of its taking is still in `photo`.
 */
export async function blacken(photo, boxes) {
  const picture = await decode(photo.bytes, photo.type);
  if (!picture) throw new UnreadableFile();
  const cover = (context, width, height) => {
    context.fillStyle = "#000";
    for (const box of boxes) {
      context.fillRect(Math.floor(box.x * width), Math.floor(box.y * height),
        Math.ceil(box.width * width) + 1, Math.ceil(box.height * height) + 1);
    }
  };
  const bytes = await (await drawn(picture, longest, 0.85, cover)).arrayBuffer();
  const thumbnail = await drawn(picture, small, 0.7, cover);
  return finished(bytes, "image/jpeg", photo, picture, thumbnail);
}

async function finished(bytes, type, about, picture, thumbnail) {
  const [width, height] = picture ? fitted(picture, type === "image/jpeg" ? longest : Infinity) : [0, 0];
  const sha256 = await sha256Hex(new Uint8Array(bytes));
  const { takenAt, place, heading } = about;
  return { bytes, type, width, height, sha256, takenAt, place, heading, thumbnail };
}

async function decode(bytes, type) {
  const blob = new Blob([bytes], { type });
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return decodeByElement(blob);
  }
}

/** For browsers whose createImageBitmap lacks the format or the option. */
async function decodeByElement(blob) {
  const url = URL.createObjectURL(blob);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image.naturalWidth > 0 ? image : null;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function sizeOf(picture) {
  return [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
}

function fitted(picture, limit) {
  const [width, height] = sizeOf(picture);
  const scale = Math.min(1, limit / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function drawn(picture, limit, quality, after) {
  const [width, height] = fitted(picture, limit);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return Promise.resolve(null);
  context.fillStyle = "#fff"; // below transparent pictures
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  after?.(context, width, height);
  return new Promise((resolve) => canvas.toBlob((blob) => {
    canvas.width = 0; // gives the memory back on phones
    resolve(blob && blob.size > 0 ? blob : null);
  }, "image/jpeg", quality));
}

/** The media type by the first bytes, for files whose name says nothing. */
function kindOf(head) {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (text.startsWith("\u0089PNG")) return "image/png";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.slice(4, 8) === "ftyp") return /^(heic|heix|mif1|msf1)/.test(text.slice(8)) ? "image/heic" : "video/mp4";
  return "application/octet-stream";
}
