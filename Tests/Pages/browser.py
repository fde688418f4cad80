"""Chromium as a visitor's phone, at the plain address of a station and at its safe one."""

import pathlib
import shutil
import tempfile

import certificates
from relay import Relay

PLAIN, SAFE = "gw.test", "nk.fp.test"
CHROMIUM = "/usr/bin/chromium"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
         "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
DESK = {"viewport": {"width": 1366, "height": 768}, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}
# Only loopback is there for this browser: whatever a page asks of another site fails, and is counted.
RULES = f"MAP {PLAIN} 127.0.0.1, MAP {SAFE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
EXPECTED = ("Failed to load resource", "An unknown error occurred when fetching the script")
COUNTING = """
addEventListener("pointerdown", event => { if (event.isTrusted) reportTap(); }, true);
addEventListener("securitypolicyviolation", event =>
    reportViolation(`${event.effectiveDirective} ${event.blockedURI}`), true);
"""


class Browser:
    """The one Chromium of a run, with the authority of the stations in its trust store."""

    def __init__(self, playwright):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fieldpost-browser-"))
        self.certificate = self.folder / "tls"
        home = certificates.make(self.certificate, SAFE)
        self.launch = {
            "executable_path": CHROMIUM,
            "args": ["--no-sandbox", f"--host-resolver-rules={RULES}"],
            "env": {"HOME": str(home), "LANG": "zh_CN.UTF-8", "PATH": "/usr/bin:/bin"},
        }
        self.playwright = playwright
        self.chromium = playwright.chromium.launch(**self.launch)

    def close(self):
        self.chromium.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Visit:
    """One phone at one address of a node, over a line of its own."""

    def __init__(self, browser, port, safe=False, source="127.0.0.1", kept=False, **options):
        self.browser, self.safe = browser, safe
        self.relay = Relay(port, source)
        self.url = f"https://{SAFE}:{self.relay.port}/" if safe else f"http://{PLAIN}:{self.relay.port}/"
        self.answers = False
        self.taps, self.faults, self.outside, self.requests = 0, [], [], []
        self.options = {**PHONE, **options}
        if safe:
            self.options.setdefault("permissions", ["geolocation"])
            self.options.setdefault("geolocation", {"latitude": 22.634123, "longitude": 114.070456, "accuracy": 12})
        self.folder = tempfile.mkdtemp(dir=browser.folder) if kept else None
        self.context = None
        self.open()

    def open(self):
        """Starts the browser of this phone; with `kept`, with the profile of before."""
        if self.folder:
            self.context = self.browser.playwright.chromium.launch_persistent_context(
                self.folder, **self.browser.launch, **self.options)
        else:
            self.context = self.browser.chromium.new_context(**self.options)
        self.context.set_default_timeout(60_000)
        self.context.expose_binding("reportTap", lambda source: self._tap())
        self.context.expose_binding("reportViolation", lambda source, what: self.faults.append(f"policy: {what}"))
        if self.options.get("java_script_enabled", True):
            self.context.add_init_script(COUNTING)
        self.context.on("page", self._watch)
        self.context.on("request", self._request)
        for page in self.context.pages:
            self._watch(page)

    def page(self, path=""):
        """A new tab at the path of this address."""
        page = self.context.new_page()
        page.goto(self.url + path.lstrip("/"))
        return page

    def close(self):
        if self.context:
            self.context.close()
            self.context = None

    def end(self):
        self.close()
        self.relay.close()

    def _tap(self):
        self.taps += 1

    def _request(self, request):
        self.requests.append(request)
        if not request.url.startswith((self.url, "blob:" + self.url)):
            self.outside.append(request.url)

    def _watch(self, page):
        page.on("pageerror", lambda error: self.faults.append(f"error: {error} {error.stack or ''}"))
        page.on("console", self._console)
        page.on("dialog", self._dialog)

    def _console(self, message):
        # An answer that says no, and a line that is cut, are not faults of the page.
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _dialog(self, dialog):
        # Only a test that deletes something expects to be asked.
        if self.answers and dialog.type == "confirm":
            dialog.accept()
            return
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()
