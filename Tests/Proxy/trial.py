"""Tries one reverse proxy with the text of Deploy/GUIDE.md: `trial.py caddy` or `trial.py nginx`.

Only addresses, the host name and paths of the guide's blocks are replaced. Each step prints a line. The status is 1 if
a step failed.
"""

import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from relay import free_port
from station import PASSWORD, ROOT, Station, ask, basic
from waiting import wait

NAME = "station-12.example.cn"
REPORT = {"channel": "terminal", "category": "AQ01", "text": "楼道内有电动车充电", "grid": "BT-01",
          "location": {"lat": 22.634123, "lon": 114.070456, "datum": "wgs84", "accuracy": 8}, "reporter": "网格员01"}


def block(kind):
    """The block of the guide in a fence of that kind."""
    found = re.findall(rf"```{kind}\n(.*?)```", (ROOT / "Deploy/GUIDE.md").read_text(), re.S)
    assert len(found) == 1, f"the guide has {len(found)} blocks of {kind}"
    return found[0]


def replaced(text, *pairs):
    """The text with each first word replaced by the second. All of them must be there."""
    for old, new in pairs:
        assert old in text, f"the guide has no {old!r}"
        text = text.replace(old, str(new))
    return text


class Proxy:
    """A proxy with a node behind it, from the guide's block."""

    def __init__(self, kind, folder, node_port):
        self.port, self.authority = free_port(), folder / "ca.crt"
        self.folder = folder / f"{kind}-{self.port}"
        self.folder.mkdir()
        files = [("/etc/fieldpost/http.crt", folder / "http.crt"), ("/etc/fieldpost/http.key", folder / "http.key")]
        if kind == "caddy":
            site = replaced(block(kind), (NAME, f"https://{NAME}:{self.port}"), ("127.0.0.1:8080",
                            f"127.0.0.1:{node_port}"), *files)
            text = "{\n    admin off\n    auto_https disable_redirects\n    default_bind 127.0.0.1\n}\n" + site
            words = ["caddy", "run", "--adapter", "caddyfile", "--config", str(self.folder / "configuration")]
        else:
            site = replaced(block(kind), ("listen 443", f"listen 127.0.0.1:{self.port}"),
                            ("127.0.0.1:8080", f"127.0.0.1:{node_port}"), *files)
            text = (f"user root; daemon off; pid {self.folder}/pid; error_log {self.folder}/log;\n"
                    f"events {{}}\nhttp {{\n"
                    f"access_log off; client_body_temp_path {self.folder}/bodies; proxy_temp_path {self.folder}/temp;\n"
                    + site + "}\n")
            words = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "configuration")]
        (self.folder / "configuration").write_text(text)
        self._log = open(self.folder / "output", "wb")
        self._process = subprocess.Popen(
            words, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL,
            env={**os.environ, "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)})
        wait(self.answers, f"{kind} answers", 30)

    def answers(self):
        if self._process.poll() is not None:
            raise AssertionError((self.folder / "output").read_text(errors="replace")[-2000:])
        return self.ask("/healthz")[0] == 200

    def line(self, source="127.0.0.1", timeout=20):
        """A connection to the proxy by the guide's name, with its certificate checked."""
        return _Named(self.port, source, timeout, ssl.create_default_context(cafile=str(self.authority)))

    def ask(self, path, body=None, headers=None, method=None, source="127.0.0.1"):
        """Status, header fields and body. The status is 0 where nobody answers."""
        line, headers = self.line(source), dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            line.request(method or ("GET" if body is None else "POST"), path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            line.close()

    def close(self):
        self._process.terminate()
        self._process.wait(20)
        self._log.close()


class _Named(http.client.HTTPSConnection):
    """The name leads to loopback; TLS and `Host` see the name."""

    def __init__(self, port, source, timeout, trust):
        super().__init__(NAME, port, timeout=timeout, source_address=(source, 0), context=trust)
        self._create_connection = lambda address, *rest: _connect(("127.0.0.1", address[1]), *rest)


def _connect(address, timeout, source):
    return socket.create_connection(address, timeout, source)


def certificate(folder):
    """Runs the guide's commands for a private authority, word for word."""
    done = subprocess.run(["sh", "-eu"], input=block("sh certificate"), text=True, cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr


def check(condition, what):
    print(f"    {'ok' if condition else 'FAILED'}: {what}", flush=True)
    if not condition:
        check.failed += 1


check.failed = 0


def photo(seed, size):
    """A whole JPEG with `size` more bytes in its comments, so that each one is another file."""
    plain = subprocess.run(["cjpeg"], input=b"P6 64 64 255\n" + bytes(range(256)) * 48, capture_output=True,
                           check=True).stdout
    comments, left, number = b"", size, 0
    while left > 0:
        body = b"".join(hashlib.sha256(f"{seed} {number} {i}".encode()).digest() for i in range(2000))
        comments += b"\xff\xfe" + (len(body) + 2).to_bytes(2, "big") + body
        left, number = left - len(body), number + 1
    return plain[:2] + comments + plain[2:]


def uploads(proxy, station):
    terminal = {"Authorization": f"Bearer {station.terminal}"}
    status, _, body = proxy.ask("/v1/reports", REPORT, terminal)
    check(status == 201, f"a report is taken (status {status})")
    report = json.loads(body)["id"] if status == 201 else ""

    whole = photo("whole", 8_000_000)
    name = hashlib.sha256(whole).hexdigest()
    status, _, _ = proxy.ask(f"/v1/blobs/{name}", whole, terminal, "PUT")
    check(status in (200, 201), f"a photo of 8 MB is taken in one request (status {status})")
    status, _, _ = proxy.ask(f"/v1/reports/{report}/attachments", {"sha256": name}, terminal)
    check(status in (200, 201), f"and is attached (status {status})")

    parted = photo("parted", 8_000_000)
    tus = {**terminal, "Tus-Resumable": "1.0.0"}
    status, fields, _ = proxy.ask("/v1/uploads", b"", {**tus, "Upload-Length": str(len(parted))}, "POST")
    check(status == 201, f"an upload begins (status {status})")
    place = fields.get("Location", "")
    check(place.startswith("/") or place.startswith(f"https://{NAME}"), f"its place is here ({place})")
    line = proxy.line()
    line.putrequest("PATCH", place)
    for field, value in {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
                         "Content-Length": str(len(parted))}.items():
        line.putheader(field, value)
    line.endheaders()
    line.send(parted[:5_000_000])

    def offset():
        return int(proxy.ask(place, None, tus, "HEAD")[1].get("Upload-Offset", 0))

    # HEAD takes the upload over, so time is given for bytes to pass first.
    time.sleep(3)
    line.close()
    kept = offset()
    check(kept > 4_000_000, f"of 5,000,000 bytes of a request that was cut, {kept} are durable")
    status, fields, _ = proxy.ask(place, parted[kept:], {**tus, "Upload-Offset": str(kept),
                                  "Content-Type": "application/offset+octet-stream"}, "PATCH")
    check(status == 204, f"the rest is taken (status {status})")
    check(hashlib.sha256(parted).hexdigest() in fields.get("Fieldpost-Blob", "").lower(), "the photo is whole")
    wait(lambda: station.holds(name) == whole, "central has the attached photo", 60)
    check(True, "central has the attached photo, byte for byte")


def streams(proxy, station):
    """Central behind the proxy: a login with a cookie, events and answers that wait."""
    status, fields, body = proxy.ask("/v1/session", {"name": "李强", "password": PASSWORD})
    cookie = fields.get("Set-Cookie", "")
    check(status == 201 and cookie.startswith("__Host-fieldpost=") and "; Secure" in cookie,
          f"a login gets the cookie of TLS (status {status})")
    login = {"Cookie": cookie.split(";")[0]}
    guard = json.loads(body).get("guard", "")
    status = proxy.ask("/v1/session", None, login, "DELETE")[0]
    check(status == 403, f"without the guard nothing is changed (status {status})")

    line = proxy.line()
    line.request("GET", "/v1/live", headers=login)
    answer = line.getresponse()
    check(answer.status == 200, f"events begin (status {answer.status})")
    lines = iter(answer.readline, b"")
    check(any(text.startswith(b"event: open") for text in lines), "the first event comes at once")
    began = time.monotonic()
    status, taken = station.ask(station.gateway, "/v1/reports", {**REPORT, "text": "事件流"},
                                headers={"Authorization": f"Bearer {station.terminal}"})
    assert status == 201, (status, taken)
    seen = any(taken["id"].encode() in text for text in lines)
    took = time.monotonic() - began
    check(seen and took < 3, f"the event of a report at the gateway came after {took:.2f} s")
    began = time.monotonic()
    beat = any(text.startswith(b":") for text in lines)
    took = time.monotonic() - began
    check(beat and took < 18, f"a sign of life came after {took:.1f} s of quiet")
    line.close()

    cursor = json.loads(proxy.ask("/v1/changes?since=now", None, login)[2].splitlines()[-1])["cursor"]
    line = proxy.line(timeout=70)
    began = time.monotonic()
    # A kind that does not come here, so that nothing ends the wait.
    line.request("GET", f"/v1/changes?since={cursor}&kind=overdue", headers={**login, "Prefer": "wait=60"})
    answer = line.getresponse()
    answer.read()
    took = time.monotonic() - began
    check(answer.status == 200 and took > 55,
          f"an answer that waits for 60 s came after {took:.0f} s (status {answer.status})")
    status = proxy.ask("/v1/session", None, {**login, "Fieldpost-Guard": guard}, "DELETE")[0]
    check(status == 204, f"with the guard the login ends (status {status})")


def addresses(proxy):
    """Wrong passwords count for the client's own address, whatever it says of itself."""
    guesses = [proxy.ask("/v1/tasks", None, basic("王芳", f"wrong {n}"), source="127.0.0.2")[0] for n in range(14)]
    check(429 in guesses, f"one address cannot guess on ({guesses})")
    lie = {**basic("王芳", "wrong again"), "X-Forwarded-For": "203.0.113.9"}
    status = proxy.ask("/v1/tasks", None, lie, source="127.0.0.2")[0]
    check(status == 429, f"nor with an X-Forwarded-For of its own (status {status})")
    status = proxy.ask("/v1/tasks", None, basic("陈伟", "wrong"), source="127.0.0.3")[0]
    check(status == 401, f"another address is not held back (status {status})")


def main(kind):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fieldpost-proxy-"))
    print(f"{kind}:", flush=True)
    certificate(folder)
    station, proxies = Station(), []
    try:
        proxies = [Proxy(kind, folder, station.gateway.http), Proxy(kind, folder, station.central.http)]
        uploads(proxies[0], station)
        streams(proxies[1], station)
        addresses(proxies[0])
    finally:
        for proxy in proxies:
            proxy.close()
        station.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
