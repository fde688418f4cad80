"""A page of somebody else, that tries what a browser lets it do to the console."""

import http.server
import json
import threading

from browser import PLAIN
from relay import free_port

PAGE = "<!doctype html><meta charset=utf-8><title>elsewhere</title><link rel=icon href='data:,'><body>"
# Everything that a page can make a browser send to another one, with the cookies that it has for it.
TRY = """async ({ url, report, step, login }) => {
    const said = [];
    const ask = async (name, path, options) => {
        try {
            const answer = await fetch(url + path, { credentials: "include", ...options });
            said.push(`${name}: ${answer.type} ${answer.status} ${(await answer.text().catch(() => "")).slice(0, 40)}`);
        } catch (error) { said.push(`${name}: refused`); }
    };
    const form = (path, body, type) => new Promise(done => {
        const frame = document.createElement("iframe");
        frame.name = `f${document.querySelectorAll("iframe").length}`;
        document.body.append(frame);
        const form = document.createElement("form");
        Object.assign(form, { method: "post", action: url + path, target: frame.name, enctype: type });
        const field = document.createElement("input");
        [field.name, field.value] = type === "text/plain" ? [body.slice(0, -1) + ',"x":"', '"}'] : ["step", "accepted"];
        form.append(field);
        document.body.append(form);
        frame.addEventListener("load", () => setTimeout(done, 200));
        form.submit();
        setTimeout(done, 3000);
    });
    const text = { "content-type": "text/plain" };
    const path = `v1/reports/${report}/steps`;
    for (const mode of ["no-cors", "cors"]) {
        await ask(`${mode} step`, path, { method: "POST", mode, body: step, headers: text });
        await ask(`${mode} login`, "v1/session", { method: "POST", mode, body: login, headers: text });
        await ask(`${mode} read`, "v1/reports", { mode });
        await ask(`${mode} guard`, "v1/session", { mode });
    }
    await ask("json", path, { method: "POST", body: step, headers: { "content-type": "application/json" } });
    await ask("guarded", path, { method: "POST", body: step, headers: { ...text, "fieldpost-guard": "0" } });
    await ask("logout", "v1/session", { method: "DELETE" });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
        await form(path, step, type);
        await form("v1/session", login, type);
        await form("v1/steps", step, type);
    }
    navigator.sendBeacon(url + path, step);
    for (const [tag, key] of [["script", "src"], ["img", "src"], ["link", "href"]]) {
        const element = document.createElement(tag);
        if (tag === "link") element.rel = "stylesheet";
        element[key] = `${url}v1/reports`;
        document.body.append(element);
    }
    const heard = await new Promise(done => {
        const source = new EventSource(`${url}v1/live`, { withCredentials: true });
        source.addEventListener("open", event => event.data && done("open"));
        source.addEventListener("error", () => done("refused"));
        setTimeout(() => done("nothing"), 30000);
    });
    said.push(`live: ${heard}`);
    return said;
}"""
FRAME = """url => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.src = url;
    frame.addEventListener("load", () => setTimeout(() => done(frame.contentDocument === null), 500));
    document.body.append(frame);
})"""


class OtherSite:
    """Two origins that are not the console's: one of another site, and one of the same host at another port, to which
    browsers give the same cookies."""

    def __init__(self):
        self.port = free_port()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), _Page)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origins = [f"http://127.0.0.1:{self.port}/", f"http://{PLAIN}:{self.port}/"]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_):
        pass


def tries(url, report, name, password):
    """What `TRY` takes."""
    return {"url": url, "report": report, "step": json.dumps({"step": "accepted"}),
            "login": json.dumps({"name": name, "password": password})}
