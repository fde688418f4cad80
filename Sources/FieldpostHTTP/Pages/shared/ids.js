/** Ids and texts of bytes. Needs only getRandomValues, which plain HTTP has as well. */

/** `n` random bytes. */
export function randomBytes(n) {
  return crypto.getRandomValues(new Uint8Array(n));
}

/** Lower-case hexadecimal digits. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Base64 for URLs, without padding: 22 digits for 16 bytes. */
export function base64url(bytes) {
  return base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Plain Base64, made in pieces, so that large files work. */
export function base64(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x6000) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)))); // a multiple of 3
  }
  return parts.join("");
}

/** The bytes of a text in Base64, plain or for URLs. Throws for anything else. */
export function fromBase64(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** A UUID of version 7. Its time is only a hint: a wrong clock makes it neither wrong nor less random. */
export function uuid7() {
  const bytes = randomBytes(16);
  const now = Math.max(0, Date.now());
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** 16 bytes as a UUID of version 8, which follows from something else. */
export function uuid8(bytes) {
  const own = Uint8Array.from(bytes.subarray(0, 16));
  own[6] = 0x80 | (own[6] & 0x0f);
  own[8] = 0x80 | (own[8] & 0x3f);
  return hex(own).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first `count` digits of `bytes` in Crockford's Base32, which has no letters that look alike. */
export function crockford32(bytes, count) {
  let text = "";
  for (let digit = 0; digit < count; digit += 1) {
    let value = 0;
    for (let bit = digit * 5; bit < digit * 5 + 5; bit += 1) {
      value = value * 2 + ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1);
    }
    text += crockford[value];
  }
  return text;
}
