/** Receipts: a secret of 128 random bits that this phone draws, its hash for the node, and a code to say aloud. */

import { base64url, crockford32, fromBase64, hex, randomBytes, uuid8 } from "../shared/ids.js";
import { Sha256 } from "../shared/sha256.js";

/** A new receipt: {secret, hash, code}. `secret`: 22 digits of base64url. */
export function drawReceipt() {
  return receiptOf(base64url(randomBytes(16)));
}

/** The receipt for a secret, or null if the text is not one. */
export function receiptOf(secret) {
  if (!/^[A-Za-z0-9_-]{22}$/.test(secret ?? "")) return null;
  const bytes = fromBase64(secret);
  if (bytes.length !== 16 || base64url(bytes) !== secret) return null;
  const digest = new Sha256().update(bytes).digest();
  return { secret, hash: hex(digest), code: codeOf(digest) };
}

/** The id of the report that is made with the receipt of this hash. A node takes no other (PROTOCOL.md, 5.15). */
export function reportOf(hash) {
  const tag = new TextEncoder().encode("fieldpost report 1");
  const bytes = Uint8Array.from(hash.match(/../g), (pair) => parseInt(pair, 16));
  return uuid8(new Sha256().update(tag).update(bytes).digest());
}

/** The first 30 bits of the hash in Crockford's Base32: "7QK-2MD". It opens nothing. */
function codeOf(digest) {
  const digits = crockford32(digest, 6);
  return `${digits.slice(0, 3)}-${digits.slice(3)}`;
}

/** The link that opens the receipt. The secret is behind the `#`, so no server and no log sees it. */
export function linkOf(secret) {
  return `${self.location.origin}/#/r/${secret}`;
}

/** The header value that shows the receipt to the node. */
export function authorizationOf(secret) {
  return `Receipt ${secret}`;
}

/** The secret in a text that may be a whole link; null if there is none. */
export function secretIn(text) {
  const match = /(?:#\/r\/|^)([A-Za-z0-9_-]{22})$/.exec(text.trim());
  return match && receiptOf(match[1]) ? match[1] : null;
}
