"""A real central node and a real gateway, as a station has them, and what central holds in the end."""

import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.parse

from relay import Relay, free_port
from waiting import wait

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("FIELDPOST_BINARY", str(ROOT / ".build/debug/fieldpost"))
# A node refuses variables of that prefix that it does not know. FIELDPOST_PAGES may name a folder of pages to try.
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith("FIELDPOST_") or name == "FIELDPOST_PAGES"}
PASSWORD = "南坑 2026 correct horse"
GRIDS = ["BT-01", "BT-02", "BT-03"]


class Node:
    """A process of the program, with its state in a folder of its own."""

    def __init__(self, role, folder, settings, certificate=None):
        self.role, self.folder, self.certificate = role, pathlib.Path(folder), certificate
        self.configuration = self.folder / f"{role}.yaml"
        self.http, self.public_http, self.public_https = free_port(), free_port(), free_port()
        self.more = {}  # variables with other settings, for the next start
        self._process = None
        self.run("init", role, "--state-directory", str(self.folder), *settings)

    @property
    def environment(self):
        settings = {**CLEAN, "FIELDPOST_HTTP": f"127.0.0.1:{self.http}",
                    "FIELDPOST_PUBLIC_HTTP": f"127.0.0.1:{self.public_http}"}
        settings |= self.more
        if self.certificate:
            settings |= {"FIELDPOST_PUBLIC_HTTPS": f"127.0.0.1:{self.public_https}",
                         "FIELDPOST_HTTP_CERTIFICATE": str(self.certificate / "site.crt"),
                         "FIELDPOST_HTTP_KEY": str(self.certificate / "site.key")}
        return settings

    def run(self, *arguments, password=None):
        """Runs a command of the program for this node, and gives its output."""
        words = [BINARY, *arguments]
        if arguments[0] != "init":
            words += ["--configuration", str(self.configuration)]
        variables = {name: value for name, value in CLEAN.items() if name != "FIELDPOST_PAGES"}
        variables |= {"FIELDPOST_PASSWORD": password} if password else {}
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, env=variables)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        log = open(self.folder / "log", "ab")
        self._process = subprocess.Popen(
            [BINARY, self.role, "--configuration", str(self.configuration)],
            env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait(self.is_healthy, f"{self.role} answers")

    def is_healthy(self):
        if self._process.poll() is not None:
            raise AssertionError(f"{self.role} ended: {self.log()[-2000:]}")
        return ask(self.http, "/healthz", tls=self.certificate is not None)[0] == 200

    def kill(self):
        """SIGKILL: what a pulled plug does to the process."""
        self._end(signal.SIGKILL)

    def stop(self):
        self._end(signal.SIGTERM)

    def _end(self, how):
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(60)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")


class Station:
    """One central node and one enrolled gateway with `public_http`, accounts and a terminal.

    Staff: 赵敏 inspects (collector), 陈伟 handles (handler), 王芳 at the desk dispatches. 李强 dispatches in all grids.
    With `is_cuttable`, `link` is the line from the gateway to central. A certificate makes a node serve over TLS.
    """

    def __init__(self, certificate=None, name="南坑社区工作站", grids=GRIDS, is_cuttable=False,
                 central_certificate=None):
        self.grids = list(grids)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fieldpost-pages-"))
        self.listen = free_port()
        self.link = Relay(self.listen) if is_cuttable else None
        self.central = Node("central", self.folder / "central", [
            "--name", "坂田中心", "--listen", f"127.0.0.1:{self.listen}"], central_certificate)
        self.gateway = Node("gateway", self.folder / "gateway", [
            "--name", name, "--dial", f"127.0.0.1:{self.link.port if self.link else self.listen}",
            "--grids", ",".join(self.grids)], certificate)
        self.central.start()
        self.gateway.start()
        token = self.folder / "token"
        token.write_text(self.central.run("token", "create"))
        token.chmod(0o600)
        self.gateway.run("enroll", "--token-file", str(token))
        grids = ",".join(self.grids)
        self.account("王芳", "--role", "dispatcher", "--group", "dispatcher", "--grids", grids)
        self.account("赵敏", "--role", "staff", "--group", "collector", "--grids", grids)
        self.account("陈伟", "--role", "staff", "--group", "handler", "--department", "市政", "--grids", grids)
        self.account("李强", "--role", "dispatcher")
        self.terminal = self.gateway.run("access", "terminal", "巡检终端-1").strip().splitlines()[-1]
        wait(lambda: self.ask(self.gateway, "/v1/tasks", login="赵敏")[0] == 200, "赵敏 may log in at the gateway")

    def account(self, name, *arguments):
        self.central.run("access", "account", name, *arguments, password=PASSWORD)

    def close(self):
        for node in (self.gateway, self.central):
            node.kill()
        if self.link:
            self.link.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, node, path, body=None, login=None, method=None, headers=None):
        """A request to the port of terminals and people: its status and JSON."""
        headers = {**(basic(login) if login else {}), **(headers or {})}
        return ask(node.http, path, body, headers, method, tls=node.certificate is not None)

    def reports(self, text=None, node=None):
        """Whole reports at central (or another node), the oldest first; those whose text has `text`."""
        node = node or self.central
        status, page = self.ask(node, "/v1/reports?limit=500", login="李强" if node is self.central else "王芳")
        assert status == 200, (status, page)
        found = [report for report in reversed(page["reports"])
                 if text is None or text in (report.get("fields", report).get("text") or "")]
        return [self.report(report["id"], node) for report in found]

    def report(self, identifier, node=None):
        """One report with its photos, notes and steps."""
        node = node or self.central
        status, report = self.ask(
            node, f"/v1/reports/{identifier}", login="李强" if node is self.central else "王芳")
        assert status == 200, (status, report)
        return report

    def holds(self, sha256):
        """The bytes of a photo as central has them, or None."""
        status, data = self.ask(self.central, f"/v1/blobs/{sha256}?form=original", login="李强")
        return data if status == 200 else None


def basic(name, password=PASSWORD):
    """The header of somebody who logs in."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def ask(port, path, body=None, headers=None, method=None, source="127.0.0.1", tls=False):
    """A plain HTTP request without a browser, from a loopback address. The status is 0 where nobody answers."""
    if tls:
        trust = ssl._create_unverified_context()  # the browsers check the certificate; this only asks
        line = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, source_address=(source, 0), context=trust)
    else:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    headers, data = dict(headers or {}), body
    if body is not None and not isinstance(body, bytes):
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        line.request(method or ("GET" if data is None else "POST"), urllib.parse.quote(path, safe="/?&=%:,"), data,
                     headers)
        answer = line.getresponse()
        return answer.status, _json(answer.read())
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        line.close()


def _json(data):
    try:
        return json.loads(data)
    except ValueError:
        return data
