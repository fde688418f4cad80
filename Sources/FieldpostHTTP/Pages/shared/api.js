/** Requests to the node. No cookies unless asked for, no cache, and always an end. */

/** No whole answer came: the request may have been carried out or not. Send it again with the same key. */
export class Unreachable extends Error {
  constructor(cause) {
    super("the node did not answer");
    this.name = "Unreachable";
    this.cause = cause;
  }
}

/** The node refused. `problem` is its answer: {type, title, status, detail, errors}. */
export class Refused extends Error {
  constructor(status, problem, headers) {
    super(problem?.detail ?? `status ${status}`);
    this.name = "Refused";
    this.status = status;
    this.problem = problem ?? { type: "", title: "", status, detail: "" };
    this.headers = headers;
  }

  /** The last part of the problem's type: "unknown-receipt". */
  get code() {
    return String(this.problem.type ?? "").split(":").pop();
  }

  /** Seconds to wait before the next attempt, where the node said so. */
  get retryAfter() {
    const seconds = Number(this.headers?.get("retry-after"));
    return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) : null;
  }
}

/**
 * Sends one request. `options`: json or body, headers, authorization (the whole header value), timeout in
 * milliseconds (30 s), signal, blob (true: the answer's body as a Blob), credentials ("omit": no cookie goes with it).
 * Returns {status, json, headers, blob}. Throws `Unreachable`, or `Refused` for a status of 400 and more.
 */
export async function call(method, path, options = {}) {
  const headers = new Headers(options.headers);
  let body = options.body;
  if (options.json !== undefined) {
    body = JSON.stringify(options.json);
    headers.set("content-type", "application/json");
  }
  if (options.authorization) headers.set("authorization", options.authorization);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), options.timeout ?? 30000);
  const stop = () => ending.abort();
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted) stop();
  try {
    const response = await fetch(path, {
      method,
      headers,
      body,
      signal: ending.signal,
      credentials: options.credentials ?? "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    if (options.blob && response.ok) {
      return { status: response.status, headers: response.headers, blob: await response.blob() };
    }
    const text = method === "HEAD" ? "" : await response.text();
    if (!response.ok) throw new Refused(response.status, parsed(text), response.headers);
    return { status: response.status, json: parsed(text), headers: response.headers };
  } catch (error) {
    throw error instanceof Refused ? error : new Unreachable(error);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
