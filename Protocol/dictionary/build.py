#!/usr/bin/env python3
"""Builds dictionary 1 of the batch codec from the samples beside this script.

usage: build.py [OUTPUT]      (default: dictionary-1.bin beside this script)

A preset dictionary is text that deflate may point back into, as if it had just been sent. Near bytes are cheaper to
point at than far ones, so what every entry holds stands last. The samples were written for this product; taxonomy.tsv
and stages.tsv are the product's own. The same inputs always give the same bytes.

A dictionary that has been released is never changed: a better one gets a new number.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 32 * 1024 - 262  # the farthest that deflate points back, less its look-ahead


def rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def part(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def integer(number, value):
    return varint(number << 3) + varint(value)


def text_field(name, text):
    """A field of an entry's change, as it stands in the entry."""
    return part(1, part(1, name.encode()) + part(2, text.encode()))


def captured_at(milliseconds):
    return part(1, part(1, b"captured_at") + integer(3, milliseconds << 1))


def location(latitude_e7, longitude_e7, datum, accuracy):
    point = integer(1, datum) + integer(2, latitude_e7 << 1) + integer(3, longitude_e7 << 1) + integer(4, accuracy)
    return part(1, part(1, b"location") + part(4, point))


def change(category, text, channel, grid, stage, priority, department=""):
    """The change of a new report: fields in the order of their names."""
    fields = captured_at(1_785_000_000_000) + text_field("category", category) + text_field("channel", channel)
    if department:
        fields += text_field("department", department)
    fields += text_field("device", "terminal-0017") + text_field("grid", grid)
    fields += location(226_340_000, 1_140_700_000, 1, 500)
    fields += text_field("priority", priority) + text_field("reporter", "worker-0042")
    fields += text_field("stage", stage) + text_field("text", text)
    return fields


def entry(fields):
    """An entry around a change. Ids are random in life, so they are zero here, and one of them does."""
    identifier = bytes(16)
    stamp = part(1, identifier) + integer(2, 1_785_000_000_000) + integer(3, 86_400_000)
    return (
        part(1, bytes(48)) + integer(2, 1) + integer(3, 1) + part(4, identifier) + part(5, identifier)
        + integer(8, 1) + part(9, b"worker-0042") + part(10, stamp) + part(11, fields)
    )


def build():
    samples = rows(HERE / "samples.tsv")
    phrases = [row[0] for row in rows(HERE / "phrases.txt")]
    taxonomy = rows(HERE / "taxonomy.tsv")[1:]
    stages = [row[0] for row in rows(HERE / "stages.tsv")[1:]]
    departments = sorted({row[6] for row in taxonomy})
    categories = [row[3] for row in taxonomy]

    pieces = [text_field("department", name) for name in departments]
    pieces += [row[4].encode() for row in taxonomy]
    pieces += [text_field("text", text) for _, text in samples]
    pieces += ["".join(phrases).encode()]
    pieces += [text_field("category", code) for code in categories]
    for stage in reversed(stages):
        trace = part(1, stage.encode()) + part(2, departments[0].encode()) + part(3, phrases[-2].encode())
        pieces += [text_field("stage", stage), part(3, trace)]
    for channel in ("sensor", "app", "suishoupai", "terminal"):
        for priority in ("urgent", "normal"):
            grid = "440307-%s-%02d" % ("南坑", len(pieces) % 40)
            fields = change("SR01", samples[0][1], channel, grid, stages[0], priority)
            pieces.append(entry(fields))
    return b"".join(pieces)


def main():
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else (
        HERE / "dictionary-1.bin")
    dictionary = build()
    if len(dictionary) > LIMIT:
        sys.exit("the dictionary has %d bytes; deflate reaches back %d: take samples away" % (len(dictionary), LIMIT))
    output.write_bytes(dictionary)


main()
