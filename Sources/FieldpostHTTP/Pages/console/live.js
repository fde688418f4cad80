/** What changes at the node, for this page: by the shared worker of the browser, or by a stream of its own. */

import { LiveSource } from "./live-source.js";

let port = null;
let own = null;
let pinging = null;

/** Begins to listen. `tell({kind, data})` as of `LiveSource`. `isNew`: somebody has logged in just now. */
export function startLive(tell, isNew = false) {
  stopLive();
  if ("SharedWorker" in self) {
    const worker = new SharedWorker("/console/live-worker.js", { type: "module", name: "fieldpost-live" });
    const mine = worker.port;
    port = mine;
    // A browser that has shared workers, but no streams in them, gets its own stream.
    worker.addEventListener("error", () => port === mine && useOwn(tell));
    mine.addEventListener("message", ({ data }) => port === mine && tell(data));
    mine.start();
    mine.postMessage(isNew ? "restart" : "here");
    pinging = setInterval(() => mine.postMessage("here"), 30000);
  } else {
    useOwn(tell);
  }
}

function useOwn(tell) {
  stopLive();
  own = new LiveSource(tell);
  own.start();
}

/** Ends listening. */
export function stopLive() {
  clearInterval(pinging);
  port?.postMessage("bye");
  own?.stop();
  port = null;
  own = null;
}
