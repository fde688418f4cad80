/** Where it is: the drawing of the grids, the phone's position, the position of a photo, or words. */

import { announce, h } from "../shared/dom.js";
import { pick, t } from "../shared/words.js";
import { keepDraft } from "./database.js";
import { change, part, state } from "./state.js";

/** The section of the form. */
export function placeView() {
  return h("section", { class: "tight", "aria-labelledby": "place-title" },
    h("h2", { id: "place-title", tabindex: "-1" }, t("place")),
    part((now) => [now.form?.grids, now.draft.grid], grids),
    part((now) => [now.draft.location, now.locating, now.draft.photos.map((photo) => photo.place)], position,
      { class: "tight" }),
    h("label", { class: "small", for: "place-words" }, t("placeWords")),
    h("input", {
      id: "place-words", value: state.draft.place, maxlength: 200, autocomplete: "off", placeholder: t("placeExample"),
      on: {
        input: (event) => {
          state.draft.place = event.target.value;
          keepDraft();
        },
      },
    }),
    part((now) => now.faults.place, () => (
      state.faults.place && h("p", { class: "error", id: "place-fault" }, t(state.faults.place)))));
}

/** The name of a grid by its code. */
export function gridName(code) {
  const grid = state.form?.grids?.find((one) => one.code === code);
  return grid ? pick(grid) : code ?? "";
}

/** A drawing: one tile a grid. Radio buttons below, so that keys and screen readers work as usual. */
function grids() {
  const list = state.form?.grids ?? [];
  if (list.length === 0) return null;
  return h("fieldset", { class: "tight" },
    h("legend", { class: "small muted" }, t("whichGrid")),
    h("div", { class: "tiles" }, list.map((grid) => h("label", { class: "tile" },
      h("input", {
        type: "radio", name: "grid", value: grid.code, id: `grid-${grid.code}`, class: "unseen",
        checked: state.draft.grid === grid.code,
        on: { change: () => choose(grid.code) },
      }),
      h("span", { class: "tile-face" }, h("strong", null, pick(grid)),
        pick(grid) !== grid.code && h("span", { class: "small" }, grid.code))))));
}

function choose(code) {
  change((now) => {
    now.draft.grid = code;
    now.faults = { ...now.faults, place: null };
  });
  keepDraft();
}

function position() {
  const { location, photos } = state.draft;
  if (location) {
    return h("div", { class: "picked spread" },
      h("span", null, t(location.source === "gps" ? "positionOfPhone" : "positionOfPhoto"),
        location.accuracy > 0 && h("span", { class: "small muted" }, ` ±${Math.round(location.accuracy)} m`)),
      h("button", { type: "button", on: { click: () => setLocation(null) } }, t("remove")));
  }
  const taken = photos.find((photo) => photo.place);
  return [
    taken && h("button", {
      type: "button", on: { click: () => setLocation({ ...taken.place, source: "photo" }) },
    }, t("usePhotoPosition")),
    positionButton(),
    state.locating === "failed" && h("p", { class: "error", role: "alert" }, t("noPosition")),
  ];
}

function positionButton() {
  if (!self.isSecureContext || !navigator.geolocation) return h("p", { class: "small muted" }, t("noGPSHere"));
  const busy = state.locating === "busy";
  const props = { type: "button", id: "gps", disabled: busy, on: { click: locate } };
  return h("button", props, t(busy ? "locating" : "useGPS"));
}

function locate() {
  change((now) => (now.locating = "busy"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => setLocation({
      lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, source: "gps",
    }),
    () => change((now) => (now.locating = "failed")),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

function setLocation(location) {
  change((now) => {
    now.draft.location = location;
    now.locating = null;
    now.faults = { ...now.faults, place: null };
  });
  announce(t(location ? "positionTaken" : "positionRemoved"));
  keepDraft();
}
