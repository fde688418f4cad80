"""The steps about certificates of HTTP: files, their renewal, and what systemd hands over."""

import json
import re

from machine import wait_for
from material import GUIDE, guide

NAME = "station-12.example.cn"
UNIT = "fieldpost-gateway"
SECTION = "Certificates and proxies"
SETTINGS = "http_certificate: /etc/fieldpost/http.crt\nhttp_key: /etc/fieldpost/http.key\n"


class Authority:
    """The guide's own authority, in the home of root at the gateway."""

    def __init__(self, trial):
        self.gateway, self.address = trial.gateway, trial.api.removeprefix("http://")

    def begin(self):
        """Makes the authority and the first certificate. The serial number of that."""
        made = re.search(r"^```sh certificate\n(.*?)^```", GUIDE.read_text(), re.S | re.M).group(1)
        self.gateway.run(f"set -eu; {made}")
        return self.gateway.run("openssl x509 -in http.crt -noout -serial")

    def issue(self, days):
        """Makes another certificate for the same key, as the guide's last command does. Its serial number."""
        command = ("openssl x509 -req -in http.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 "
                   "-extfile names -out http.crt")
        assert re.sub(r"\s+", " ", command) in re.sub(r"[\s\\]+", " ", GUIDE.read_text())
        self.gateway.run(command.replace("365", str(days)))
        return self.gateway.run("openssl x509 -in http.crt -noout -serial")

    def served(self):
        """The serial number of what the node serves."""
        return self.gateway.ask(f"openssl s_client -connect {self.address} -servername {NAME} </dev/null 2>/dev/null "
                                "| openssl x509 -noout -serial")

    @property
    def base(self):
        return f"https://{NAME}:{self.address.split(':')[1]}"

    @property
    def options(self):
        """What curl needs to know: whom it trusts, and where the name is."""
        host, port = self.address.split(":")
        return f"--cacert ca.crt --resolve {NAME}:{port}:{host}"

    def check(self, serial):
        """A terminal that trusts the authority gets an answer, with that certificate."""
        self.gateway.run(f"curl -sS --fail {self.options} {self.base}/healthz")
        assert self.served() == serial, (self.served(), serial)


def alarms(gateway):
    return gateway.run("fieldpost status")


def renewed_certificates_are_served(trial):
    gateway = trial.gateway
    authority = Authority(trial)
    before = gateway.run("cat /etc/fieldpost/gateway.yaml")
    gateway.run("cat >> /etc/fieldpost/gateway.yaml", "\n" + SETTINGS)

    first = authority.begin()
    trial.follow(gateway, SECTION, 0)
    authority.check(first)
    process = trial.main_process(gateway, UNIT)

    second = authority.issue(20)
    trial.follow(gateway, SECTION, 1)
    authority.check(second)
    assert re.search(r"expires in (19|20) days", alarms(gateway)), alarms(gateway)

    third = authority.issue(365)
    install, _ = guide(SECTION)[1]
    gateway.run(install)
    wait_for("the node looks at its files", lambda: authority.served() == third, limit=70)
    assert "certificate" not in alarms(gateway), alarms(gateway)

    gateway.run("echo nothing > /etc/fieldpost/http.crt")
    gateway.run(f"systemctl reload {UNIT}")
    authority.check(third)
    assert "/etc/fieldpost/http.crt" in alarms(gateway), alarms(gateway)
    trial.follow(gateway, SECTION, 1)
    assert "/etc/fieldpost/http.crt" not in alarms(gateway), alarms(gateway)
    assert trial.main_process(gateway, UNIT) == process
    gateway.run("cat > /etc/fieldpost/gateway.yaml", before + "\n")


def systemd_hands_over_the_files_of_root(trial):
    """The lines that the unit has as comments, without a change."""
    gateway, authority = trial.gateway, Authority(trial)
    gateway.run("chown root:root /etc/fieldpost/http.* && chmod 600 /etc/fieldpost/http.*")
    unit = gateway.run(f"cat /lib/systemd/system/{UNIT}.service")
    lines = re.findall(r"^#((?:LoadCredential=|Environment=FIELDPOST_HTTP).*)$", unit, re.M)
    assert len(lines) == 4, lines
    node = json.loads(gateway.run("fieldpost status --json"))["node"]
    gateway.run("mv /var/lib/fieldpost/node.key /root/node.key && chown root: /root/node.key")
    drop_in = f"/etc/systemd/system/{UNIT}.service.d/files.conf"
    gateway.put(("[Service]\n" + "\n".join(lines) + "\n").encode(), drop_in)
    gateway.run(f"systemctl daemon-reload && systemctl restart {UNIT}")
    first = gateway.run("openssl x509 -in http.crt -noout -serial")
    authority.check(first)
    assert json.loads(gateway.run("fieldpost status --json"))["node"] == node
    gateway.run("test ! -e /var/lib/fieldpost/node.key")

    second = authority.issue(365)
    gateway.run(f"install -m 600 http.crt /etc/fieldpost/ && systemctl reload {UNIT}")
    authority.check(first)
    gateway.run(f"systemctl restart {UNIT}")
    authority.check(second)

    gateway.run("mv /root/node.key /var/lib/fieldpost/node.key && chown fieldpost: /var/lib/fieldpost/node.key")
    gateway.run(f"rm -r /etc/systemd/system/{UNIT}.service.d /etc/fieldpost/http.*")
    gateway.run(f"systemctl daemon-reload && systemctl restart {UNIT}")
