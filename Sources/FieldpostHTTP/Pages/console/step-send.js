/** Sends steps. Each says what its author had seen, so steps of two people who did not see each other stand apart. */

import { Refused } from "../shared/api.js";
import { uuid7 } from "../shared/ids.js";
import { problemWords, refusalWords } from "./problems.js";
import { attachPhoto } from "./step-photos.js";

/**
 * Takes one step in one or many cases. `keys` maps a case to its idempotency key and is kept between attempts.
 * Returns `{taken: [id], refused: [{one, words}]}`; throws `Unreachable` when the node gave no answer.
 */
export async function sendSteps(app, cases, body, keys, photos) {
  const isNewKey = (one) => keys.get(one.id) ?? keys.set(one.id, uuid7()).get(one.id);
  if (cases.length === 1) return sendOne(app, cases[0], body, isNewKey(cases[0]), photos, keys);
  const steps = cases.map((one) => ({ ...body, report: one.id, version: plain(one.version),
    idempotency_key: isNewKey(one) }));
  const { json } = await app.call("POST", "/v1/steps", { json: { steps } });
  const taken = [];
  const refused = [];
  json.results.forEach((result, at) => {
    if (result.status < 300) taken.push(cases[at].id);
    else {
      keys.delete(cases[at].id);
      refused.push({ one: cases[at], words: refusalWords(result.problem, result.status) });
    }
  });
  return { taken, refused };
}

async function sendOne(app, one, body, key, photos, keys) {
  try {
    await app.call("POST", `/v1/reports/${one.id}/steps`, {
      json: body, headers: { "idempotency-key": key, "if-match": tagged(one.version), prefer: "return=minimal" },
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status < 500) keys.delete(one.id);
    return { taken: [], refused: [{ one, words: problemWords(error) }] };
  }
  for (const photo of [...(photos?.chosen() ?? [])]) {
    await attachPhoto(app, one.id, photo); // the step is kept; a repeat sends the rest
    photos.remove(photo);
  }
  return { taken: [one.id], refused: [] };
}

/** A version as lists show it, and as an entity tag in a header. */
const plain = (version) => version.replaceAll("\"", "");
const tagged = (version) => `"${plain(version)}"`;
