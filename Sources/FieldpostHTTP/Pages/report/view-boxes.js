/** The tool that blackens faces and plates: by finger, by keys, or by buttons alone. */

import { announce, h, replace } from "../shared/dom.js";
import { blacken } from "../shared/photos.js";
import { t } from "../shared/words.js";

const step = 0.03;
const smallest = 0.03;
const first = { x: 0.35, y: 0.4, width: 0.3, height: 0.25 };

/** Opens the tool. Resolves to the photo with its boxes, or to null if nothing was changed. */
export function openBoxes(photo) {
  const url = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
  const boxes = [];
  let chosen = -1;
  const layer = h("div", { class: "boxes-layer" });
  const frame = h("div", { class: "boxes-frame" }, h("img", { src: url, alt: t("photoToBlacken") }), layer);
  const fault = h("p", { class: "error", role: "alert" });
  const tools = h("div", { class: "row boxes-tools" });

  const draw = (focus) => {
    replace(layer, boxes.map((box, index) => h("button", {
      type: "button",
      class: "box",
      "aria-label": t("boxN", { n: index + 1 }),
      "aria-pressed": String(index === chosen),
      dataset: { index },
      style: {
        left: `${box.x * 100}%`,
        top: `${box.y * 100}%`,
        width: `${box.width * 100}%`,
        height: `${box.height * 100}%`,
      },
      on: { focus: () => choose(index), keydown: (event) => byKey(event) },
    })));
    drawTools();
    if (focus) layer.children[chosen]?.focus();
  };
  const choose = (index) => {
    if (chosen === index) return;
    chosen = index;
    [...layer.children].forEach((one, at) => one.setAttribute("aria-pressed", String(at === index)));
    drawTools();
  };
  const shift = (dx, dy, dw = 0, dh = 0) => {
    const box = boxes[chosen];
    if (!box) return;
    box.width = clamp(box.width + dw, smallest, 1);
    box.height = clamp(box.height + dh, smallest, 1);
    box.x = clamp(box.x + dx - dw / 2, 0, 1 - box.width);
    box.y = clamp(box.y + dy - dh / 2, 0, 1 - box.height);
    place(layer.children[chosen], box);
  };
  const add = (box) => {
    boxes.push(box);
    chosen = boxes.length - 1;
    draw(true);
    announce(t("boxAdded", { n: boxes.length }));
  };
  const removeChosen = () => {
    if (chosen < 0) return;
    boxes.splice(chosen, 1);
    chosen = boxes.length - 1;
    draw(true);
  };
  const byKey = (event) => {
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move && event.shiftKey) shift(0, 0, move[0], move[1]);
    else if (move) shift(move[0], move[1]);
    else if (event.key === "Delete" || event.key === "Backspace") removeChosen();
    else return;
    event.preventDefault();
  };
  const tool = (key, act, label) => h("button", {
    type: "button", "aria-label": label ? t(key) : null, disabled: chosen < 0, on: { click: act },
  }, label ?? t(key));
  const drawTools = () => replace(tools,
    h("button", { type: "button", on: { click: () => add({ ...first }) } }, t("addBox")),
    tool("moveLeft", () => shift(-step, 0), "←"), tool("moveRight", () => shift(step, 0), "→"),
    tool("moveUp", () => shift(0, -step), "↑"), tool("moveDown", () => shift(0, step), "↓"),
    tool("wider", () => shift(0, 0, step, 0), "↔ +"), tool("narrower", () => shift(0, 0, -step, 0), "↔ −"),
    tool("taller", () => shift(0, 0, 0, step), "↕ +"), tool("flatter", () => shift(0, 0, 0, -step), "↕ −"),
    tool("removeBox", removeChosen));
  drag(frame, boxes, add, (index) => choose(index), (index) => place(layer.children[index], boxes[index]));

  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "boxes", "aria-labelledby": "boxes-title" },
      h("div", { class: "stack" },
        h("h2", { id: "boxes-title" }, t("blackenTitle")),
        h("p", { class: "small muted" }, t("blackenHelp")),
        frame, tools, fault,
        h("div", { class: "row" },
          h("button", { type: "button", class: "primary", on: { click: () => void finish() } }, t("applyBoxes")),
          h("button", { type: "button", on: { click: () => dialog.close() } }, t("cancel")))));
    let result = null;
    const finish = async () => {
      if (boxes.length === 0) return dialog.close();
      try {
        const made = await blacken(photo, boxes);
        result = { ...made, thumbnail: await made.thumbnail?.arrayBuffer() ?? null, original: false };
        dialog.close();
      } catch {
        fault.textContent = t("blackenFailed");
      }
    };
    dialog.addEventListener("close", () => {
      URL.revokeObjectURL(url);
      dialog.remove();
      resolve(result);
    });
    document.body.appendChild(dialog);
    draw(false);
    dialog.showModal();
  });
}

/** Draws a new box with a finger, or moves the one under it. */
function drag(frame, boxes, add, choose, moved) {
  let origin = null;
  const at = (event) => {
    const area = frame.getBoundingClientRect();
    return {
      x: clamp((event.clientX - area.left) / area.width, 0, 1),
      y: clamp((event.clientY - area.top) / area.height, 0, 1),
    };
  };
  frame.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const point = at(event);
    const index = Number(event.target.dataset?.index ?? -1);
    frame.setPointerCapture(event.pointerId);
    if (index >= 0) choose(index);
    origin = { point, index, box: index >= 0 ? { ...boxes[index] } : null };
  });
  frame.addEventListener("pointermove", (event) => {
    if (!origin?.box) return;
    const point = at(event);
    const box = boxes[origin.index];
    box.x = clamp(origin.box.x + point.x - origin.point.x, 0, 1 - box.width);
    box.y = clamp(origin.box.y + point.y - origin.point.y, 0, 1 - box.height);
    moved(origin.index);
  });
  frame.addEventListener("pointerup", (event) => {
    if (origin && !origin.box) {
      const point = at(event);
      const width = Math.abs(point.x - origin.point.x);
      const height = Math.abs(point.y - origin.point.y);
      if (width > smallest && height > smallest) {
        add({ x: Math.min(point.x, origin.point.x), y: Math.min(point.y, origin.point.y), width, height });
      }
    }
    origin = null;
  });
  frame.addEventListener("pointercancel", () => (origin = null));
}

function place(element, box) {
  for (const [name, value] of [["left", box.x], ["top", box.y], ["width", box.width], ["height", box.height]]) {
    element?.style.setProperty(name, `${value * 100}%`);
  }
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
