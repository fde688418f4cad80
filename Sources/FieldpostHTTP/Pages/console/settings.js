/** The settings that hold for all nodes: texts with versions, which travel from here to every gateway. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { addWords, hasWord, sizeText, t } from "../shared/words.js";
import "./fleet-words.js";
import { loadStyles } from "./map-load.js";
import { readNames } from "./names.js";
import { failed } from "./problems.js";
import { hashOf } from "./routes.js";
import { SettingEditor } from "./settings-editor.js";
import en from "./words-e-admin-en.js";
import zh from "./words-e-admin-zh.js";

addWords({ zh, en });

/** Those that this program reads, in the order of the list. */
const known = ["organisation", "catalogue", "calendar", "templates", "map"];
/** Made by commands, because a text alone would not do. */
const closed = new Set(["sealing-key"]);

export default { title: "way.settings", show };

async function show(place, query, app) {
  await loadStyles("/console/e-map.css", "/console/e-admin.css");
  const settings = new Settings(place, query, app);
  await settings.read();
  return { stop: () => settings.stop(), change: (other) => settings.change(other) };
}

class Settings {
  #app;
  #place;
  #name;
  #list = null;
  #fault = null;
  #parts = { list: h("nav", { class: "settings-list" }), text: h("div", { class: "settings-text" }) };
  #editor = null;
  #off;
  #isStopped = false;
  #leaving = (event) => this.#editor?.isChanged && event.preventDefault();

  constructor(place, query, app) {
    [this.#place, this.#app, this.#name] = [place, app, query.name || known[0]];
    replace(place, h("p", { class: "empty" }, t("settings.loading")));
    addEventListener("beforeunload", this.#leaving);
    this.#off = app.on("changes", ({ node }) => node && this.read());
  }

  stop() {
    this.#isStopped = true;
    this.#off();
    this.#editor?.stop();
    removeEventListener("beforeunload", this.#leaving);
  }

  /** Another address of this screen: `#/settings?name=map`. */
  change(query) {
    const name = query.name || known[0];
    if (name === this.#name) return;
    if (this.#editor?.isChanged && !confirm(t("settings.leave"))) {
      history.replaceState(null, "", hashOf("settings", [], { name: this.#name }));
      return;
    }
    this.#name = name;
    this.#open();
  }

  async read() {
    try {
      this.#list = (await this.#app.call("GET", "/v1/settings")).json.settings;
      this.#fault = null;
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#fault = error;
    }
    if (this.#isStopped) return;
    if (!this.#list) {
      replace(this.#place, failed(this.#fault, () => this.read()));
      return;
    }
    const { list, text } = this.#parts;
    if (!list.isConnected) {
      replace(this.#place, h("h1", { class: "unseen" }, t("way.settings")),
        h("div", { class: "settings" }, list, text));
      this.#open();
    } else {
      this.#drawList();
      this.#editor?.heard(this.#list.find((one) => one.name === this.#name)?.version);
    }
  }

  #open() {
    this.#drawList();
    this.#editor?.stop();
    this.#editor = new SettingEditor(this.#parts.text, this.#app, this.#name, {
      isClosed: closed.has(this.#name),
      saved: () => {
        readNames(this.#app);
        this.read();
      },
    });
  }

  #drawList() {
    const rest = this.#list.map(({ name }) => name).filter((name) => !known.includes(name)).sort();
    replace(this.#parts.list, h("h2", null, t("settings.list")), h("ul", null, [...known, ...rest].map((name) => {
      const found = this.#list.find((one) => one.name === name);
      return h("li", null, h("a", { href: hashOf("settings", [], { name }),
        "aria-current": name === this.#name ? "page" : null },
      h("b", null, settingName(name)), h("code", null, name),
      h("span", { class: "small muted" }, found
        ? t("settings.version", { n: found.number, size: sizeText(found.bytes) }) : t("settings.builtIn")),
      found && h("span", { class: "small muted" }, `${found.author} · ${found.at ? moment(found.at) : ""}`)));
    })), h("p", { class: "small muted" }, t("settings.travel")));
  }
}

/** What a setting is called. */
export const settingName = (name) => (hasWord(`settings.name.${name}`) ? t(`settings.name.${name}`) : name);
