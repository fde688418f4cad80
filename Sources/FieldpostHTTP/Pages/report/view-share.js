/** The secret link of a receipt: to copy, to pass on, as a QR code. */

import { announce, h } from "../shared/dom.js";
import { t } from "../shared/words.js";
import { loadPicture } from "./receipt-node.js";
import { linkOf } from "./receipts.js";
import { change } from "./state.js";

/** The section with the link. */
export function shareView(receipt) {
  const link = linkOf(receipt.secret);
  const code = h("div", { class: "qr" });
  const select = (event) => event.target.select();
  const field = h("input", { id: "link", readonly: true, value: link, on: { focus: select } });
  const details = h("details", { on: { toggle: () => details.open && void draw(code, receipt) } },
    h("summary", null, t("secretLink")),
    h("div", { class: "tight" },
      h("label", { class: "small", for: "link" }, t("linkHelp")), field,
      h("div", { class: "row" },
        h("button", { type: "button", on: { click: () => void copy(link, field) } }, t("copyLink")),
        navigator.share && h("button", { type: "button", on: { click: () => void share(link) } }, t("share"))),
      code));
  return h("section", { class: "card" }, details);
}

async function draw(box, receipt) {
  if (box.firstChild) return;
  const base = new URLSearchParams({ base: `${self.location.origin}/` });
  const url = await loadPicture(`/v1/receipt/qr?${base}`, receipt.secret);
  if (url) box.replaceChildren(h("img", { src: url, alt: t("qrAlt"), width: 240, height: 240 }));
}

async function copy(link, field) {
  let done = false;
  try {
    await navigator.clipboard.writeText(link); // missing on plain HTTP
    done = true;
  } catch {
    field.focus();
    field.select();
    done = document.execCommand("copy");
  }
  const text = t(done ? "copied" : "copyByHand");
  announce(text);
  change((now) => (now.notice = { kind: done ? "ok" : "warn", text }));
}

async function share(link) {
  try {
    await navigator.share({ title: t("receipt"), url: link });
  } catch {
    // The person changed their mind.
  }
}
