/** Sends a file in pieces by tus 1.0.0, and goes on where the node says it stands. */

import { call, Refused, Unreachable } from "./api.js";
import { base64 } from "./ids.js";

const piece = 256 * 1024;
const version = { "Tus-Resumable": "1.0.0" };

/**
 * Sends `bytes` (a Uint8Array or ArrayBuffer). Resolves to the upload's URL when the node holds all of them.
 * `options`: mediaType, sha256, url (of an upload begun before), onURL(url), onProgress(sentBytes), authorization (a
 * header value), signal, and check() (async, before each piece; what it throws ends the upload).
 * An upload that the node does not know any more begins again. Throws what `call` throws.
 */
export async function upload(bytes, options) {
  const data = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  if (data.length === 0) throw new Refused(400, { type: "empty-file", title: "", status: 400, detail: "" });
  let url = options.url ?? null;
  let offset = 0;
  for (let begun = 0; begun < 3; begun += 1) {
    try {
      if (url) offset = await ask(url, data.length, options);
      else {
        url = await begin(data.length, options);
        offset = 0;
        await options.onURL?.(url);
      }
      await options.onProgress?.(offset);
      while (offset < data.length) {
        await options.check?.();
        offset = await send(url, data, offset, options);
        await options.onProgress?.(offset);
      }
      return url;
    } catch (error) {
      if (!(error instanceof Refused) || ![404, 410].includes(error.status)) throw error;
      url = null; // the node has forgotten it: all bytes are still here
      await options.onURL?.(null);
    }
  }
  throw new Refused(404, { type: "unknown-upload", title: "", status: 404, detail: "" });
}

async function begin(length, options) {
  const about = [];
  if (options.mediaType) about.push(`filetype ${encoded(options.mediaType)}`);
  if (options.sha256) about.push(`sha256 ${encoded(options.sha256)}`);
  const headers = { ...version, "Upload-Length": String(length) };
  if (about.length) headers["Upload-Metadata"] = about.join(",");
  const answer = await call("POST", "/v1/uploads", { ...request(options), headers });
  const location = answer.headers.get("location");
  if (!location) throw new Unreachable(new Error("not the answer of a node"));
  return new URL(location, self.location.href).pathname;
}

async function ask(url, length, options) {
  const answer = await call("HEAD", url, { ...request(options), headers: version });
  const offset = offsetOf(answer);
  if (offset > length) throw new Refused(404, { type: "unknown-upload", title: "", status: 404, detail: "" });
  return offset;
}

async function send(url, data, offset, options) {
  const end = Math.min(offset + piece, data.length);
  const headers = { ...version, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  try {
    const answer = await call("PATCH", url, { ...request(options), headers, body: data.slice(offset, end) });
    return offsetOf(answer);
  } catch (error) {
    if (error instanceof Refused && error.code === "wrong-offset") return ask(url, data.length, options);
    throw error;
  }
}

/** Where the node says that the upload stands. An answer without it is not one of a node. */
function offsetOf(answer) {
  const text = answer.headers.get("upload-offset");
  if (!text || !/^\d+$/.test(text)) throw new Unreachable(new Error("not the answer of a node"));
  return Number(text);
}

function request(options) {
  return { authorization: options.authorization, signal: options.signal, timeout: 120000 };
}

function encoded(text) {
  return base64(new TextEncoder().encode(text));
}
