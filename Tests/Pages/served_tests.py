"""What a node serves as pages: how much, under which policy, and nothing that is secret."""

import base64
import http.client
import json
import re

from station import GRIDS, PASSWORD
from world import test

POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
          "frame-ancestors 'none'"]
FIRST_VIEW = 60_000


@test
def every_file_has_the_policy_and_nothing_of_another_site(world):
    station = world.station
    for port in (station.gateway.public_http, station.gateway.http):
        for path, (status, headers, body) in _all_files(port).items():
            assert status == 200, (path, status)
            text = body.decode("utf-8", "replace")
            if "<html" in text or path == "/sw.js":
                policy = headers.get("content-security-policy", "")
                assert all(part in policy for part in POLICY) and "unsafe" not in policy, (path, policy)
            assert headers.get("x-content-type-options") == "nosniff", path
            assert "set-cookie" not in headers and "strict-transport-security" not in headers, path
            kept = "no-store" if path == "/sw.js" else "no-cache"
            assert kept in headers.get("cache-control", ""), (path, headers.get("cache-control"))
            if path.endswith((".html", "/", "/staff")):
                assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path
            for site in re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text):
                assert "www.w3.org" in site, (path, site)
            assert "innerHTML" not in text and "document.write" not in text and "eval(" not in text, path


@test
def files_are_compressed_and_come_again_only_when_they_changed(world):
    port = world.station.gateway.public_http
    for path in _all_files(port):
        status, headers, body = _get(port, path, {"Accept-Encoding": "gzip"})
        if len(_get(port, path)[2]) > 1500 and not path.endswith((".png", ".jpg", ".webp")):
            assert headers.get("content-encoding") == "gzip", path
        if path != "/sw.js":
            tag = headers.get("etag")
            assert tag and _get(port, path, {"If-None-Match": tag})[0] == 304, path
            assert _get(port, path, {"If-None-Match": '"another"'})[0] == 200, path


@test
def no_page_holds_a_secret_of_the_node(world):
    station = world.station
    secrets = {"a password": PASSWORD.encode(), "a terminal's token": station.terminal.encode(),
               "the token's digits": station.terminal.split("-")[-1].encode()}
    for node in (station.gateway, station.central):
        for file in node.folder.rglob("*"):
            if file.is_file() and (file.suffix in (".key", ".pem") or "key" in file.name):
                data = file.read_bytes().strip()
                secrets[str(file)] = data
                lines = [line for line in data.splitlines() if b"-----" not in line and len(line) > 20]
                secrets.update({f"{file} line {number}": line for number, line in enumerate(lines)})
                secrets[f"{file} as text"] = base64.b64encode(data)[:40]
                secrets[f"{file} as digits"] = data.hex().encode()[:64]
    assert any("node.key" in name for name in secrets), secrets.keys()
    names = [b"\xe8\xb5\xb5\xe6\x95\x8f", b"\xe9\x99\x88\xe4\xbc\x9f", station.folder.name.encode()]
    for port in (station.gateway.public_http, station.gateway.http):
        files = _all_files(port)
        answers = {**files, "/v1/form": _get(port, "/v1/form"), "404": _get(port, "/nothing-here")}
        for path, (_, headers, body) in answers.items():
            whole = body + json.dumps(headers).encode()
            for name, secret in secrets.items():
                assert secret not in whole, f"{path} has {name}"
            for name in names:
                assert name not in whole, f"{path} names {name.decode()}"
            assert b"PRIVATE KEY" not in whole and b"scrypt" not in whole, path


@test
def no_path_leads_out_of_the_pages(world):
    for port in (world.station.gateway.public_http, world.station.gateway.http):
        for path in ("/../gateway.yaml", "/shared/../../node.key", "/shared/%2e%2e/%2e%2e/node.key", "//etc/passwd",
                     "/shared/..%2f..%2fgateway.yaml", "/shared", "/shared/", "/index.html%00.js", "/SHARED/ids.js",
                     "/shared\\ids.js", "/.git/config", "/node.key"):
            status, _, body = _get(port, path)
            assert status in (400, 404), (path, status)
            assert b"PRIVATE" not in body and b"state_directory" not in body, path


@test
def the_first_view_is_small(world):
    for visit, path, shown in ((world.resident(), "", "#words"), (world.staff(), "staff", "#name")):
        answers = []
        visit.context.on("response", lambda answer, into=answers: into.append(answer))
        page = visit.page(path)
        page.locator(shown).wait_for()
        asked = list(answers)
        sizes = [answer.request.sizes() for answer in asked]
        bodies, heads = (sum(size[part] for size in sizes) for part in ("responseBodySize", "responseHeadersSize"))
        page.wait_for_load_state("networkidle")
        world.note(f"/{path}: {bodies} bytes and {heads} of headers in {len(asked)} answers before it is shown, "
                   f"{len(answers)} answers in all")
        assert bodies < FIRST_VIEW, bodies


@test
def the_form_tells_what_it_needs_to_everybody(world):
    station = world.station
    for port in (station.gateway.public_http, station.gateway.http):
        status, headers, body = _get(port, "/v1/form")
        form = json.loads(body)
        assert status == 200 and form["station"] == "南坑社区工作站" and form["role"] == "gateway", form
        assert len(form["categories"]) == 71 and len({row["major"]["code"] for row in form["categories"]}) == 10
        assert [grid["code"] for grid in form["grids"]] == GRIDS, form["grids"]
        assert form["limits"]["files"] >= 6 and form["limits"]["text_bytes"] > 0 and form.get("secure") is None


def _all_files(port):
    """The page, each file that its worker would keep, and the worker: {path: (status, headers, body)}."""
    _, _, worker = _get(port, "/sw.js")
    shell = json.loads(re.search(rb"self\.shell = (\{.*?\});\n", worker, re.S).group(1))
    assert len(shell["files"]) > 10 and shell["version"], shell
    return {path: _get(port, path) for path in {*shell["files"], "/sw.js"}}


def _get(port, path, headers=None):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
