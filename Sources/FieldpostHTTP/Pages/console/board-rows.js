/** The table of the board. Rows keep their place in the document, so the focus and what is chosen stay. */

import { h } from "../shared/dom.js";
import { deadlineWords, isOverdue, moment } from "../shared/time.js";
import { language, t } from "../shared/words.js";
import { categoryName, gridName, joined, stageWords } from "./names.js";
import { hashOf } from "./routes.js";

const columns = ["deadline", "category", "text", "grid", "stage", "who"];

/** A table for rows. `choose(id, isOn)` and `point(id)` are called for a box and for a row that was clicked. */
export function makeTable({ choose, chooseAll, point, mayChoose }) {
  const all = h("input", { type: "checkbox", id: "choose-all", "aria-label": t("list.chooseAll"),
    on: { change: (event) => chooseAll(event.target.checked) } });
  const body = h("tbody");
  const table = h("table", { class: "cases" },
    h("thead", null, h("tr", null, mayChoose && h("th", { class: "col-box" }, all),
      columns.map((name) => h("th", { scope: "col", class: `col-${name}` }, t(`list.${name}`))))),
    body);
  const kept = new Map(); // id → {signature, element}

  function draw(rows, { chosen, current, isFirst, isAll }) {
    table.querySelector(".col-deadline").textContent = t(isAll ? "list.captured" : "list.deadline");
    const shown = new Set();
    rows.forEach((row, at) => {
      shown.add(row.id);
      const signature = JSON.stringify([row.version, row.stage, row.deadline?.state, timeOf(row), language(),
        row.persons, row.conflict, row.suspended, row.incomplete]);
      let one = kept.get(row.id);
      if (one?.signature !== signature) {
        const hadFocus = one?.element.contains(document.activeElement);
        const isNews = !isFirst && one?.version !== row.version;
        const element = rowView(row, { choose, point, mayChoose, isNews });
        one?.element.replaceWith(element);
        one = { signature, element, version: row.version };
        kept.set(row.id, one);
        if (hadFocus) element.focus({ preventScroll: true });
      }
      const { element } = one;
      if (body.children[at] !== element) body.insertBefore(element, body.children[at] ?? null);
      const isCurrent = row.id === current;
      element.classList.toggle("current", isCurrent);
      element.tabIndex = isCurrent || (!current && at === 0) ? 0 : -1;
      element.setAttribute("aria-selected", String(chosen.has(row.id)));
      const box = element.querySelector("input");
      if (box) box.checked = chosen.has(row.id);
    });
    for (const [id, one] of kept) {
      if (shown.has(id)) continue;
      one.element.remove();
      kept.delete(id);
    }
    all.checked = rows.length > 0 && rows.every((row) => chosen.has(row.id));
    all.indeterminate = !all.checked && chosen.size > 0;
  }

  return { table, draw, rowOf: (id) => kept.get(id)?.element };
}

const timeOf = (row) => (row.deadline ? deadlineWords(row.deadline)?.words : null);

function rowView(row, { choose, point, mayChoose, isNews }) {
  const category = categoryName(row.category);
  const about = `${category} ${row.text ?? ""}`;
  const late = isOverdue(row.deadline) && !row.suspended;
  return h("tr", { class: [late && "is-late", isNews && "is-news"].filter(Boolean).join(" ") || null, tabindex: "-1",
    dataset: { id: row.id }, on: { click: (event) => !event.target.closest("a, input, label") && point(row.id),
      dblclick: () => (location.hash = hashOf("case", [row.id])) } },
  mayChoose && h("td", { class: "col-box" }, h("label", { class: "box" },
    h("input", { type: "checkbox", "aria-label": t("list.chooseOne", { what: about.slice(0, 80) }),
      on: { change: (event) => choose(row.id, event.target.checked) } }))),
  h("td", { class: "col-deadline" }, timeCell(row)),
  h("td", { class: "col-category" }, category),
  h("td", { class: "col-text" }, h("small", { class: "narrow-only" }, category),
    h("a", { href: hashOf("case", [row.id]) }, row.text || t("case.noText")),
    h("small", { class: "narrow-only" }, joined([...row.departments, ...row.persons])),
    h("small", { class: "slim-only" }, gridName(row.grid), " · ", stageCell(row)),
    marks(row)),
  h("td", { class: "col-grid" }, gridName(row.grid)),
  h("td", { class: "col-stage" }, stageCell(row)),
  h("td", { class: "col-who" }, joined(row.departments),
    row.persons.length > 0 && h("small", null, joined(row.persons))));
}

function timeCell(row) {
  if (row.suspended) return h("span", { class: "chip" }, t("list.suspended"));
  const found = row.deadline && deadlineWords(row.deadline);
  if (!found) return row.captured ? h("span", { class: "muted" }, moment(row.captured)) : null;
  return [h("span", { class: `chip ${found.tone}` }, found.words),
    row.deadline.at && h("small", null, moment(row.deadline.at))];
}

/** All stages at which the case stands: several where people did different things without a link. */
function stageCell(row) {
  if (row.isUntouched) return h("span", { class: "chip soon" }, t("board.untouched"));
  const others = (row.stages ?? []).filter((code) => code !== row.stage);
  return [stageWords(row.stage, row.label), others.length > 0 && h("small", null, `∥ ${joined(others.map((code) =>
    stageWords(code)))}`)];
}

const marks = (row) => h("span", { class: "marks" },
  row.priority === "urgent" && h("span", { class: "chip urgent" }, t("list.urgent")),
  row.conflict && h("span", { class: "chip warn" }, t("list.disputed")),
  row.incomplete && h("span", { class: "chip" }, t("list.incompleteOne")));
