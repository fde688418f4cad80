/** Styles and scripts that one screen needs, and that the first view of the console does without. */

const loading = new Map();

function once(address, make) {
  if (!loading.has(address)) {
    const loaded = new Promise((done, fail) => {
      const element = make();
      element.addEventListener("load", done);
      element.addEventListener("error", () => {
        element.remove();
        loading.delete(address); // it can be tried again
        fail(new Error(`${address} cannot be loaded`));
      });
      document.head.append(element);
    });
    loading.set(address, loaded);
  }
  return loading.get(address);
}

/** Adds style sheets of this site, each once. Resolves when they hold. */
export const loadStyles = (...addresses) => Promise.all(addresses.map((href) => once(href, () => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return link;
})));

/** Runs a plain script of this site, once. */
export const loadScript = (src) => once(src, () => {
  const script = document.createElement("script");
  script.src = src;
  return script;
});

/** Leaflet and its clusters are not installed at the node. */
export class NoLeaflet extends Error {}

/** Leaflet with clusters, as Debian's packages have them and the node serves them. Throws `NoLeaflet`. */
export async function loadLeaflet() {
  try {
    await loadStyles("/leaflet/leaflet.css", "/leaflet/MarkerCluster.css");
    await loadScript("/leaflet/leaflet.min.js");
    await loadScript("/leaflet/leaflet.markercluster.min.js");
  } catch (error) {
    throw new NoLeaflet(error.message);
  }
  if (!window.L?.markerClusterGroup) throw new NoLeaflet("the scripts are not those of Leaflet");
  return window.L;
}
