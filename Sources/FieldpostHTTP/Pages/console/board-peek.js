/** On wide screens: the case at the cursor beside the list, so that most need not be opened. */

import { h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { actionsView } from "./case-actions.js";
import { entriesOf, readCase } from "./case-data.js";
import { flowView } from "./case-flow.js";
import { photosView } from "./case-photos.js";
import { traceView } from "./case-trace.js";
import { openNote } from "./dialogs.js";
import { categoryName, gridName } from "./names.js";
import { problemWords } from "./problems.js";
import { put } from "./put.js";
import { hashOf } from "./routes.js";

const wait = 200; // the cursor may be on its way
const newest = 8;

/** `act(case, code)` opens the dialog of a step. `show(id)` shows a case; `again()` reads what is shown anew. */
export function makePeek(app, { act }) {
  const view = h("aside", { class: "peek", "aria-label": t("peek.title") });
  const isWide = matchMedia("(min-width: 1700px)");
  let wanted = null;
  let timer = null;
  let isStopped = false;

  async function read() {
    const id = wanted;
    if (!id || isStopped) return put(view);
    try {
      const found = await readCase(app, id);
      if (id === wanted && !isStopped && app.me) draw(id, found);
    } catch (error) {
      if (id === wanted && app.me) put(view, h("p", { class: "muted" }, problemWords(error)));
    }
    return null;
  }

  function draw(id, { report, standing }) {
    const { category, grid, text } = report.fields;
    const one = { ...standing, id, ...report.fields, stage: standing.stage, departments: standing.departments,
      version: report.version };
    const note = async () => {
      await openNote(app, id);
      read();
    };
    put(view,
      h("div", { class: "spread" }, h("h2", null, h("a", { href: hashOf("case", [id]) }, categoryName(category))),
        h("span", { class: "muted" }, gridName(grid))),
      h("p", { class: "case-text" }, text || t("case.noText")),
      (report.conflict || standing.disputes.length > 0) && h("p", { class: "notice warn" }, t("peek.disputed"), " ",
        h("a", { href: hashOf("case", [id]) }, t("peek.settle"))),
      flowView(standing),
      actionsView(one, { me: app.me, mayHandle: app.may("handle"), act: (code) => act(one, code), note }),
      report.attachments.length > 0 && photosView(report),
      traceView(entriesOf(report).slice(-newest), { unseen: standing.unseen }));
  }

  return {
    view,
    show(id) {
      if (!isWide.matches) {
        wanted = null;
        return put(view);
      }
      if (id === wanted) return null;
      wanted = id;
      clearTimeout(timer);
      timer = setTimeout(read, wait);
      return null;
    },
    again: () => wanted && read(),
    shows: (id) => wanted === id,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
