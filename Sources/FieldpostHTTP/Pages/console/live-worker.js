/** The shared worker that holds the one stream of a browser and passes it on to every tab. */

import { LiveSource } from "./live-source.js";

const silence = 4 * 60 * 1000; // tabs in the background speak about once a minute
const ports = new Map(); // port → when it spoke last
const source = new LiveSource((message) => {
  for (const port of ports.keys()) port.postMessage(message);
});

self.addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => hear(port, data));
  port.start();
});

function hear(port, data) {
  if (data === "bye") ports.delete(port);
  else {
    const isNew = !ports.has(port);
    ports.set(port, Date.now());
    if (data === "restart" || ports.size === 1 && isNew) source.start();
    else if (isNew) {
      port.postMessage({ kind: "state", data: source.state });
      if (source.state === "live") port.postMessage({ kind: "open", data: {} });
    }
  }
  for (const [other, when] of ports) if (Date.now() - when > silence) ports.delete(other);
  if (ports.size === 0) source.stop();
}
