/** Accounts: who may log in at central and at the gateways of their grids, and as what. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { addWords, t } from "../shared/words.js";
import { ask, choose } from "./fleet-ask.js";
import "./fleet-words.js";
import { toast } from "./frame.js";
import { loadStyles } from "./map-load.js";
import { gridName, joined } from "./names.js";
import { groups, personForm, roles } from "./people-form.js";
import { failed, problemWords } from "./problems.js";
import { put } from "./put.js";
import { hashOf, pathOf } from "./routes.js";
import en from "./words-e-admin-en.js";
import zh from "./words-e-admin-zh.js";

addWords({ zh, en });

export default { title: "way.people", show };

async function show(place, query, app) {
  await loadStyles("/console/e-admin.css");
  const people = new People(place, query, app);
  await people.read();
  return { stop: () => people.stop(), change: (other) => people.change(other) };
}

class People {
  #app;
  #place;
  #query;
  #list = null;
  #fault = null;
  #parts = { bar: h("div"), table: h("div") };
  #off;
  #isStopped = false;

  constructor(place, query, app) {
    [this.#place, this.#query, this.#app] = [place, query, app];
    replace(place, h("p", { class: "empty" }, t("people.loading")));
    this.#off = app.on("changes", ({ node }) => node && this.read());
  }

  stop() {
    this.#isStopped = true;
    this.#off();
  }

  change(query) {
    this.#query = query;
    this.#draw();
  }

  async read() {
    try {
      this.#list = (await this.#app.call("GET", "/v1/access")).json.access;
      this.#fault = null;
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#fault = error;
    }
    if (!this.#isStopped) this.#draw();
  }

  #draw() {
    if (!this.#list) {
      replace(this.#place, failed(this.#fault, () => this.read()));
      return;
    }
    const { bar, table } = this.#parts;
    if (!bar.isConnected) {
      replace(this.#place, h("div", { class: "people stack" },
        h("h1", { class: "unseen" }, t("way.people")), bar, table));
      replace(bar, this.#bar());
    }
    this.#drawTable();
  }

  #bar() {
    const list = (name, options) => h("select", { id: `people-${name}`, "aria-label": t(`people.${name}`),
      value: this.#query[name] ?? "", on: { change: ({ target }) => this.#filter({ [name]: target.value }) } },
    h("option", { value: "" }, t(`people.all.${name}`)), options.map(([code, words]) =>
      h("option", { value: code }, words)));
    return h("div", { class: "row people-bar" },
      h("input", { type: "search", id: "people-find", "aria-label": t("people.find"), placeholder: t("people.find"),
        value: this.#query.find ?? "", autocomplete: "off",
        on: { input: ({ target }) => this.#filter({ find: target.value }) } }),
      list("role", roles.map((role) => [role, t(`role.${role}`)])),
      list("state", ["given", "revoked"].map((state) => [state, t(`people.state.${state}`)])),
      h("button", { type: "button", class: "primary", id: "people-add", on: { click: () => this.#edit(null) } },
        t("people.add")));
  }

  #filter(part) {
    this.#query = { ...this.#query, ...part };
    const { role, state, find } = this.#query;
    history.replaceState(null, "", hashOf("people", [], { role, state, find }));
    this.#drawTable();
  }

  #found() {
    const { role, state, find = "" } = this.#query;
    const word = find.trim().toLowerCase();
    return this.#list.filter((one) => (!role || one.role === role) && (!state || one.state === state)
      && [one.name, one.department, ...(one.grids ?? []), ...(one.grids ?? []).map(gridName)]
        .some((text) => text?.toLowerCase().includes(word)))
      .sort((one, other) => (one.state < other.state ? -1 : one.state > other.state ? 1
        : one.name.localeCompare(other.name, "zh")));
  }

  #drawTable() {
    const found = this.#found();
    const head = ["name", "role", "group", "department", "grids", "state"];
    put(this.#parts.table,
      this.#fault && h("p", { class: "notice bad", role: "alert" }, problemWords(this.#fault)),
      h("p", { class: "small muted", role: "status" }, t("people.count", { n: found.length })),
      found.length === 0 ? h("p", { class: "empty" }, t(this.#list.length === 0 ? "people.none" : "people.noneFound"))
        : h("div", { class: "fleet-scroll" }, h("table", { class: "plain fleet-table" },
          h("thead", null, h("tr", null, head.map((name) => h("th", { scope: "col" }, t(`people.${name}`))),
            h("th", null, h("span", { class: "unseen" }, t("fleet.actions"))))),
          h("tbody", null, found.map((person) => this.#row(person))))));
  }

  #row(person) {
    const { name, role, group, department, grids, state } = person;
    const isMe = name === this.#app.me?.name;
    return h("tr", { class: state === "revoked" ? "gone" : "" },
      h("th", { scope: "row" }, name, isMe && h("div", { class: "small muted" }, t("people.me"))),
      h("td", null, t(`role.${role}`)),
      h("td", null, group ? groups.includes(group) ? t(`group.${group}`) : group : "–"),
      h("td", null, department ?? "–"),
      h("td", null, grids ? joined(grids.map(gridName)) : t("people.allGrids")),
      h("td", null, h("span", { class: `chip ${state === "given" ? "" : "done"}` }, t(`people.state.${state}`))),
      h("td", null, h("button", { type: "button", class: "small",
        "aria-label": t("fleet.actionsOf", { name }), "data-version": JSON.stringify(person),
        on: { click: () => this.#menu(person, isMe) } }, t("fleet.actions"))));
  }

  #menu(person, isMe) {
    choose(person.name, [[t(person.state === "revoked" ? "people.giveAgain" : "people.edit"), () => this.#edit(person)],
      ...(person.state === "given" && !isMe ? [[t("people.revoke"), () => this.#revoke(person)]] : [])]);
  }

  async #edit(person) {
    const form = personForm(person, this.#list.map(({ name }) => name));
    const isDone = await ask({
      title: t(person ? "people.editTitle" : "people.addTitle", { name: person?.name }),
      body: form.body,
      check: form.check,
      confirm: t(person ? "ask.save" : "people.add"),
      run: async () => {
        const value = form.value();
        await this.#app.call("POST", "/v1/access", { json: value });
        return form.told(value);
      },
    });
    if (isDone) await this.read();
  }

  async #revoke({ name }) {
    const isDone = await ask({
      title: t("people.revokeTitle", { name }),
      body: h("p", null, t("people.revokeWhat")),
      confirm: t("people.revoke"),
      danger: true,
      run: async () => void await this.#app.call("POST", pathOf("/v1/access/revoke", { name })),
    });
    if (!isDone) return;
    toast(t("people.revoked", { name }));
    await this.read();
  }
}
