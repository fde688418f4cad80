/** The form for an account: a new one, or other rights and perhaps a new password for one that exists. */

import { h, replace } from "../shared/dom.js";
import { crockford32, randomBytes } from "../shared/ids.js";
import { t } from "../shared/words.js";
import { field, gridsOf, secret } from "./fleet-ask.js";
import { names } from "./names.js";

export const roles = ["viewer", "staff", "dispatcher", "admin", "evidence"];
export const groups = ["collector", "handler", "leader", "dispatcher"];
const least = 10; // characters of a password, as the node demands

/** A password that can be read out: four groups of letters and digits that do not look alike, 80 bits. */
const newPassword = () => crockford32(randomBytes(10), 16).toLowerCase().replace(/(.{4})(?=.)/g, "$1-");

/**
 * The form of `person`, or of a new one for null. `taken`: names that exist. Returns `body`, the nodes; `value()`, the
 * body of the request; `check()`, what is missing; `told(value)`, what to
 * show when it was taken.
 */
export function personForm(person, taken) {
  const name = h("input", { id: "person-name", value: person?.name ?? "", required: true, maxlength: 64,
    autocomplete: "off", disabled: Boolean(person), "data-need": t("people.needName"), on: { input: () => warn() } });
  const warning = h("p", { class: "small error", role: "status" });
  const role = h("select", { id: "person-role", value: person?.role ?? "staff", on: { change: () => hint() } },
    roles.map((one) => h("option", { value: one }, t(`role.${one}`))));
  const roleHint = h("p", { class: "small muted" });
  const group = h("select", { id: "person-group", value: person?.group ?? "" },
    h("option", { value: "" }, t("people.noGroup")),
    groups.map((one) => h("option", { value: one }, t(`group.${one}`))));
  const department = h("input", { id: "person-department", value: person?.department ?? "", list: "departments",
    autocomplete: "off" });
  const boxes = gridBoxes(person?.grids ?? []);
  const keeps = Boolean(person) && person.state !== "revoked";
  const password = h("input", { id: "person-password", required: !keeps, minlength: least,
    autocomplete: "new-password", spellcheck: "false", "data-need": t("people.needPassword", { n: least }),
    value: keeps ? "" : newPassword() });

  function hint() {
    replace(roleHint, t(`people.role.${role.value}`));
  }
  function warn() {
    const isTaken = !person && taken.includes(name.value.trim());
    replace(warning, isTaken && t("people.taken"));
  }
  hint();

  return {
    body: h("div", { class: "stack" },
      !person && h("div", { class: "tight" }, field(t("people.name"), name, t("people.nameHint")), warning),
      h("div", { class: "tight" }, field(t("people.role"), role), roleHint),
      h("div", { class: "people-pair" }, field(t("people.group"), group, t("people.groupHint")),
        field(t("people.department"), department, t("people.departmentHint"))),
      h("datalist", { id: "departments" }, names.departments.map(({ code }) => h("option", { value: code }))),
      boxes.body,
      h("div", { class: "people-password" }, field(t("people.password"), password,
        keeps ? t("people.newPassword") : t("people.passwordHint", { n: least })),
      h("button", { type: "button", on: { click: () => (password.value = newPassword()) } }, t(keeps ? "people.make" : "people.another")))),

    value() {
      return { name: person?.name ?? name.value.trim(), role: role.value,
        ...(password.value ? { password: password.value } : {}),
        ...(group.value || person?.group ? { group: group.value } : {}),
        ...(department.value.trim() || person?.department ? { department: department.value.trim() } : {}),
        ...(boxes.grids().length > 0 || person?.grids ? { grids: boxes.grids() } : {}) };
    },

    check() {
      if (role.value !== "staff") return null;
      return group.value === "" ? t("people.needGroup") : boxes.grids().length === 0 ? t("people.needGrid") : null;
    },

    told: (value) => h("div", { class: "stack" },
      h("p", null, t(value.password ? "people.done" : "people.saved", { name: value.name })),
      value.password && [secret(value.password), h("p", { class: "small muted" }, t("people.doneThen"))]),
  };
}

/** The grids that exist as boxes to tick, and a line for others. */
function gridBoxes(chosen) {
  const known = names.grids.map(({ code, zh }) => ({ code, words: zh && zh !== code ? `${code} ${zh}` : code }));
  const boxes = known.map(({ code, words }) => [code, h("input", { type: "checkbox", checked: chosen.includes(code) }),
    words]);
  const other = h("input", { id: "person-grids", autocomplete: "off",
    value: chosen.filter((code) => !known.some((one) => one.code === code)).join(" ") });
  return {
    body: h("fieldset", { class: "tight" }, h("legend", null, t("people.grids")),
      h("p", { class: "small muted" }, t("people.gridsHint")),
      h("div", { class: "people-grids" }, boxes.map(([, box, words]) => h("label", { class: "check" }, box, words))),
      field(t("people.otherGrids"), other)),
    grids: () => [...new Set([...boxes.filter(([, box]) => box.checked).map(([code]) => code),
      ...gridsOf(other.value)])],
  };
}
