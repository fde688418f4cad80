/** Reports that may be the same: suggested, never joined by itself. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { stageWords } from "./names.js";
import { hashOf } from "./routes.js";

/** The section; null while it is not read. `join(id)` is given where joining is possible. */
export function nearView(list, { join }) {
  if (!list) return null;
  return h("section", { class: "card stack" }, h("h2", null, t("near.title"), h("span", { class: "muted" },
    ` ${list.length}`)),
  h("p", { class: "small muted" }, t(list.length ? "near.what" : "near.none")),
  h("ul", { class: "near" }, list.map((one) => h("li", null,
    h("div", null,
      h("a", { href: hashOf("case", [one.id]) }, one.text || t("case.noText")),
      h("p", { class: "small muted" }, [
        one.distance === null ? t("near.unknown") : t("near.distance", { n: Math.round(one.distance) }),
        one.stage ? stageWords(one.stage, one.label) : t("board.untouched"), one.captured && moment(one.captured),
      ].filter(Boolean).join(" · "))),
    join && h("button", { type: "button", class: "small no-print", on: { click: () => join(one.id) } },
      t("near.join"))))));
}
