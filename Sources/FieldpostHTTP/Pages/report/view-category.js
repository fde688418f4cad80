/** The category of the draft: what is used here first, a search by everyday words, or left to the staff. */

import { $, announce, h } from "../shared/dom.js";
import { pick, t } from "../shared/words.js";
import { keepDraft } from "./database.js";
import { byMajor, find, suggested } from "./search.js";
import { change, part, state } from "./state.js";

/** The section of the form. */
export function categoryView() {
  return h("section", { class: "tight", "aria-labelledby": "category-title" },
    h("h2", { id: "category-title", tabindex: "-1" }, t("category")),
    part((now) => [now.draft.category, now.form?.catalogue], () => (
      state.draft.category === null ? chooser() : chosen()), { class: "tight" }),
    part((now) => now.faults.category, () => (
      state.faults.category && h("p", { class: "error", id: "category-fault" }, t(state.faults.category)))));
}

/** The name of a category by its code, in the language of the page. */
export function categoryName(code) {
  if (!code) return t("leftToStaff");
  const category = state.form?.categories?.find((one) => one.code === code);
  return category ? pick(category) : code;
}

function chosen() {
  return h("div", { class: "picked spread" },
    h("strong", null, categoryName(state.draft.category)),
    h("button", { type: "button", id: "category-change", on: { click: () => choose(null) } }, t("changeIt")));
}

function chooser() {
  const categories = state.form?.categories ?? [];
  const { query } = state;
  const results = h("div", { class: "tight" });
  const draw = () => {
    const { query } = state;
    const found = find(categories, query, state.used);
    const shown = query.trim() ? found : suggested(categories, state.used);
    results.replaceChildren(
      h("ul", { class: "choices" }, shown.map(button), h("li", null,
        h("button", { type: "button", id: "category-staff", on: { click: () => choose("") } }, t("leaveToStaff")))),
    );
    if (query.trim()) announce(t("foundN", { n: found.length }));
    if (!query.trim() || found.length > 0) return;
    results.prepend(h("p", { class: "muted" }, t(state.form?.fromPage ? "loading" : "nothingFound")));
  };
  draw();
  return [
    h("label", { class: "small muted", for: "category-search" }, t("searchCategory")),
    h("input", {
      id: "category-search", type: "search", autocomplete: "off", enterkeyhint: "search",
      placeholder: t("searchExample"), value: query,
      on: {
        input: (event) => {
          state.query = event.target.value;
          draw();
        },
        keydown: (event) => {
          if (event.key !== "Enter" || event.isComposing) return;
          event.preventDefault();
          const first = find(categories, state.query, state.used)[0];
          if (first) choose(first.code);
        },
      },
    }),
    results,
    h("details", null, h("summary", null, t("allCategories")), byMajor(categories).map(majorView)),
  ];
}

function majorView({ major, categories }) {
  return h("details", { class: "major" },
    h("summary", null, pick(major)),
    h("ul", { class: "choices" }, categories.map(button)));
}

function button(category) {
  return h("li", null, h("button", { type: "button", dataset: { code: category.code }, on: {
    click: () => choose(category.code),
  } }, pick(category)));
}

function choose(code) {
  change((now) => {
    now.draft.category = code;
    now.query = "";
    now.faults = { ...now.faults, category: null };
  });
  keepDraft();
  if (code !== null) announce(t("chosen", { name: categoryName(code) }));
  $(code === null ? "category-search" : "category-change")?.focus({ preventScroll: code !== null });
}
