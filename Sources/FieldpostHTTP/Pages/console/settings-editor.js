/** One setting as a text: read, changed, and saved on the version that was read. */

import { Refused, Unreachable } from "../shared/api.js";
import { h, replace } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { hasWord, t } from "../shared/words.js";
import { toast } from "./frame.js";
import { phraseView } from "./phrases.js";
import { failed, problemWords } from "./problems.js";
import { previewOf } from "./settings-preview.js";
import { TextArea } from "./settings-text.js";

const pause = 400; // milliseconds after the last key until the preview is drawn

/** The line that a refusal names: "Line 3: …", "line 3". Null if it names none. */
function lineOf(problem) {
  const found = /\bline (\d+)/i.exec(problem?.detail ?? "");
  return found ? Number(found[1]) : null;
}

export class SettingEditor {
  #place;
  #app;
  #name;
  #options;
  #kept = null; // {text, tag, version, author, at, number}; null for one that was never made
  #area = null;
  #parts = {};
  #timer = null;
  #turn = 0;
  #isSaving = false;

  /** `isClosed`: it is only shown. `saved()` is called after a new version was made. */
  constructor(place, app, name, options) {
    [this.#place, this.#app, this.#name, this.#options] = [place, app, name, options];
    this.#load();
  }

  get isChanged() {
    return this.#area !== null && this.#area.text !== (this.#kept?.text ?? "");
  }

  stop() {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /** Somebody made another version. */
  heard(version) {
    if (!this.#area || this.#isSaving || !version || version === this.#kept?.version) return;
    if (this.isChanged) this.#tellOther();
    else this.#load();
  }

  async #load() {
    const turn = ++this.#turn;
    replace(this.#place, h("p", { class: "empty" }, t("settings.reading")));
    try {
      const found = await this.#fetch();
      if (turn !== this.#turn) return;
      this.#kept = found;
      this.#draw();
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      if (turn === this.#turn) replace(this.#place, failed(error, () => this.#load()));
    }
  }

  async #fetch() {
    try {
      const { json, headers } = await this.#app.call("GET", `/v1/settings/${encodeURIComponent(this.#name)}`);
      return { ...json, tag: headers.get("etag") };
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  #draw() {
    const { isClosed } = this.#options;
    const kept = this.#kept;
    this.#area = new TextArea(kept?.text ?? "", { label: t("settings.textOf", { name: this.#name }),
      isClosed, change: () => this.#changed() });
    this.#parts = {
      fault: h("div", { role: "alert" }), preview: h("div", { class: "settings-preview" }),
      save: h("button", { type: "button", class: "primary", disabled: true, on: { click: () => this.#save() } },
        t("ask.save")),
      undo: h("button", { type: "button", disabled: true, on: { click: () => this.#undo() } }, t("settings.undo")),
    };
    const hint = `settings.hint.${this.#name}`;
    replace(this.#place, h("div", { class: "stack" },
      h("div", { class: "spread" }, h("h2", null, hasWord(`settings.name.${this.#name}`)
        ? t(`settings.name.${this.#name}`) : this.#name, " ", h("code", null, this.#name)),
      h("span", { class: "small muted" }, kept ? t("settings.by", { n: kept.number, author: kept.author,
        time: kept.at ? moment(kept.at) : "–" }) : t("settings.notMade"))),
      hasWord(hint) && h("p", { class: "small muted" }, t(hint)),
      !kept && this.#name !== "map" && h("p", { class: "notice" }, t("settings.builtInWhat")),
      this.#parts.fault, this.#area.element,
      isClosed ? h("p", { class: "notice" }, t("settings.closed"))
        : h("div", { class: "row" }, this.#parts.save, this.#parts.undo, this.#file(), this.#area.tabButton(),
          h("span", { class: "small muted" }, t("settings.keys"))),
      this.#parts.preview));
    this.#preview();
  }

  #file() {
    const input = h("input", { type: "file", hidden: true, on: { change: async ({ target }) => {
      const [file] = target.files;
      target.value = "";
      if (file) this.#area.text = await file.text();
    } } });
    return h("span", null, input, h("button", { type: "button", on: { click: () => input.click() } },
      t("settings.file")));
  }

  #changed() {
    const { save, undo, fault } = this.#parts;
    save.disabled = undo.disabled = !this.isChanged;
    replace(fault);
    this.#area.mark(null);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#preview(), pause);
  }

  #preview() {
    replace(this.#parts.preview, previewOf(this.#name, this.#area.text));
  }

  #undo() {
    this.#area.text = this.#kept?.text ?? "";
  }

  async #save() {
    const { save } = this.#parts;
    const { text } = this.#area;
    save.disabled = true;
    this.#isSaving = true;
    try {
      const { json, headers } = await this.#app.call("PUT", `/v1/settings/${encodeURIComponent(this.#name)}`, {
        body: text,
        headers: { "content-type": "text/plain; charset=utf-8",
          ...(this.#kept ? { "if-match": this.#kept.tag } : { "if-none-match": "*" }) },
      });
      this.#kept = { ...json, text, tag: headers.get("etag") };
      toast(t("settings.saved", { n: json.number }));
      this.#draw();
      this.#options.saved();
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      save.disabled = false;
      this.#refused(error);
    } finally {
      this.#isSaving = false;
    }
  }

  #refused(error) {
    if (error instanceof Refused && error.status === 412) {
      this.#tellOther();
      return;
    }
    if (!(error instanceof Refused) || error.status !== 422) {
      this.#tell("bad", problemWords(error));
      return;
    }
    const line = lineOf(error.problem);
    this.#tell("bad", t(line ? "settings.wrongLine" : "settings.wrong", { n: line }),
      phraseView(error.problem.detail, "p"));
    this.#area.mark(line);
  }

  #tellOther() {
    if (this.#parts.fault.querySelector(".settings-look")) return; // somebody may be looking at it
    this.#tell("warn", t("settings.other"), this.#theirs());
  }

  #tell(tone, words, more) {
    replace(this.#parts.fault, h("div", { class: `notice ${tone} tight` }, h("p", null, words), more));
  }

  /** What to do when somebody else made a version meanwhile: look at theirs, or put this text on it. */
  #theirs() {
    const place = h("div", { class: "tight settings-look" });
    const look = async () => {
      const found = await this.#fetch();
      replace(place, h("p", { class: "small" }, t("settings.by", { n: found.number, author: found.author,
        time: found.at ? moment(found.at) : "–" })),
      h("textarea", { class: "settings-theirs", readonly: true, rows: "10", "aria-label": t("settings.theirs"),
        value: found.text }),
      h("div", { class: "row" },
        h("button", { type: "button", on: { click: () => {
          this.#kept = found;
          this.#draw();
        } } }, t("settings.takeTheirs")),
        h("button", { type: "button", class: "danger", on: { click: () => {
          this.#kept = found;
          this.#changed();
          this.#save();
        } } }, t("settings.putMine"))));
    };
    replace(place, h("div", { class: "row" }, h("button", { type: "button", on: {
      click: () => look().catch((error) => this.#tell("bad", problemWords(error))) } }, t("settings.look"))));
    return place;
  }
}
