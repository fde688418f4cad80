"""The columns form of entries (PROTOCOL.md, 7.8 to 7.12), as far as build.py needs it: for one entry.

It is a second implementation, in few words, of what the program does. It assumes well-formed entries.
"""

FREQUENT = "，。、的一是不了在人有我他这个们中来上大为和地到小区路街道社时要会没"

# For each part of an entry, what its fields hold, by field number: a number (n), bytes (b), a text (t), a part or a name.
PARTS = {
    "entry": {
        1: "b origins", 2: "n seqs", 3: "n kinds", 4: "b ids", 5: "b ids", 6: "n previous", 7: "pair", 8: "n depths",
        9: "t authors", 10: "stamp", 11: "change",
    },
    "pair": {1: "b origins", 2: "n pair seqs"},
    "stamp": {1: "b boots", 2: "n walls", 3: "n monotonics"},
    "change": {1: "field", 2: "note", 3: "trace", 4: "attachment", 5: "element", 6: "cut"},
    "field": {1: "name", 2: "t texts", 3: "n integers", 4: "location", 5: "n cleared"},
    "location": {1: "n datums", 2: "n latitudes", 3: "n longitudes", 4: "n accuracies"},
    "note": {1: "t notes"},
    "trace": {1: "t stages", 2: "t departments", 3: "t comments"},
    "attachment": {1: "b blobs", 2: "t media types", 3: "n byte counts"},
    "element": {1: "b ids", 2: "n indexes"},
    "cut": {1: "b origins", 2: "n cut seqs", 3: "pair"},
}


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return value, at


def pack(text):
    """7.12"""
    out = bytearray()
    pages = {0x20: 0xDA, 0x30: 0xDB, 0xFF: 0xDC}
    for character in text:
        code = ord(character)
        if code < 0x80:
            out.append(code)
        elif character in FREQUENT:
            out.append(0xDD + FREQUENT.index(character))
        elif 0x4E00 <= code <= 0x9FFF:
            out += bytes([0x80 + (code >> 8) - 0x4E, code & 0xFF])
        elif code < 0x800:
            out += bytes([0xD2 + (code >> 8), code & 0xFF])
        elif code < 0x10000 and code >> 8 in pages:
            out += bytes([pages[code >> 8], code & 0xFF])
        else:  # the program takes neighbours together
            utf8 = character.encode()
            out += bytes([0xFF, len(utf8)]) + utf8
    return bytes(out)


def split(data, part, shape, values, name=""):
    """Appends the shape of a part to `shape`, and (column, value) for each of its values to `values`."""
    at = 0
    while at < len(data):
        key = data[at]
        value, at = read_varint(data, at + 1)
        member = PARTS[part][key >> 3]
        shape.append(key)
        if member[:2] == "n ":
            values.append((member + name if member == "n integers" else member, value))
            continue
        content = data[at:at + value]
        at += value
        if member == "name":
            name = " " + content.decode()
            shape += bytes([value]) + content
        elif member in PARTS:
            split(content, member, shape, values)
            shape.append(0)
        elif member == "t texts":
            values.append(("t authors" if name == " reporter" else member + name, content))
        else:
            values.append((member, content))


def number(value):
    """A column of one number, or of equal ones (7.10)."""
    return b"\x00" + varint(value << 1)


def form(entry):
    """The columns form of one entry."""
    shape, values = bytearray(), []
    split(entry, "entry", shape, values)
    columns = {}
    for column, value in values:
        columns.setdefault(column, []).append(value)
    out = varint(1) + varint(len(shape)) + bytes(shape) + number(0)
    for column, values in columns.items():
        if column[0] == "n":
            out += number(values[0])
            continue
        new = [pack(value.decode()) if column[0] == "t" else value for value in dict.fromkeys(values)]
        repeats = len(values) > len(new)
        out += b"\x01\x00\x01\x00\x01" if repeats else number(0)
        out += number(len(new[0])) + b"".join(new)
    return out
