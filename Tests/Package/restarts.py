"""The step about the growing wait after faults."""

import re
import time

from machine import wait_for

UNIT = "fieldpost-gateway"


def status(gateway):
    return gateway.ask(f"systemctl status {UNIT}")


def the_wait_after_faults_grows(trial):
    """Faults until the wait is longer than systemd would give a start."""
    gateway = trial.gateway
    quick = f"/run/systemd/system/{UNIT}.service.d"
    gateway.run(f"mkdir -p {quick} && cat > {quick}/start.conf", "[Service]\nTimeoutStartSec=15\n")
    gateway.run(f"systemctl daemon-reload && systemctl restart {UNIT}")
    seen = []
    for faults in range(1, 8):
        process = trial.main_process(gateway, UNIT)
        gateway.run(f"kill -9 {process}")
        wait_for("systemd starts it again", lambda p=process: trial.main_process(gateway, UNIT) not in (p, "0"))
        if faults < 3:
            wait_for("the node runs", lambda: gateway.ask(f"systemctl is-active {UNIT}") == "active")
            continue
        wait_for("the node waits", lambda f=faults: f"by a fault {f} times" in status(gateway))
        assert re.search(r'Status: "waits until [\d:]+', status(gateway)), status(gateway)
        # No connection waits with it.
        assert "Failed to connect" in gateway.fails(f"curl -sS {trial.api}/healthz")
        seen.append(faults)
    process = trial.main_process(gateway, UNIT)
    end = time.monotonic() + 25
    while time.monotonic() < end:
        assert trial.main_process(gateway, UNIT) == process, status(gateway)
        assert gateway.ask(f"systemctl is-active {UNIT}") == "activating", status(gateway)
        time.sleep(1)
    start = time.monotonic()
    gateway.run(f"systemctl restart {UNIT}")
    took = time.monotonic() - start
    assert gateway.ask(f"systemctl is-active {UNIT}") == "active"
    trial.post("等过之后")
    gateway.run(f"rm {quick}/start.conf && systemctl daemon-reload")
    return f"waits after {seen[0]} to {seen[-1]} faults, {took:.1f} s after `systemctl restart`"
