/** One line on top of every view while something waits. */

import { h } from "../shared/dom.js";
import { sizeText, t } from "../shared/words.js";
import { queue } from "./database.js";
import { part, state } from "./state.js";

/** The bytes of photos that the node does not hold yet. */
export function bytesLeft(items) {
  let sum = 0;
  for (const item of items) {
    for (const photo of item.photos) {
      if (photo.state === "waiting" || photo.state === "refused") sum += Math.max(0, photo.size - photo.sentBytes);
    }
  }
  return sum;
}

/** The line: "2 not sent yet, 3.1 MB". */
export function queueBar() {
  const shown = (now) => [now.items.map((item) => [item.id, item.state, bytesLeft([item])]), now.sender.phase];
  return part(shown, () => {
    if (state.items.length === 0) return null;
    const bytes = bytesLeft(state.items);
    const refused = state.items.some((item) => item.state === "refused");
    return h("section", { class: refused ? "notice bad spread" : "notice spread", "aria-label": t("queueBar") },
      h("a", { class: "reach", href: "#/queue" },
        t("notSent", { n: state.items.length }), bytes > 0 && `, ${sizeText(bytes)}`),
      state.sender.phase === "sending"
        ? h("span", { class: "small" }, t("sending"))
        : h("button", { type: "button", id: "send-now", on: { click: () => void queue.sendNow() } }, t("sendNow")));
  }, { id: "queue-bar" });
}
