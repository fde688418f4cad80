/** Photos in full: zoom and move by wheel, fingers, buttons and keys; the next and the one before; before and after. */

import { h, replace } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { nodeName } from "./names.js";

const original = (one) => `/v1/blobs/${one.sha256}`;

/** Shows the photos of a list, beginning with one. */
export function showPhotos(list, at) {
  const stage = h("div", { class: "stage" });
  const about = h("p", { class: "small", "aria-live": "polite" });
  const button = (key, words, click) => h("button", { type: "button", class: "small", "aria-label": words, title: words,
    on: { click } }, key);
  let view = null;
  const dialog = h("dialog", { class: "viewer", "aria-label": t("case.photos") }, stage,
    h("div", { class: "viewer-bar" }, about, h("div", { class: "row" },
      list.length > 1 && [button("‹", t("photo.before1"), () => go(-1)), button("›", t("photo.next"), () => go(1))],
      button("−", t("photo.smaller"), () => view?.zoom(1 / 1.5)), button("+", t("photo.larger"), () => view?.zoom(1.5)),
      button("1:1", t("photo.whole"), () => view?.reset()),
      h("button", { type: "button", class: "primary small", on: { click: () => dialog.close() } }, t("close")))));

  function go(by) {
    at = (at + by + list.length) % list.length;
    draw();
  }

  function draw() {
    const one = list[at];
    const role = t(`photo.${one.role ?? "none"}`);
    about.textContent = [`${at + 1}/${list.length}`, role, moment(one.captured_at ?? one.corrected_at ?? one.at),
      one.author, nodeName(one.node)].filter(Boolean).join(" · ");
    view = null;
    if (one.media_type.startsWith("image/")) {
      const image = h("img", { src: original(one), alt: role, draggable: "false",
        on: { error: () => replace(stage, small(one), h("p", { role: "alert" }, t("photo.later"))) } });
      replace(stage, image);
      view = zoomable(stage, image);
    } else if (one.media_type.startsWith("video/")) replace(stage, h("video", { src: original(one), controls: true }));
    else replace(stage, h("audio", { src: original(one), controls: true }));
  }

  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") go(-1);
    else if (key === "ArrowRight") go(1);
    else if (key === "+" || key === "=") view?.zoom(1.5);
    else if (key === "-") view?.zoom(1 / 1.5);
    else if (key === "0") view?.reset();
  });
  open(dialog);
  draw();
}

const small = (one) => h("img", { src: `${original(one)}/thumbnail`, alt: t("photo.small") });

function open(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Lets an image be enlarged up to eight times and moved. */
function zoomable(stage, image) {
  let scale = 1;
  let [x, y] = [0, 0];
  const fingers = new Map();
  let spread = 0;

  function apply() {
    const most = (scale - 1) / 2;
    x = Math.max(-most * stage.clientWidth, Math.min(most * stage.clientWidth, x));
    y = Math.max(-most * stage.clientHeight, Math.min(most * stage.clientHeight, y));
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle("is-zoomed", scale > 1);
  }

  function zoom(by) {
    const before = scale;
    scale = Math.max(1, Math.min(8, scale * by));
    x *= scale / before;
    y *= scale / before;
    apply();
  }

  image.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
  image.addEventListener("dblclick", () => (scale > 1 ? reset() : zoom(3)));
  image.addEventListener("pointerdown", (event) => {
    image.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    spread = 0;
  });
  image.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    fingers.set(event.pointerId, event);
    const [a, b] = [...fingers.values()];
    if (b) {
      const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread) zoom(now / spread);
      spread = now;
      return;
    }
    x += event.clientX - last.clientX;
    y += event.clientY - last.clientY;
    apply();
  });
  for (const type of ["pointerup", "pointercancel"]) {
    image.addEventListener(type, (event) => fingers.delete(event.pointerId));
  }

  function reset() {
    scale = 1;
    apply();
  }
  return { zoom, reset };
}

/** Lays the photo before the work over the one after it, with a line that can be moved. */
export function comparePhotos(before, after) {
  const top = h("img", { src: original(before), alt: t("photo.before"), class: "over" });
  const slide = h("input", { type: "range", min: "0", max: "100", value: "50", "aria-label": t("photo.compareLine"),
    on: { input: () => draw() } });
  const line = h("span", { class: "compare-line" });
  const draw = () => {
    top.style.clipPath = `inset(0 ${100 - slide.value}% 0 0)`;
    line.style.left = `${slide.value}%`;
  };
  const caption = (key, one) => h("span", { class: "chip" }, t(`photo.${key}`), " ",
    moment(one.captured_at ?? one.corrected_at ?? one.at));
  const dialog = h("dialog", { class: "viewer", "aria-label": t("photo.compare") },
    h("div", { class: "stage compare" }, h("img", { src: original(after), alt: t("photo.after") }), top, line),
    h("div", { class: "viewer-bar" }, caption("before", before), slide, caption("after", after),
      h("button", { type: "button", class: "primary small", on: { click: () => dialog.close() } }, t("close"))));
  open(dialog);
  draw();
}
