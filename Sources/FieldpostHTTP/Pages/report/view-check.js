/** The last look before a report is sent: all that goes out, and nothing else. */

import { announce, h } from "../shared/dom.js";
import { StorageFull } from "../shared/store.js";
import { sizeText, t } from "../shared/words.js";
import { faultsOf, fullText } from "./draft.js";
import { change, part, state } from "./state.js";
import { submit } from "./submit.js";
import { categoryName } from "./view-category.js";
import { picture } from "./pictures.js";
import { gridName } from "./view-place.js";

/** The view of `#/check`. */
export function checkView() {
  const { draft } = state;
  if (Object.values(faultsOf(draft)).some(Boolean)) {
    self.location.replace("#/");
    return null;
  }
  const bytes = draft.photos.reduce((sum, photo) => sum + photo.bytes.byteLength, 0);
  const place = [draft.grid && gridName(draft.grid), draft.location && t("withPosition")].filter(Boolean).join(" · ");
  const contact = [draft.name, draft.phone].filter((text) => text.trim()).join(" · ");
  return h("section", { class: "stack", "aria-labelledby": "check-title" },
    h("h2", { id: "check-title", tabindex: "-1" }, t("checkTitle")),
    h("div", { class: "card stack" },
      draft.photos.length > 0 && h("ul", { class: "photos" }, draft.photos.map((photo, index) => h("li", null,
        picture(photo, t("photoN", { n: index + 1 }))))),
      draft.photos.length > 0 && h("p", { class: "small muted" }, t("photosSum", {
        n: draft.photos.length, size: sizeText(bytes),
      }), draft.photos.some((photo) => photo.takenAt) && h("br"),
      draft.photos.some((photo) => photo.takenAt) && t("photoTimeGoes")),
      h("dl", { class: "facts" },
        fact("whatIsWrong", fullText(draft) || t("noWords")),
        fact("category", categoryName(draft.category)),
        place && fact("place", place),
        fact("contact", contact || t("anonymous")))),
    part((now) => [now.sendFault, now.sending], () => [
      state.sendFault && h("p", { class: "notice bad", role: "alert" }, t(state.sendFault)),
      h("button", {
        type: "button", id: "send", class: "primary large", disabled: Boolean(state.sending),
        on: { click: () => void send() },
      }, t(state.sending ? "keeping" : "send")),
    ], { class: "tight" }),
    h("a", { class: "button", href: "#/" }, t("backToForm")));
}

function fact(label, text) {
  return h("div", null, h("dt", { class: "small muted" }, t(label)), h("dd", null, text));
}

async function send() {
  if (state.sending) return;
  change((now) => {
    now.sending = true;
    now.sendFault = null;
  });
  try {
    const secret = await submit();
    announce(t("keptHere"));
    self.location.replace(secret ? `#/r/${secret}` : "#/queue");
  } catch (error) {
    change((now) => (now.sendFault = error instanceof StorageFull ? "storageFull" : "keepFailed"));
    if (!(error instanceof StorageFull)) throw error;
  } finally {
    change((now) => (now.sending = false));
  }
}
