#!/usr/bin/env python3
"""Builds dictionary 1 of the batch codec from the samples beside this script.

usage: build.py [OUTPUT]      (default: dictionary-1.bin beside this script)

A preset dictionary is text that deflate may point back into, as if it had just been sent. Near bytes are cheaper to
point at than far ones, so what every batch holds stands last: the columns form of single entries. Before it stand texts,
as a column of texts holds them. The samples were written for this product; taxonomy.tsv and stages.tsv were the
product's own then. The same inputs always give the same bytes.

A dictionary that has been released is never changed: a better one gets a new number.
"""

import pathlib
import sys

from columns import form, number, pack, varint

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 32 * 1024 - 262  # the farthest that deflate points back, less its look-ahead


def rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


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
    point = integer(1, datum) + integer(2, latitude_e7 << 1) + integer(3, longitude_e7 << 1)
    if accuracy:
        point += integer(4, accuracy)
    return part(1, part(1, b"location") + part(4, point))


def report(category, text, channel, grid, stage, priority, department="", accuracy=500):
    """The change of a new report: fields in the order of their names."""
    fields = captured_at(1_785_000_000_000) + text_field("category", category) + text_field("channel", channel)
    if department:
        fields += text_field("department", department)
    fields += text_field("device", "terminal-0017") + text_field("grid", grid)
    fields += location(226_340_000, 1_140_700_000, 1, accuracy)
    fields += text_field("priority", priority) + text_field("reporter", "worker-0042")
    fields += text_field("stage", stage) + text_field("text", text)
    return fields


def entry(change, context=False, author=b"worker-0042", seq=1):
    """An entry around a change. Ids are random in life, so they are zero here, and one of them does."""
    identifier = bytes(16)
    stamp = part(1, identifier) + integer(2, 1_785_000_000_000) + integer(3, 86_400_000)
    seen = integer(6, seq) + part(7, part(1, bytes(48)) + integer(2, seq)) if context else b""
    return (
        part(1, bytes(48)) + integer(2, seq) + integer(3, 1) + part(4, identifier) + part(5, identifier) + seen
        + integer(8, 2 if context else 1) + part(9, author) + part(10, stamp) + part(11, change)
    )


def column(text):
    """A text as it stands alone in a column: its codes, its length and itself."""
    packed = pack(text)
    return number(0) + number(len(packed)) + packed


def build():
    samples = [row[1] for row in rows(HERE / "samples.tsv")]
    phrases = [row[0] for row in rows(HERE / "phrases.txt")]
    taxonomy = rows(HERE / "taxonomy.tsv")[1:]
    stages = [row[0] for row in rows(HERE / "stages.tsv")[1:]]
    departments = sorted({row[6] for row in taxonomy})
    categories = [row[3] for row in taxonomy]

    pieces = [pack(row[4]) for row in taxonomy]
    pieces += [pack(text) for text in samples]
    pieces += [pack("".join(phrases))]
    pieces += [pack(name) for name in departments]
    pieces += ["".join(categories).encode()]
    pieces += [column(stage) for stage in reversed(stages)]

    note = part(2, part(1, phrases[-3].encode()))
    photo = part(4, part(1, bytes(32)) + part(2, b"image/jpeg") + integer(3, 1_000_000))
    pieces += [form(entry(change, context=True)) for change in (photo, note)]
    for stage in ("closed", "dispatched", "handling"):
        trace = part(1, stage.encode()) + part(2, departments[0].encode()) + part(3, phrases[-3].encode())
        fields = text_field("department", departments[0]) + text_field("stage", stage)
        pieces.append(form(entry(fields + part(3, trace), context=True, author=b"dispatcher")))
    for channel, department, accuracy in (
        ("sensor", "", 0), ("suishoupai", "", 500), ("app", "", 500), ("terminal", "", 500),
        ("terminal", departments[0], 500),
    ):
        change = report(
            "SR01", samples[0], channel, "440307-南坑-07", stages[0], "urgent" if channel == "sensor" else "normal",
            department, accuracy)
        pieces.append(form(entry(change)))
    return b"".join(pieces)


def main():
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else (
        HERE / "dictionary-1.bin")
    dictionary = build()
    if len(dictionary) > LIMIT:
        sys.exit("the dictionary has %d bytes; deflate reaches back %d: take samples away" % (len(dictionary), LIMIT))
    output.write_bytes(dictionary)


main()
