"""A gateway and a central node over plain TCP, and all that they send each other."""

import contextvars
import hashlib
import json
import os
import subprocess

from relay import Relay, free_port
from station import BINARY, PASSWORD, Node, ask, basic
from waiting import wait

REPORT = {"channel": "terminal", "category": "AQ01", "text": "楼道内有电动车充电", "grid": "BT-01",
          "location": {"lat": 22.634123, "lon": 114.070456, "datum": "wgs84", "accuracy": 8}, "reporter": "网格员01"}


_passing = contextvars.ContextVar("passing")


class Tap(Relay):
    """A relay that keeps what passes: for each connection, pairs of whether it goes to central, and the bytes."""

    def __init__(self, target):
        self.connections = []
        super().__init__(target)

    async def _serve(self, reader, writer):
        self.connections.append([])
        _passing.set(self.connections[-1])
        await super()._serve(reader, writer)

    async def _copy(self, reader, writer, is_up):
        await super()._copy(_Noted(reader, is_up, _passing.get()), writer, is_up)


class _Noted:
    def __init__(self, reader, is_up, passing):
        self._reader, self._is_up, self._passing = reader, is_up, passing

    async def read(self, most):
        data = await self._reader.read(most)
        if data:
            self._passing.append((self._is_up, data))
        return data


def photo():
    """A JPEG of some 300 KB."""
    return subprocess.run(["cjpeg", "-quality", "100"], input=b"P6 400 400 255\n" + os.urandom(480_000),
                          capture_output=True, check=True).stdout


def record(folder):
    """Two sessions with a backlog, an urgent report and a photo. Gives what passed in each connection."""
    listen = free_port()
    tap = Tap(listen)
    central = Node("central", folder / "central", [
        "--name", "坂田中心", "--listen", f"127.0.0.1:{listen}", "--insecure"])
    gateway = Node("gateway", folder / "gateway", [
        "--name", "南坑社区工作站", "--dial", f"127.0.0.1:{tap.port}", "--grids", "BT-01", "--insecure"])
    try:
        central.start()
        central.run("access", "account", "李强", "--role", "dispatcher", password=PASSWORD)
        tap.cut()
        gateway.start()
        terminal = gateway.run("access", "terminal", "巡检终端-1").strip().splitlines()[-1]
        pass_on = {"Authorization": f"Bearer {terminal}"}

        def post(**more):
            status, taken = ask(gateway.http, "/v1/reports", {**REPORT, **more}, pass_on)
            assert status == 201, (status, taken)
            return taken["id"]

        def has(path):
            return ask(central.http, path, headers=basic("李强"))[0] == 200

        for number in range(300):
            post(text=f"楼道内有电动车充电 {number}")
        last = post(priority="urgent")
        tap.heal()
        wait(lambda: has(f"/v1/reports/{last}"), "central has the reports")
        data = photo()
        name = hashlib.sha256(data).hexdigest()
        status, _ = ask(gateway.http, f"/v1/blobs/{name}", data, pass_on, "PUT")
        assert status in (200, 201), status
        status, _ = ask(gateway.http, f"/v1/reports/{last}/attachments", {"sha256": name}, pass_on)
        assert status in (200, 201), status
        wait(lambda: has(f"/v1/blobs/{name}?form=original"), "central has the photo")
        # Central's own report goes to the gateway by the feed.
        mine = {**REPORT, "text": "中心登记", "reporter": "李强"}
        status, taken = ask(central.http, "/v1/reports", mine, basic("李强"))
        assert status == 201, (status, taken)
        wait(lambda: is_shown(gateway, taken["id"]), "the gateway has the report of central")
        gateway.stop()
        gateway.start()
        again = post(text="第二次")
        wait(lambda: has(f"/v1/reports/{again}"), "central has the last report")
        gateway.stop()
        central.stop()
        return [segments for segments in tap.connections if segments]
    finally:
        gateway.kill()
        central.kill()
        tap.close()


def is_shown(node, report):
    try:
        return bool(node.run("show", report))
    except AssertionError:
        return False


def explained(folder, stream, types):
    """What `fieldpost wire explain` says of the bytes of one side: type, length and stream of each frame."""
    (folder / "side.bin").write_bytes(stream)
    words = [BINARY, "wire", "explain", str(folder / "side.bin"), "--json"]
    done = subprocess.run(words, capture_output=True, text=True)
    said = json.loads(done.stdout)
    assert done.returncode == 0 and said["is_sound"] and said["preamble_version"] == 1, said.get("end")
    for frame in said["frames"]:
        assert frame["name"][0].upper() + frame["name"][1:] == types[frame["type"]][0], frame["name"]
    return [(frame["type"], frame["bytes"] - 4, frame["stream"]) for frame in said["frames"]]


def live_frames(folder, types):
    """What passed in each connection; and by connection and side the frames, as the program explains them."""
    connections = record(folder)
    sides = {(number, is_up): b"".join(data for up, data in segments if up == is_up)
             for number, segments in enumerate(connections) for is_up in (True, False)}
    return connections, {side: explained(folder, stream, types) for side, stream in sides.items() if stream}
