/** Oneself: where one is logged in, and a new password. */

import { h } from "../shared/dom.js";
import { moment } from "../shared/time.js";
import { t } from "../shared/words.js";
import { toast } from "./frame.js";
import { problemWords, failed } from "./problems.js";
import { put } from "./put.js";

const leastPassword = 10;

export default { title: "me.title", show };

function show(place, query, app) {
  const list = h("div");
  place.append(h("div", { class: "narrow stack" }, h("h1", null, t("me.title")),
    h("section", { class: "card stack" }, h("h2", null, t("me.sessions")), list), passwordForm(app)));

  async function read() {
    try {
      const { json } = await app.call("GET", "/v1/sessions");
      put(list, h("div", { class: "wide-frame" }, h("table", { class: "plain" },
        h("thead", null, h("tr", null, ["began", "seen", "address", "agent"].map((key) =>
          h("th", { scope: "col" }, t(`me.${key}`))), h("td"))),
        h("tbody", null, json.sessions.map(row)))));
    } catch (error) {
      put(list, failed(error, read));
    }
  }

  const row = (session) => h("tr", null, h("td", null, moment(session.began)), h("td", null, moment(session.seen)),
    h("td", null, session.address), h("td", { class: "small" }, browserOf(session.agent)),
    h("td", null, session.current ? h("strong", null, t("me.thisOne"))
      : h("button", { type: "button", on: { click: () => end(session) } }, t("me.end"))));

  async function end({ id }) {
    try {
      await app.call("DELETE", `/v1/sessions?id=${encodeURIComponent(id)}`);
      toast(t("me.ended"));
    } catch (error) {
      toast(problemWords(error), "bad");
    }
    read();
  }

  read();
  return () => {};
}

/** The name of a browser and its system, as far as its own words tell. */
function browserOf(agent) {
  const found = (list) => list.find(([word]) => agent.includes(word))?.[1];
  const browser = found([["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]]);
  const system = found([["Windows", "Windows"], ["Android", "Android"], ["iPhone", "iOS"], ["iPad", "iPadOS"],
    ["Mac OS", "macOS"], ["Linux", "Linux"]]);
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 60);
}

function passwordForm(app) {
  const fault = h("p", { class: "error", role: "alert", id: "password-fault", hidden: true });
  const input = (id, autocomplete) => h("input", { id, type: "password", autocomplete, maxlength: "256",
    "aria-describedby": "password-fault" });
  const old = input("old", "current-password");
  const first = input("new", "new-password");
  const second = input("again", "new-password");
  const field = (node) => h("div", null, h("label", { class: "label", for: node.id }, t(`me.${node.id}`)), node);
  const submit = h("button", { type: "submit", class: "primary" }, t("me.change"));
  const say = (words) => {
    fault.textContent = words;
    fault.hidden = !words;
  };

  async function send(event) {
    event.preventDefault();
    if (!old.value) return say(t("me.oldMissing"));
    if ([...first.value].length < leastPassword) return say(t("me.short", { n: leastPassword }));
    if (first.value !== second.value) return say(t("me.different"));
    say("");
    submit.disabled = true;
    try {
      await app.call("PUT", "/v1/session/password", {
        json: { old: old.value, new: first.value }, mayFail: true,
      });
      toast(t("me.changed"));
      await app.call("GET", "/v1/session"); // all logins have ended, this one too: the login is shown
    } catch (error) {
      if (app.me) say(error.status === 401 ? t("me.oldWrong") : problemWords(error));
    } finally {
      submit.disabled = false;
    }
    return null;
  }

  return h("form", { class: "card stack", novalidate: true, on: { submit: send } }, h("h2", null, t("me.password")),
    h("p", { class: "muted small" }, t("me.passwordWhat")), field(old), field(first), field(second), fault,
    h("div", null, submit));
}
