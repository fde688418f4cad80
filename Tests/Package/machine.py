"""A small Debian machine: a copy of a tree, booted by systemd-nspawn, with a network of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def wait_for(what, condition, limit=60):
    """The first true value of a condition. Fails when it does not come in `limit` seconds."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(0.1)


def host(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class Cable:
    """One network cable between two machines, each of which has one address on it."""

    def __init__(self, *ends):
        self.ends = ends
        self.pull()
        (first, _), (second, _) = ends
        for name, _ in ends:
            host("ip", "netns", "add", name)
        host("ip", "link", "add", "host0", "netns", first, "type", "veth", "peer", "name", "host0", "netns", second)
        for name, address in ends:
            host("ip", "-n", name, "address", "add", address, "dev", "host0")
            host("ip", "-n", name, "link", "set", "host0", "up")
            host("ip", "-n", name, "link", "set", "lo", "up")

    def pull(self):
        for name, _ in self.ends:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)


class Machine:
    def __init__(self, name, trial, network, libraries=None):
        self.name, self.network, self.libraries = name, network, libraries
        self.tree = trial / name
        self.log = trial / f"{name}.log"
        self.process = None
        shutil.rmtree(self.tree, ignore_errors=True)
        host("cp", "-a", "--reflink=auto", str(trial / "base"), str(self.tree))
        (self.tree / "etc/hostname").write_text(name + "\n")
        # apt asks before it installs what a package needs. The operator says yes.
        (self.tree / "etc/apt/apt.conf.d/50yes").write_text('APT::Get::Assume-Yes "true";\n')
        if libraries:
            (self.tree / "etc/ld.so.conf.d/swift.conf").write_text("/usr/lib/swift-trial\n")

    def boot(self):
        command = ["systemd-nspawn", "--quiet", "--boot", "--console=pipe", f"--directory={self.tree}",
                   f"--machine={self.name}", f"--network-namespace-path=/run/netns/{self.network}"]
        if self.libraries:
            command.append(f"--bind-ro={self.libraries}:/usr/lib/swift-trial")
        if not Path("/run/systemd/system").exists():
            # Without a systemd on this host, nobody else gives the machine its own part of the cgroups.
            command += ["--register=no", "--keep-unit"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=self._enter_cgroups)
        wait_for(f"{self.name} has booted, see {self.log}", self._is_up)
        if self.libraries:
            self.run("ldconfig")

    def _enter_cgroups(self):
        os.setsid()
        if Path("/run/systemd/system").exists():
            return
        for own in self._cgroups():
            own.mkdir(exist_ok=True)
            (own / "cgroup.procs").write_text("0")

    def _cgroups(self):
        hierarchies = (CGROUPS / "systemd", CGROUPS / "unified", CGROUPS)
        return [each / f"fieldpost-trial-{self.name}" for each in hierarchies if (each / "cgroup.procs").exists()]

    def _is_up(self):
        ended = self.process.poll()
        assert ended is None, f"systemd-nspawn ended with {ended}; {self.log} has its last words"
        state = self.ask("systemctl is-system-running") if self.leader else ""
        return state in ("running", "degraded")

    @property
    def leader(self):
        """The process of the machine's systemd, as this host counts. Nil while there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        return pids[0] if pids else None

    def _enter(self, script):
        return ["nsenter", "--target", self.leader or "0", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
                "--root", "--wd", "env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "HOME=/root",
                "DEBIAN_FRONTEND=noninteractive", "bash", "-c", "cd /root && " + script]

    def run(self, script, text=""):
        """The output of a command line in the machine. Fails when it does."""
        done = subprocess.run(self._enter(script), input=text, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"{self.name}: {script}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def fails(self, script):
        """What a command line says, which must fail."""
        done = subprocess.run(self._enter(script), input="", capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode != 0, f"{self.name}: {script} did not fail\n{done.stdout}"
        return done.stdout + done.stderr

    def ask(self, script):
        """The output of a command line, whether it fails or not."""
        return subprocess.run(
            self._enter(script), input="", capture_output=True, text=True, check=False, timeout=300).stdout.strip()

    def start(self, script):
        """A command line that goes on in the machine."""
        return subprocess.Popen(self._enter(script), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def put(self, data, path):
        """Writes a file in the machine."""
        target = self.tree / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def cut_power(self):
        """Every process of the machine ends at once. What the kernel has not written yet is written all the same."""
        os.kill(int(self.leader), signal.SIGKILL)
        self.process.wait(timeout=30)

    def reboot(self):
        before = self.leader
        self.ask("systemctl reboot")
        wait_for(f"{self.name} goes down",
                 lambda: self.process.poll() is not None or self.leader not in (before, None), limit=90)
        # Without a systemd on this host, systemd-nspawn leaves it to its caller to start again.
        if self.process.returncode is None:
            wait_for(f"{self.name} has booted again", self._is_up, limit=90)
        else:
            assert self.process.returncode == 133, f"systemd-nspawn ended with {self.process.returncode}"
            self.boot()

    def shut_down(self):
        if self.process is not None and self.process.poll() is None:
            if self.leader:
                os.kill(int(self.leader), signal.SIGKILL)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for own in self._cgroups():
            for folder, _, _ in os.walk(own, topdown=False):
                # One that still has a process stays.
                with contextlib.suppress(OSError):
                    os.rmdir(folder)

    def delete(self):
        shutil.rmtree(self.tree)
