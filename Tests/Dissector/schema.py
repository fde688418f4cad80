"""The messages as the dissector's table, fieldpost.proto and PROTOCOL.md have them."""

import base64
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "Protocol/fieldpost.lua"
# Bytes of identifiers (PROTOCOL.md, 1), by the names of fields.
SIZES = {"origin": 48, "node": 32, "chain": 32, "chain_before": 32, "hash": 32, "blob": 32, "people": 32,
         "incarnation": 16, "predecessor": 16, "boot": 16, "token": 16, "withdrawn": 16}


def lines():
    """The lines of the dissector's table: what stands before the colon, and the fields."""
    text = re.search(r"SCHEMA = \[\[\n(.*?)\]\]", SCRIPT.read_text(), re.S).group(1).replace("\n  ", " ")
    return [line.split(": ", 1) for line in text.splitlines()]


def table():
    """For each message its fields: number, name, type, whether repeated, and the rule."""
    messages = {}
    for head, fields in lines():
        name = head.split()[0]
        messages[name] = []
        for field in fields.split(";"):
            kind, field, number, *rule = field.split()
            messages[name].append((int(number), field, kind.split("*")[0], "*" in kind, " ".join(rule)))
    return messages


def types():
    """For each type of frame its message, and the streams that it stands on, or none."""
    heads = [head.split() for head, _ in lines()]
    return {int(words[1]): (words[0], words[2] if len(words) > 2 else "") for words in heads if len(words) > 1}


def proto():
    """The same as `table`, without rules, of fieldpost.proto; and the values of its enums."""
    text = re.sub(r"//.*", "", (ROOT / "Protocol/fieldpost.proto").read_text())
    messages = {}
    for name, body in re.findall(r"^message (\w+) \{(.*?)^\}", text, re.S | re.M):
        fields = re.findall(r"^\s*(repeated |optional |)(\w+) (\w+) = (\d+);", body, re.M)
        messages[name] = [(int(n), field, kind, label == "repeated ") for label, kind, field, n in fields]
    enums = {name: dict(re.findall(r"(\w+) = (\d+);", body))
             for name, body in re.findall(r"^enum (\w+) \{(.*?)^\}", text, re.S | re.M)}
    return messages, enums


def documented():
    """Rows of the table in PROTOCOL.md, 4.1: number, message, and what it says of the stream."""
    text = (ROOT / "Protocol/PROTOCOL.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (\w+) \| \w+ \| ([^|]+) \|", text[text.index("\n4.1 "):text.index("\n4.2 ")], re.M)
    return [(int(number), name, stream) for number, name, stream in rows]


def reachable(messages, names):
    """These messages and all that stand in them. Fails where one contains itself."""
    found = {}

    def visit(name, path):
        assert name not in path, f"{name} contains itself"
        if name in messages:
            found[name] = messages[name]
            for field in messages[name]:
                visit(field[2], (*path, name))

    for name in names:
        visit(name, ())
    return found


def filter_name(message, field):
    return f"fieldpost.{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', message).lower()}.{field}"


def values(messages, enums, name, said):
    """Pairs of a filter's name and a value, of a message in the JSON form of Protocol Buffers. What the dissector hides
    is not among them."""
    found = []
    for _, field, kind, is_repeated, rule in messages[name]:
        value = said.get(re.sub(r"_(\w)", lambda m: m.group(1).upper(), field))
        if value is None or rule.endswith("-"):
            continue
        for one in value if is_repeated else [value]:
            if kind in messages:
                found += [(filter_name(name, field), "1")] if one else []
                found += values(messages, enums, kind, one)
            elif kind == "bytes":
                found.append((filter_name(name, field), base64.b64decode(one).hex()))
            elif one != "":
                one = enums[kind].get(one, one) if kind in enums else int(one) if isinstance(one, bool) else one
                found.append((filter_name(name, field), str(one)))
    return sorted(found)
