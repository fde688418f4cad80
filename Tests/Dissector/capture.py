"""Files of packets as Wireshark reads them, from bytes of connections, and what tshark says of them."""

import json
import struct
import subprocess

PORT = 7310


class Capture:
    """Writes connections to central's port into a pcap file."""

    def __init__(self, path):
        self.path, self.connections, self.time = path, 0, 1_700_000_000_000_000
        self._file = open(path, "wb")
        self._file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def add(self, segments):
        """One connection. `segments`: pairs of whether it goes to central, and its bytes. Gives its number."""
        number, self.connections = self.connections, self.connections + 1
        ends = [(0x0A000001, PORT), (0x0A010000 + number, 20_000 + number)]  # central, and who dials
        at = [1000, 5000]  # the next sequence number of each
        self._packet(ends, at, 1, 2)
        self._packet(ends, at, 0, 0x12)
        for is_up, data in segments:
            for start in range(0, len(data), 60_000):
                self._packet(ends, at, int(is_up), 0x18, data[start:start + 60_000])
        return number

    def _packet(self, ends, at, sender, flags, data=b""):
        (source, source_port), (target, target_port) = ends[sender], ends[1 - sender]
        tcp = struct.pack(">HHIIBBHHH", source_port, target_port, at[sender] % 2**32, at[1 - sender] % 2**32, 0x50,
                          flags, 65_535, 0, 0)
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, source, target)
        packet = bytes(12) + b"\x08\x00" + ip + tcp + data
        self.time += 1000
        self._file.write(struct.pack("<IIII", self.time // 1_000_000, self.time % 1_000_000, len(packet), len(packet)))
        self._file.write(packet)
        at[sender] += len(data) + (1 if flags & 2 else 0)


def tshark(script, path, *options):
    """What tshark prints. Fails where it, or the dissector, has an error."""
    done = subprocess.run(["tshark", "-X", f"lua_script:{script}", "-n", "-r", str(path), *options],
                          capture_output=True, timeout=600)
    output, complaints = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    complaints = [line for line in complaints.splitlines() if not line.startswith("Running as user")]
    assert done.returncode == 0 and not complaints, (done.returncode, complaints[:5])
    assert "Lua Error" not in output and "Dissector bug" not in output, output[-2000:]
    return output


def rows(script, path, *names, more=()):
    """For each packet with part of the protocol, a list of values for each field."""
    options = [word for name in names for word in ("-e", name)]
    text = tshark(script, path, "-Y", "fieldpost", "-T", "json", *options, *more)
    return [{name: packet["_source"]["layers"].get(name, []) for name in names} for packet in json.loads(text or "[]")]
