/** A new report in three taps: open, category, send. Urgent has a large button of its own; all else is optional. */

import { announce, h, replace } from "../shared/dom.js";
import { StorageFull } from "../shared/store.js";
import { pick, t } from "../shared/words.js";
import { draftOf, dropDraft, saveDraft } from "./drafts.js";
import { findCategories, oftenUsed, useCategory } from "./find-category.js";
import { canLocate, locate } from "./nearby.js";
import { addReport, discard } from "./outbox.js";
import { banner, button, categoryName, field, options, pageHead, showError } from "./parts.js";
import { photoPicker } from "./photo-picker.js";
import { changeMe } from "./device.js";
import { state } from "./state.js";

/** The view. `urgent` comes from the large button of the list. `saved()` is called after it was kept. */
export function reportView(urgent, saved) {
  const draft = draftOf("report", { category: "", text: "", grid: "", location: null });
  draft.values.grid ||= likelyGrid();
  const form = h("form", { novalidate: true, class: "stack", on: { submit: (event) => send(event, urgent) } });
  const save = (name) => (event) => {
    draft.values[name] = event.target.value;
    showError(form, name, null);
    saveDraft(draft);
  };
  replace(form,
    categoryField(draft, () => {
      showError(form, "category", null);
      saveDraft(draft);
    }),
    photoPicker(draft, "scene", { heading: t("photos.scene") }),
    field("text", t("field.text"), (more) => h("textarea", {
      ...more, rows: "3", value: draft.values.text, on: { input: save("text") },
    })),
    field("grid", t("field.grid"), (more) => h("select", {
      ...more, value: draft.values.grid ?? "", on: { change: save("grid") },
    }, options(grids().map((grid) => ({ code: grid.code, words: grid.zh })), t("choose"))), { required: true }),
    placeField(draft),
    h("div", { id: "fault", role: "alert" }),
    urgent ? sendButton("danger", "report.sendUrgent") : [sendButton("primary", "report.send"),
      button(t("report.sendUrgent"), "danger large", (event) => send(event, true), { id: "send-urgent" })],
    h("p", { class: "muted small" }, t("saveHint")));

  async function send(event, isUrgent) {
    event.preventDefault();
    const { category, text, grid, location } = draft.values;
    const words = text.trim();
    if (!category && !words && !draft.photos.length) {
      showError(form, "category", t("fault.report"));
      announce(t("fault.report"));
      return form.querySelector("#category").focus();
    }
    const over = new TextEncoder().encode(words).length - (state.form.limits.text_bytes ?? 4096);
    showError(form, "grid", grid ? null : t("fault.grid"));
    if (!grid) {
      announce(t("fault.grid"));
      return form.querySelector("#grid").focus();
    }
    showError(form, "text", over > 0 ? t("fault.long", { n: over }) : null);
    if (over > 0) return form.querySelector("#text").focus();
    if (form.getAttribute("aria-busy")) return null;
    form.setAttribute("aria-busy", "true");
    const values = { reporter: state.me.name };
    if (category) values.category = category;
    if (words) values.text = words;
    values.grid = grid;
    if (location) values.location = { ...location, datum: "wgs84" };
    if (isUrgent) values.priority = "urgent";
    try {
      const about = { category, grid, result: "report", reason: words, urgent: isUrgent, values: draft.values };
      await addReport({ values, photos: draft.photos, words: about });
      if (draft.replaces) await discard(draft.replaces);
      await dropDraft(draft);
      if (category) useCategory(category);
      await changeMe({ lastGrid: grid });
      saved(isUrgent ? "urgent" : "report");
    } catch (error) {
      form.removeAttribute("aria-busy");
      if (!(error instanceof StorageFull)) throw error;
      replace(form.querySelector("#fault"), banner("bad", t("full.title"), t("full.what")));
    }
    return null;
  }
  return h("div", { class: "stack" }, pageHead(t(urgent ? "report.urgentTitle" : "report.title"), "#/tasks"), form);
}

const sendButton = (kind, words) => h("button", { type: "submit", class: `${kind} large` }, t(words));

/** Grids in which this person may report, as far as the node told. */
const grids = () => {
  const own = state.me.grids ?? [];
  return state.form.grids.filter((grid) => !own.length || own.includes(grid.code));
};

/** The grid of the list, or of the last report from this phone, or the one with most tasks. It can be changed. */
function likelyGrid() {
  const codes = grids().map((grid) => grid.code);
  const counts = new Map();
  for (const { grid } of state.tasks) if (codes.includes(grid)) counts.set(grid, (counts.get(grid) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  const only = codes.length === 1 ? codes[0] : null;
  return [state.grid, state.me.lastGrid, most, only].find((code) => codes.includes(code)) ?? "";
}

/** Most used categories as buttons; all others are found by words. Leaving it open is allowed: staff decide later. */
function categoryField(draft, chosen) {
  const choices = h("div", { class: "choices" });
  const found = h("div", { class: "choices", role: "group", "aria-label": t("category.found") });
  const search = h("input", { type: "search", id: "category", autocomplete: "off", "aria-describedby": "category-error",
    on: { input: () => drawFound() } });
  const choose = (code) => () => {
    draft.values.category = draft.values.category === code ? "" : code;
    search.value = "";
    chosen();
    draw();
    announce(draft.values.category ? t("category.chosen", { name: categoryName(code) }) : t("category.notChosen"));
  };
  const one = (category) => h("button", { type: "button", class: "choice-button", dataset: { code: category.code },
    "aria-pressed": String(draft.values.category === category.code), on: { click: choose(category.code) },
  }, pick(category));

  function drawFound() {
    const list = findCategories(state.form.categories, search.value);
    const isVain = search.value.trim() !== "" && list.length === 0;
    replace(found, list.map(one), isVain && h("p", { class: "muted" }, t("category.nothing")));
  }
  function draw() {
    const often = oftenUsed(state.form.categories, state.tasks);
    const own = state.form.categories.find((category) => category.code === draft.values.category);
    replace(choices, (own && !often.includes(own) ? [own, ...often] : often).map(one));
    drawFound();
  }
  draw();
  return h("fieldset", { class: "stack" }, h("legend", null, t("field.category")), choices,
    h("div", { class: "field" }, h("label", { for: "category" }, t("category.search")), search), found,
    h("p", { class: "error", id: "category-error", hidden: true }));
}

/** The position of the phone, on request; over a plain address the browser gives none, and the grid must do. */
function placeField(draft) {
  if (!canLocate()) return h("p", { class: "muted small" }, t("place.insecure"));
  const place = h("div", { class: "row" });
  const ask = async () => {
    replace(place, h("p", { role: "status" }, t("near.asking")));
    draft.values.location = await locate();
    saveDraft(draft);
    draw(draft.values.location === null);
  };
  const drop = () => {
    draft.values.location = null;
    saveDraft(draft);
    draw(false);
  };
  function draw(failed) {
    const { location } = draft.values;
    if (location) {
      const known = t("place.known", { n: Math.round(location.accuracy ?? 0) });
      replace(place, h("p", null, known), button(t("place.drop"), "quiet", drop));
    } else {
      const fault = failed && h("p", { class: "error", role: "alert" }, t("near.unknown"));
      replace(place, button(t("place.take"), "plain", ask), fault);
    }
  }
  draw(false);
  return place;
}
