"""Tries the packages in two machines, by the text of Deploy/GUIDE.md. Tests/Package/run.sh starts it.

    trial.py DIRECTORY PROGRAM      DIRECTORY has `old`, `new` (packages) and `base` (a tree)
"""

import hashlib
import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import certificates
import restarts
from machine import Cable, Machine, wait_for
from material import guide, photo, swift_libraries

PASSWORD = "a long password"
CENTRAL, GATEWAY = "192.168.1.2", "192.168.1.10"
API = f"http://{GATEWAY}:8080"
EXPOSURE = 1.5


class CannotBoot(Exception):
    """This host cannot boot a machine; the reason is the text."""


class Trial:
    def __init__(self, directory, programs):
        self.directory = directory
        self.cable = Cable(("fieldpost-trial-1", f"{CENTRAL}/24"), ("fieldpost-trial-2", f"{GATEWAY}/24"))
        libraries = next(filter(None, map(swift_libraries, programs)), None)
        self.central = Machine("central", directory, "fieldpost-trial-1", libraries)
        self.gateway = Machine("station-12", directory, "fieldpost-trial-2", libraries)
        self.api = API
        self.token, self.photo, self.commands, self.is_passed = "", photo(directory), 0, False

    def machines(self):
        return (self.central, "fieldpost-central"), (self.gateway, "fieldpost-gateway")

    def follow(self, machine, section, block, text=""):
        """Runs a block of the guide in a machine, as it stands there. The output of each command."""
        commands = guide(section)[block]
        outputs = [machine.run(command, text) for command in commands]
        if machine is self.gateway:
            self.commands += len(commands)
        return outputs

    def put_packages(self, folder):
        for machine, _ in self.machines():
            machine.run("rm -f /root/*.deb")
            for package in sorted((self.directory / folder).glob("*.deb")):
                machine.put(package.read_bytes(), f"/root/{package.name}")

    def post(self, text, identity=None):
        """Posts a report at the gateway, as a terminal. Its id."""
        body = {"channel": "terminal", "category": "AQ01", "text": text, "grid": "10014", "reporter": "网格员01"}
        answer = self.gateway.run(
            f"curl -sS --fail-with-body -m 10 {API}/v1/reports -H 'Authorization: Bearer {self.token}' "
            f"-H 'Content-Type: application/json' -d @-", json.dumps(body))
        return json.loads(answer)["id"]

    def reports(self, machine):
        found, cursor = set(), ""
        while cursor is not None:
            page = json.loads(machine.ask("curl -sS --unix-socket /var/lib/fieldpost/admin.sock "
                                          f"'http://node/v1/reports?limit=500{cursor}'") or "{}")
            found |= {report["id"] for report in page.get("reports", [])}
            cursor = f"&cursor={page['next']}" if page.get("next") else None
        return found

    def digests(self):
        return [machine.ask("fieldpost digest --json") for machine, _ in self.machines()]

    def wait_until_equal(self, why):
        def equal():
            first, second = (re.sub(r'"(node|name)[^,]*,', "", text) for text in self.digests())
            return first and json.loads(first).get("digest") == json.loads(second or "{}").get("digest")
        wait_for(f"both nodes have the same digest {why}", equal)

    def main_process(self, machine, unit):
        return machine.run(f"systemctl show --value -p MainPID {unit}")

    def wait_for_another(self, machine, unit, before, limit=90):
        """Waits until systemd has started a node again. How long that took."""
        start = time.monotonic()
        wait_for(f"{unit} runs again", lambda: machine.ask(
            f"systemctl is-active {unit}; systemctl show --value -p MainPID {unit}").split() not in
            (["active", before], ["active", "0"]) and machine.ask(f"systemctl is-active {unit}") == "active", limit)
        return time.monotonic() - start


STEPS = []


def step(function):
    STEPS.append(function)
    return function


@step
def lintian_is_silent(trial):
    packages = [str(path) for path in sorted((trial.directory / "new").glob("*.deb"))]
    said = subprocess.run(["lintian", *packages], capture_output=True, text=True, check=False).stdout
    assert not said.strip(), said
    return ", ".join(f"{Path(each).name} {Path(each).stat().st_size / 1e6:.1f} MB" for each in packages)


@step
def the_machines_boot(trial):
    for machine, _ in trial.machines():
        with (machine.tree / "etc/hosts").open("a") as hosts:
            hosts.write(f"127.0.0.1 localhost {machine.name}\n{CENTRAL} central.example.cn\n")
        try:
            machine.boot()
        except AssertionError as error:
            raise CannotBoot(str(error)) from error
    return trial.central.run("systemctl --version | head -1")


@step
def the_guide_sets_up_central(trial):
    trial.put_packages("old")
    trial.follow(trial.central, "Install", 0, PASSWORD + "\n")
    return f"{len(guide('Install')[0])} commands"


@step
def nothing_starts_without_a_configuration(trial):
    install, *rest = guide("Install")[1]
    trial.gateway.run(install)
    assert trial.gateway.ask("systemctl is-enabled fieldpost-gateway") == "disabled"
    assert trial.gateway.ask("systemctl is-active fieldpost-gateway") == "inactive"
    said = trial.gateway.fails("systemctl start fieldpost-gateway")
    assert "Assertion failed" in said, said
    assert trial.gateway.ask("ls -A /var/lib/fieldpost") == ""
    for command in rest:
        trial.gateway.run(command)
    trial.commands = 1 + len(rest)


@step
def the_guide_enrolls_the_station(trial):
    trial.follow(trial.central, "Enroll a station", 0)
    trial.gateway.put((trial.central.tree / "root/token").read_bytes(), "/root/token")
    _, trial.token, _ = trial.follow(trial.gateway, "Enroll a station", 1)
    wait_for("the gateway is connected", lambda: any(
        peer["is_connected"] for peer in json.loads(trial.gateway.run("fieldpost status --json"))["peers"]))
    assert trial.commands < 10, trial.commands
    return f"{trial.commands} commands at the gateway from a fresh machine to one in service"


@step
def a_report_and_its_photo_arrive_at_central(trial):
    report = trial.post("三单元楼道内有电动车充电")
    trial.gateway.put(trial.photo, "/root/photo.jpg")
    trial.gateway.run(f"fieldpost attach {report} photo.jpg --role scene")
    digest = hashlib.sha256(trial.photo).hexdigest()
    blob = f"curl -sS --fail --unix-socket /var/lib/fieldpost/admin.sock http://node/v1/blobs/{digest}"
    wait_for("the photo is at central", lambda: digest in trial.central.ask(f"{blob} | sha256sum"))
    for machine, _ in trial.machines():
        wait_for(f"{machine.name} has the thumbnail",
                 lambda m=machine: "image/jpeg" in m.ask(f"{blob}/thumbnail -o /dev/null -w '%{{content_type}}'"))
    assert "Started" in trial.gateway.run("journalctl -q -o cat -u 'fieldpost-thumbnail@*'")
    wait_for("central has the report", lambda: report in trial.reports(trial.central))
    trial.wait_until_equal("after the first report")


@step
def an_upgrade_keeps_reports_and_configuration(trial):
    before, configuration = trial.reports(trial.gateway), trial.gateway.run("cat /etc/fieldpost/*.yaml")
    versions = [trial.gateway.run("dpkg-query -W -f '${Version}' fieldpost")]
    trial.put_packages("new")
    for machine, unit in trial.machines():
        process = trial.main_process(machine, unit)
        trial.follow(machine, "Upgrade", 0)
        assert trial.main_process(machine, unit) != process, f"{unit} was not restarted"
        assert machine.ask(f"systemctl is-active {unit}") == "active"
    versions.append(trial.gateway.run("dpkg-query -W -f '${Version}' fieldpost"))
    assert trial.gateway.run("cat /etc/fieldpost/*.yaml") == configuration
    assert before and before <= trial.reports(trial.gateway)
    report = trial.post("升级之后")
    wait_for("central has it", lambda: report in trial.reports(trial.central))
    trial.wait_until_equal("after the upgrade")
    return " to ".join(versions)


@step
def going_back_loses_nothing(trial):
    gateway, before = trial.gateway, trial.reports(trial.gateway)
    journal = "sha256sum /var/lib/fieldpost/journal.sqlite"
    gateway.run("systemctl stop fieldpost-gateway")
    untouched = gateway.run(journal)
    trial.put_packages("old")
    install, restart = guide("Upgrade")[1]
    gateway.run(install)
    gateway.ask(restart)
    if gateway.ask("systemctl is-active fieldpost-gateway") == "active":
        said = "the old program reads the journal"
        assert trial.reports(gateway) == before
    else:
        said = "the old program refuses the journal"
        assert "newer version of Fieldpost" in gateway.ask("systemctl status fieldpost-gateway")
        assert gateway.run(journal) == untouched
    trial.put_packages("new")
    gateway.run(guide("Upgrade")[0][0])
    gateway.run(restart)
    assert trial.reports(gateway) == before
    return said


@step
def units_are_exposed_little(trial):
    shown = []
    for unit in ("fieldpost-gateway.service", "fieldpost-central.service", "fieldpost-thumbnail@1.service"):
        said = trial.gateway.ask(f"systemd-analyze security --no-pager {unit} | tail -1")
        exposure = float(re.search(r": ([\d.]+) ", said).group(1))
        assert exposure <= EXPOSURE, said
        shown.append(f"{unit} {exposure}")
    return ", ".join(shown)


@step
def every_function_works_in_the_unit(trial):
    central, gateway = trial.central, trial.gateway
    # TLS files of root, handed over by systemd; the residents' page at a port below 1024; a class of links by its
    # interface; thumbnails without their socket.
    gateway.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 300 -subj /CN=station-12 "
                f"-addext subjectAltName=IP:{GATEWAY} -keyout /etc/fieldpost/http.key -out /etc/fieldpost/http.crt "
                "2>&1 && chmod 600 /etc/fieldpost/http.key")
    gateway.put(b"[Service]\nLoadCredential=http.crt:/etc/fieldpost/http.crt\n"
                b"LoadCredential=http.key:/etc/fieldpost/http.key\n"
                b"Environment=FIELDPOST_HTTP_CERTIFICATE=%d/http.crt FIELDPOST_HTTP_KEY=%d/http.key\n"
                b"CapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n",
                "/etc/systemd/system/fieldpost-gateway.service.d/tls.conf")
    before = gateway.run("cat /etc/fieldpost/gateway.yaml")
    gateway.run("cat >> /etc/fieldpost/gateway.yaml", f"public_http: 0.0.0.0:80\npublic_url: http://{GATEWAY}/\n"
                "links:\n  lte:\n    interfaces: [host0]\n    daily: 1GB\n")
    gateway.run("systemctl stop fieldpost-thumbnail.socket && systemctl daemon-reload && "
                "systemctl restart fieldpost-gateway")
    assert "station-12" in gateway.run(f"curl -sS --cacert /etc/fieldpost/http.crt https://{GATEWAY}:8080/healthz -v 2>&1")
    assert "<html" in gateway.run(f"curl -sS --fail http://{GATEWAY}/")
    second = json.loads(gateway.run(
        f"curl -sS --fail-with-body --cacert /etc/fieldpost/http.crt https://{GATEWAY}:8080/v1/reports "
        f"-H 'Authorization: Bearer {trial.token}' -H 'Content-Type: application/json' -d @-",
        json.dumps({"channel": "terminal", "category": "SZ01", "text": "井盖松动", "grid": "10014"})))["id"]
    gateway.run("head -c -2 photo.jpg > other.jpg && printf '\\377\\376\\0\\4hi\\377\\331' >> other.jpg")
    gateway.run(f"fieldpost attach {second} other.jpg --role close")
    wait_for("a thumbnail without the socket", lambda: gateway.ask(
        "curl -sS -o /dev/null -w '%{http_code}' --unix-socket /var/lib/fieldpost/admin.sock "
        f"http://node/v1/blobs/$(sha256sum other.jpg | cut -d' ' -f1)/thumbnail") == "200")
    wait_for("the link has its class", lambda: "lte" in gateway.ask("fieldpost link"))
    assert "<svg" in gateway.run("fieldpost poster")
    assert "<html" in central.run("curl -sS --fail http://127.0.0.1:8081/")
    central.run("curl -sS --fail -o /dev/null http://127.0.0.1:8081/leaflet/leaflet.min.js")
    central.run("fieldpost sealing rotate")
    central.run(f"fieldpost step {second} accepted")
    central.run("fieldpost resync station-12")
    for machine, unit in trial.machines():
        machine.run(f"systemctl reload {unit}")
        for command in ("status", "digest", "incidents", "audit", "quarantine", "people", "reports", "tasks"):
            machine.run(f"fieldpost {command}")
    trial.wait_until_equal("after all functions")
    gateway.run("rm -r /etc/systemd/system/fieldpost-gateway.service.d && cat > /etc/fieldpost/gateway.yaml", before + "\n")
    gateway.run("systemctl daemon-reload && systemctl start fieldpost-thumbnail.socket && "
                "systemctl restart fieldpost-gateway")


step(certificates.renewed_certificates_are_served)
step(certificates.systemd_hands_over_the_files_of_root)


@step
def a_restart_loses_nothing(trial):
    took = []
    for machine, unit in trial.machines():
        before, start = trial.reports(machine), time.monotonic()
        machine.run(f"systemctl restart {unit}")
        took.append(f"{unit} ready after {time.monotonic() - start:.1f} s")
        assert trial.reports(machine) == before
    return ", ".join(took)


@step
def a_killed_node_comes_back(trial):
    took = []
    for machine, unit in trial.machines():
        report, before = trial.post(f"还在吗 {unit}"), trial.main_process(machine, unit)
        machine.run(f"kill -9 {before}")
        took.append(f"{unit} after {trial.wait_for_another(machine, unit, before):.1f} s")
        assert report in trial.reports(trial.gateway)
        wait_for("central has it", lambda r=report: r in trial.reports(trial.central))
    return ", ".join(took)


step(restarts.the_wait_after_faults_grows)


@step
def a_stopped_node_is_killed_by_the_watchdog(trial):
    took = []
    for machine, unit in trial.machines():
        # Nobody here waits for five minutes.
        quick = f"/run/systemd/system/{unit}.service.d"
        machine.run(f"mkdir -p {quick} && cat > {quick}/quick.conf", "[Service]\nWatchdogSec=30\n")
        machine.run(f"systemctl daemon-reload && systemctl restart {unit}")
        report, before = trial.post(f"卡住了 {unit}"), trial.main_process(machine, unit)
        machine.run(f"kill -STOP {before}")
        took.append(f"{unit} runs again after {trial.wait_for_another(machine, unit, before):.0f} s")
        assert "Watchdog timeout" in machine.run(f"journalctl -q -o cat -u {unit}")
        assert report in trial.reports(trial.gateway)
    return ", ".join(took)


@step
def a_wrong_configuration_is_visible(trial):
    machine = trial.gateway
    before = machine.run("cat /etc/fieldpost/gateway.yaml")
    machine.run("cat >> /etc/fieldpost/gateway.yaml", "\nretenshun: 3d\n")
    machine.fails("systemctl restart fieldpost-gateway")
    wait_for("the unit has failed", lambda: machine.ask("systemctl is-failed fieldpost-gateway") == "failed")
    said = machine.ask("systemctl status fieldpost-gateway")
    assert "retenshun" in said and "78" in said, said
    machine.run("cat > /etc/fieldpost/gateway.yaml && systemctl restart fieldpost-gateway", before + "\n")
    return next(line.strip() for line in said.split("\n") if "Status:" in line)


@step
def no_acknowledged_report_is_lost_with_the_power(trial):
    """Posts go on while all processes of a machine end at once, first at the gateway, then at central."""
    counts = []
    for machine, unit in trial.machines():
        poster = trial.gateway.start(
            "for i in $(seq 1 400); do curl -sS -m 5 " + shlex.quote(f"{API}/v1/reports") +
            f" -H 'Authorization: Bearer {trial.token}' -H 'Content-Type: application/json' -w '\\n' -d "
            "'{\"channel\":\"terminal\",\"category\":\"AQ01\",\"grid\":\"10014\",\"text\":\"停电 '$i'\"}' || exit; done")
        held = [json.loads(poster.stdout.readline())["id"] for _ in range(60)]
        machine.cut_power()
        held += [json.loads(line)["id"] for line in poster.communicate()[0].split("\n") if line.endswith("}")]
        assert machine is trial.central or len(held) < 400, "the power went too late"
        machine.boot()
        wait_for(f"{unit} runs", lambda m=machine, u=unit: m.ask(f"systemctl is-active {u}") == "active")
        wait_for("central has all that was acknowledged", lambda h=held: set(h) <= trial.reports(trial.central))
        counts.append(f"{machine.name}: {len(held)} acknowledged")
    trial.wait_until_equal("after the power was cut")
    return ", ".join(counts)


@step
def a_reboot_starts_the_node(trial):
    for machine, unit in trial.machines():
        machine.reboot()
        wait_for(f"{unit} runs", lambda m=machine, u=unit: m.ask(f"systemctl is-active {u}") == "active")
    report = trial.post("重启之后")
    wait_for("central has it", lambda: report in trial.reports(trial.central))


@step
def removing_keeps_and_purging_deletes(trial):
    gateway, before = trial.gateway, trial.reports(trial.gateway)
    trial.follow(gateway, "Remove", 0)
    assert gateway.ask("systemctl is-active fieldpost-gateway") == "inactive"
    gateway.run("test -s /var/lib/fieldpost/node.key && test -s /etc/fieldpost/gateway.yaml")
    gateway.run(guide("Install")[1][0] + " && systemctl start fieldpost-gateway")
    assert trial.reports(gateway) == before
    trial.follow(gateway, "Remove", 1)
    left = gateway.ask("ls -d /etc/fieldpost /var/lib/fieldpost /usr/bin/fieldpost /usr/share/fieldpost "
                       "/etc/systemd/system/*/fieldpost* /run/fieldpost* 2>/dev/null")
    assert left == "", left
    assert before <= trial.reports(trial.central)


def main():
    trial = Trial(Path(sys.argv[1]).absolute(), sys.argv[2:])
    try:
        for function in STEPS:
            start = time.monotonic()
            said = function(trial)
            name = function.__name__.replace("_", " ")
            print(f"{time.monotonic() - start:6.1f} s  {name}" + (f": {said}" if said else ""), flush=True)
        trial.is_passed = True
    except CannotBoot as reason:
        print(f"Tests/Package/run.sh: the packages are not tried: {reason}", file=sys.stderr)
    finally:
        for machine, _ in trial.machines():
            machine.shut_down()
            # After a failure, the trees are there to be looked at.
            if trial.is_passed:
                machine.delete()
        trial.cable.pull()


if __name__ == "__main__":
    main()
