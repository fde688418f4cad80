/** Builds the document from values. Text is always a text node, so hostile text stays text. */

const svgNamespace = "http://www.w3.org/2000/svg";
const svgTags = new Set(["svg", "path", "rect", "circle", "line", "g", "polyline"]);
const asProperty = new Set(["value", "checked", "disabled", "open", "selected", "indeterminate"]);

/**
 * Makes an element.
 * `props`: `class`, `on: {click: fn}`, `dataset: {}`, `style: {}` (set by script, so the policy allows it), the
 * properties value, checked, disabled, open and selected, and attributes. An attribute that is null or false is
 * left out; true is written as an empty one. Children are nodes, texts, numbers or lists of these; null is left out.
 */
export function h(tag, props, ...children) {
  const svg = svgTags.has(tag);
  const element = svg ? document.createElementNS(svgNamespace, tag) : document.createElement(tag);
  const later = [];
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) if (listener) element.addEventListener(type, listener);
    } else if (name === "dataset") {
      for (const [key, text] of Object.entries(value)) if (text != null) element.dataset[key] = text;
    } else if (name === "style") {
      for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    } else if (asProperty.has(name) && !svg) {
      later.push([name, value]);
    } else if (value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  for (const [name, value] of later) element[name] = value; // a select has its value only after its options
  return element;
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child instanceof Node) node.appendChild(child);
    else if (child !== null && child !== undefined && child !== false && child !== true) {
      node.appendChild(document.createTextNode(String(child)));
    }
  }
}

/** Puts `children` into `node` in place of what it held. */
export function replace(node, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  node.replaceChildren(fragment);
  return node;
}

/** The element with this id, or null. */
export function $(id) {
  return document.getElementById(id);
}

let region = null;
let spoken = 0;

/** Lets a screen reader say `text` when it has time. The region is made once and stays. */
export function announce(text) {
  if (!region) {
    region = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    document.body.appendChild(region);
  }
  region.textContent = "";
  const turn = ++spoken;
  setTimeout(() => {
    if (turn === spoken) region.textContent = text;
  }, 60);
}
