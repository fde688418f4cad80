/** What waits here, with its size and the ways on; what became of what was sent; and a file to take it elsewhere. */

import { announce, h } from "../shared/dom.js";
import { sizeText, t } from "../shared/words.js";
import { banner, button, pageHead } from "./parts.js";
import { bytesLeft, itemBanner, outcomeBanner } from "./outbox-parts.js";
import { exportAll, importAll, sendNow } from "./outbox.js";
import { needsReading, state, unsent } from "./state.js";

/** The view. */
export function queueView() {
  const items = unsent();
  const unread = state.outcomes.filter(needsReading);
  const read = state.outcomes.filter((one) => !needsReading(one)).slice(0, 10);
  return h("div", { class: "stack" },
    pageHead(t("queue.title"), "#/tasks"),
    summary(items),
    unread.map(outcomeBanner),
    items.map((item) => itemBanner(item, { title: true })),
    ways(items),
    read.length > 0 && h("details", { class: "more", id: "sent-list" },
      h("summary", null, t("queue.sent", { n: read.length })), h("div", { class: "stack" }, read.map(outcomeBanner))));
}

function summary(all) {
  const items = all.filter((item) => item.state !== "refused");
  const refused = all.length - items.length;
  if (refused && !items.length) return banner("info", t("queue.refused", { n: refused }));
  if (!items.length) return h("p", { class: "empty" }, t("queue.empty"));
  const bytes = items.reduce((sum, item) => sum + bytesLeft(item), 0);
  const words = t(bytes ? "queue.waitsBytes" : "queue.waits", { n: items.length, size: sizeText(bytes) });
  if (!state.mayCall) return banner("warn", words, t("queue.login"), h("a", { href: "#/login" }, t("login.again")));
  if (state.net === "offline") return banner("info", words, t("queue.offline"));
  return banner("info", words, t("queue.goesOn"));
}

function ways(items) {
  const send = async () => {
    announce(t("queue.trying"));
    await sendNow();
  };
  const take = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      announce(t("queue.imported", { n: await importAll(file) }));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      globalThis.alert(t("queue.notAFile"));
    }
  };
  return h("div", { class: "row" },
    items.length > 0 && button(t("queue.sendNow"), "primary", send, { id: "send-now", disabled: !state.mayCall }),
    items.length > 0 && button(t("queue.export"), "plain", save, { id: "export" }),
    h("label", { class: "button file" }, t("queue.import"),
      h("input", { type: "file", class: "unseen", accept: ".jsonl,.ndjson", on: { change: take } })));
}

/** Saves the queue as a file on this phone. */
async function save() {
  const url = URL.createObjectURL(await exportAll());
  const link = h("a", { href: url, download: `fieldpost-${new Date().toISOString().slice(0, 10)}.jsonl` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  announce(t("queue.exported"));
}
