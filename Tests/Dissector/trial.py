"""Tries Protocol/fieldpost.lua: see run.sh. Each trial prints lines of what it found. The status is 1 if one failed."""

import base64
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import zlib

import schema
from capture import PORT, Capture, rows, tshark
from live import live_frames

VECTORS = schema.ROOT / "Protocol/vectors"
PREAMBLE = b"FLDPST\x00\x01"
# Connections that do not begin in the capture, or not with six bytes at once, are named by their port.
BY_PORT = ("-d", f"tcp.port=={PORT},fieldpost")
FAULT = "_ws.expert.message"
# What the dissector cannot know, beside the cases about columns. Deflated entries: Wireshark does not inflate with a
# preset dictionary. H(0): its Lua has no SHA-256. Torn ends: Wireshark itself marks segments of an unfinished frame.
UNSEEN = {"batch-data-after-end", "batch-data-torn", "batch-raw-long", "batch-raw-short", "batch-too-few",
          "batch-too-many", "bomb-hidden", "feed-batch-withheld", "fetched-data-torn", "fetched-withheld",
          "heads-0-chain", "hello-receipt-0-chain", "pull-0-chain", "preamble-torn", "torn-frame"}


def check(condition, what):
    print(f"    {'ok' if condition else 'FAILED'}: {what}", flush=True)
    if not condition:
        check.failed += 1


check.failed = 0


def vectors(name="frames.json"):
    said = json.loads((VECTORS / name).read_text())
    return said["frames"] if isinstance(said, dict) else said


def captured_frames(folder):
    """Writes each frame of the vectors as a connection of its own, and gives them in their order."""
    good, lenient = vectors(), vectors("lenient-frames.json")
    by_name = {frame["name"]: frame for frame in good}
    every = good + [{**by_name[frame["says"]], **frame} for frame in lenient]
    with Capture(folder / "frames.pcap") as capture:
        for frame in every:
            capture.add([(True, bytes.fromhex(frame["frame"]))])
    return every


def sent(script, path, more=BY_PORT):
    """By connection and by who sent them: type, length and stream of all frames; then all faults."""
    frames, faults = {}, {}
    fields = ("tcp.stream", "tcp.dstport", "fieldpost.type", "fieldpost.length", "fieldpost.stream", FAULT)
    for packet in rows(script, path, *fields, more=more):
        key = int(packet["tcp.stream"][0]), packet["tcp.dstport"] == [str(PORT)]
        frames.setdefault(key, []).extend(zip(*([int(value) for value in packet[field]] for field in fields[2:5])))
        faults.setdefault(key, []).extend(packet[FAULT])
    return frames, faults


def headers(stream):
    """The same of frames in a row, read here."""
    found, at = [], 8 if stream.startswith(PREAMBLE) else 0
    while at < len(stream):
        length = int.from_bytes(stream[at:at + 4], "big")
        found.append((stream[at + 4], length, int.from_bytes(stream[at + 6:at + 8], "big")))
        at += 4 + length
    return found


def names(folder):
    """The dissector's tables are those of the protocol."""
    table, (messages, _) = schema.table(), schema.proto()
    types, documented = schema.types(), schema.documented()
    check([(number, name) for number, (name, _) in sorted(types.items())] == [row[:2] for row in documented],
          f"{len(types)} types are those of PROTOCOL.md, 4.1")
    on_streams = {name for name, streams in types.values() if streams}
    check(on_streams == {name for _, name, stream in documented if stream.strip() != "0"},
          f"{len(on_streams)} messages stand on streams")
    expected = schema.reachable(messages, [name for name, _ in types.values()])
    bare = {name: [field[:4] for field in fields] for name, fields in table.items()}
    for name in sorted(set(expected) | set(bare)):
        if expected.get(name) != bare.get(name):
            check(False, f"{name}: fieldpost.proto has {expected.get(name)}, the table {bare.get(name)}")
    check(len(bare) == len(expected), f"{sum(map(len, bare.values()))} fields of {len(bare)} messages are those of "
          "fieldpost.proto, and no message contains itself")
    # In these, the size depends on the rest of the message, or there is none.
    free = {("Fetch", "origin"), ("Compare", "origin"), ("Compared", "digests"), ("Compared", "reports"),
            ("Compared", "repaired")}
    wrong = [(name, field) for name, fields in table.items() for _, field, kind, _, rule in fields
             if kind == "bytes" and (name, field) not in free
             and not rule.endswith("-") and rule[1:] != str(schema.SIZES.get(field))]
    check(not wrong, f"identifiers have the sizes of PROTOCOL.md, section 1 {wrong or ''}")


def sound_frames(folder):
    """Each frame of the vectors is named, has no fault, and shows what its JSON form says."""
    table, enums, types = schema.table(), schema.proto()[1], schema.types()
    every = captured_frames(folder)
    filters = [schema.filter_name(name, field[1]) for name, fields in table.items() for field in fields]
    fields = ["tcp.stream", "_ws.col.Info", FAULT, *filters]
    packets = rows(schema.SCRIPT, folder / "frames.pcap", *fields, more=(*BY_PORT, "-o", "fieldpost.people:TRUE"))
    check(len(packets) == len(every), f"{len(packets)} packets for {len(every)} frames")
    differing = 0
    for packet in packets:
        frame = every[int(packet["tcp.stream"][0])]
        shown = sorted((name, value.replace(":", "") if len(value) > 30 else value)
                       for name in filters for value in packet[name] if value != name)
        shown = [(name, {"True": "1", "False": "0"}.get(value, value)) for name, value in shown]
        said = schema.values(table, enums, types[frame["type"]][0], json.loads(frame["message"]))
        # What lenient frames say twice, or in zeros that could be left out, is shown as it stands.
        is_same = shown == said if "says" not in frame else set(said) <= set(shown)
        if packet[FAULT] or not packet["_ws.col.Info"][0].startswith(types[frame["type"]][0]) or not is_same:
            differing += 1
            print(f"    {frame['name']}: {packet[FAULT]} {packet['_ws.col.Info']}\n      {shown}\n      {said}")
    check(differing == 0, f"{len(every) - differing} of {len(every)} frames are named, sound, and show what they say")
    covered = {every[int(packet["tcp.stream"][0])]["type"] for packet in packets}
    check(covered == set(types), f"they have all {len(covered)} types")


def private(folder):
    """What people wrote, tokens and verifiers are not shown; people only with the preference."""
    captured_frames(folder)
    text = tshark(schema.SCRIPT, folder / "frames.pcap", *BY_PORT, "-V")
    frame = next(frame for frame in vectors() if frame["name"] == "people")
    person = json.loads(frame["message"])["people"][0]
    with_people = tshark(schema.SCRIPT, folder / "frames.pcap", *BY_PORT, "-V", "-o", "fieldpost.people:TRUE")
    check(person["name"] not in text and person["name"] in with_people, "people are shown only on demand")
    check(person["verifier"] not in text + with_people, "verifiers are never shown")
    early = next(frame for frame in vectors() if frame["name"] == "early")
    size = len(base64.b64decode(json.loads(early["message"])["entry"]))
    check("token: 16 bytes" in text and f"entry: {size} bytes" in text and "worker-0042" not in text + with_people,
          "of tokens and entries only the size is shown")


def must_reject(folder):
    """Each case gives the violation that it names."""
    cases = [json.loads(path.read_text()) for path in sorted((schema.ROOT / "Protocol/must-reject").glob("*.json"))]
    cases = [case for case in cases if case["kind"] == "stream"]
    zeros = frame_of(11, 0, b"\x08" + b"\x80" * 10 + b"\x00")
    cases.append({"name": "varint-of-11-zeros", "violation": "malformedMessage",
                  "parts": [{"hex": (PREAMBLE + zeros).hex(), "times": 1}]})
    with Capture(folder / "must-reject.pcap") as capture:
        for case in cases:
            stream = b"".join(bytes.fromhex(part["hex"]) * part["times"] for part in case["parts"])
            capture.add([(True, stream)])
    for passes, more in (("in one pass", BY_PORT), ("in two passes", (*BY_PORT, "-2"))):
        faults = sent(schema.SCRIPT, folder / "must-reject.pcap", more)[1]
        wrong, seen, unseen = [], 0, 0
        for number, case in enumerate(cases):
            found = faults.get((number, True), [])
            if case["name"] in UNSEEN or case["name"].startswith("columns-"):
                unseen += 1
                wrong += [(case["name"], found)] if found else []
            else:
                seen += 1
                is_right = len(found) == 1 and found[0].startswith(case["violation"] + ":")
                wrong += [] if is_right else [(case["name"], case["violation"], found)]
        check(not wrong, f"{seen} cases give their violation, {unseen} give none, {passes} {wrong[:3] or ''}")


def cut(folder):
    """Frames come in segments of any size: one by one, all in one, byte by byte, and at random."""
    stream = PREAMBLE + b"".join(bytes.fromhex(frame["frame"]) for frame in vectors())
    expected = headers(stream)
    draw = random.Random(1)
    with Capture(folder / "cut.pcap") as capture:
        capture.add([(True, stream)])
        for most in (1, 2, 7, 100, 1448):
            segments, at = [], 0
            while at < len(stream):
                size = most if most == 1 else draw.randint(1, most)
                segments.append((True, stream[at:at + size]))
                at += size
            capture.add(segments)
        big = frame_of(25, 40_000, bytes.fromhex("7a808004") + bytes(65_536))  # a chunk over several packets
        capture.add([(True, big[at:at + 1448]) for at in range(0, len(big), 1448)])
    frames, faults = sent(schema.SCRIPT, folder / "cut.pcap")
    whole = [frames[number, True] == expected for number in range(6)]
    check(all(whole), f"{len(expected)} frames are found in 6 ways of cutting {whole}")
    check(frames[6, True] == headers(big) and not any(faults.values()), "a frame of 64 KiB over 46 segments; no fault")


def frame_of(kind, stream, payload):
    head = (len(payload) + 8).to_bytes(4, "big") + bytes([kind, 0]) + stream.to_bytes(2, "big") + payload
    return head + zlib.crc32(head).to_bytes(4, "big")


def hostile(folder, seeds=40):
    """No bytes make the dissector fail, whatever they claim, nor with the CRC-32 made right."""
    frames = [bytes.fromhex(frame["frame"]) for frame in vectors()]
    with Capture(folder / "hostile.pcap") as capture:
        for seed in range(seeds):
            draw = random.Random(seed)
            flipped = bytearray(PREAMBLE + b"".join(frames))
            for _ in range(draw.randint(1, 30)):
                flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
            capture.add([(True, bytes(flipped))])
            mended = []
            for frame in frames:
                payload = bytearray(frame[8:-4])
                for _ in range(draw.randint(0, 3) if payload else 0):
                    payload[draw.randrange(len(payload))] = draw.choice([0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)])
                mended.append((True, frame_of(frame[4], int.from_bytes(frame[6:8], "big"), bytes(payload))))
            capture.add(mended)
            capture.add([(True, frame_of(draw.randint(0, 40), draw.choice([0, 1, 40_000]), draw.randbytes(200)))
                         for _ in range(30)])
        # Half a million fields: unknown ones, numbers, empty parts and elements; then a varint, and packed numbers.
        for kind, stream, field in ((11, 0, b"\x10\x00"), (11, 0, b"\x08\x00"), (14, 0, b"\x2a\x00"),
                                    (9, 1, b"\x1a\x00"), (16, 0, b"\x0a\x00"), (3, 1, b"\x0a\x02\x08\x00")):
            capture.add([(True, frame_of(kind, stream, field * (1_000_000 // len(field))))])
        capture.add([(True, frame_of(11, 0, b"\x08" + b"\xff" * 1_000_000))])
        capture.add([(True, frame_of(6, 0, b"\x12\xc0\x84\x3d" + b"\x01" * 1_000_000))])
    for more in ((), ("-2",), ("-o", "fieldpost.people:TRUE")):
        text = tshark(schema.SCRIPT, folder / "hostile.pcap", *BY_PORT, "-V", *more)
        found = text.count("Expert Info (Error/Malformed)")
        found *= text.count("There are more fields than are shown") > 3
        check(found > seeds, f"{capture.connections} hostile connections: {found} faults, no error {' '.join(more)}")
    captured_frames(folder)
    subprocess.run(["editcap", "-s", "90", folder / "frames.pcap", folder / "short.pcap"], check=True)
    text = tshark(schema.SCRIPT, folder / "short.pcap", *BY_PORT, "-V")
    check("not whole in this capture" in text, "a capture that cut its packets gives no error")


def live(folder):
    """What real nodes send each other, against the program's own account of the same bytes."""
    types = schema.types()
    connections, explained = live_frames(folder, types)
    with Capture(folder / "live.pcap") as capture:
        for segments in connections:
            capture.add(segments)
    # By its preamble alone: an operator need not name the port.
    frames, faults = sent(schema.SCRIPT, folder / "live.pcap", ())
    check(not any(faults.values()), f"no fault {[fault for found in faults.values() for fault in found][:3] or ''}")
    count = sum(map(len, frames.values()))
    check(frames == explained,
          f"{count} frames in {len(connections)} connections are those of `fieldpost wire explain`")
    seen = {types[kind][0] for found in frames.values() for kind, _, _ in found}
    # Others come too, as the time allows: Early, Status, marks, thumbnails.
    needed = {"Hello", "Heads", "Pull", "Batch", "Receipt", "Credit", "FeedPull", "FeedBatch", "FeedReceipt",
              "BlobOffer", "BlobPull", "BlobChunk", "BlobReceipt", "Goodbye"}
    check(needed <= seen, f"with {', '.join(sorted(seen))} {sorted(needed - seen) or ''}")
    info = [packet["_ws.col.Info"][0] for packet in rows(schema.SCRIPT, folder / "live.pcap", "_ws.col.Info")]
    batch = next((line for line in info if "Batch" in line and " entries of " in line), "")
    check(batch, f"a line says what stands in a batch: {batch[:100]}")


TRIALS = [names, sound_frames, private, must_reject, cut, hostile, live]


def main(wanted):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fieldpost-dissector-"))
    try:
        for trial in TRIALS:
            if not wanted or trial.__name__ in wanted:
                print(f"{trial.__name__}: {trial.__doc__}", flush=True)
                trial(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
