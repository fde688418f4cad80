#!/usr/bin/env python3
"""Makes manual pages from what a program of ArgumentParser says of itself.

    PROGRAM --experimental-dump-help | man-pages.py VERSION DIRECTORY

Writes one page for the program, and one for each command: `fieldpost.1`, `fieldpost-init.1`. Commands of a command
are sections of its page.
"""

import json
import re
import sys
from pathlib import Path


def escaped(text):
    """Text as roff prints it: no hyphen becomes a dash, and no line becomes a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line[:1] in (".", "\\(") else line for line in text.split("\n"))


def paragraphs(text):
    """A discussion: headings in capitals become sections, indented blocks stay as they are."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        first, _, rest = block.partition("\n")
        if re.fullmatch(r"[A-Z][A-Z ]+", first):
            yield f".SH {first}"
            block = rest
        if not block:
            continue
        if any(line.startswith("  ") for line in block.split("\n")):
            yield f".PP\n.nf\n{escaped(block)}\n.fi"
        else:
            yield f".PP\n{escaped(block)}"


def option_name(name):
    return {"long": "--", "short": "-", "longWithSingleDash": "-"}[name["kind"]] + name["name"]


def shown(argument):
    return argument.get("shouldDisplay", True)


def usage(command):
    words = []
    for argument in filter(shown, command.get("arguments", [])):
        value = f"\\fI{escaped(argument.get('valueName', ''))}\\fR"
        if argument["kind"] == "positional":
            word = value
        else:
            word = f"\\fB{escaped(option_name(argument['preferredName']))}\\fR"
            word += f" {value}" if argument["kind"] == "option" else ""
        word += " ..." if argument["isRepeating"] else ""
        words.append(f"[{word}]" if argument["isOptional"] else word)
    if any(map(shown, command.get("subcommands", []))):
        words.append("\\fIcommand\\fR ...")
    return " ".join([f"\\fB{escaped(full_name(command))}\\fR"] + words)


def full_name(command):
    return " ".join(command.get("superCommands", []) + [command["commandName"]])


def options(command):
    for argument in filter(shown, command.get("arguments", [])):
        value = f"\\fI{escaped(argument.get('valueName', ''))}\\fR"
        if argument["kind"] == "positional":
            head = value
        else:
            names = ", ".join(f"\\fB{escaped(option_name(name))}\\fR" for name in argument["names"])
            head = names + (f" {value}" if argument["kind"] == "option" else "")
        text = argument.get("abstract", "")
        if argument.get("allValues"):
            text += f" Values: {', '.join(argument['allValues'])}."
        if argument.get("defaultValue"):
            text += f" Default: {argument['defaultValue']}."
        yield f".TP\n{head}\n{escaped(text.strip())}"


def section(command):
    """A command of a command: a part of its page. What its page says of exit statuses is not said again."""
    discussion = command.get("discussion", "").split("EXIT STATUS")[0].rstrip()
    yield f".SS {escaped(full_name(command))}\n{escaped(command.get('abstract', ''))}"
    yield f".PP\n{usage(command)}"
    yield from paragraphs(discussion)
    yield from options(command)


def page(command, version, others):
    name = full_name(command).replace(" ", "-")
    parts = [
        f'.TH {escaped(name.upper())} 1 "" "Fieldpost {version}" "Fieldpost"',
        f".SH NAME\n{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}",
        f".SH SYNOPSIS\n{usage(command)}",
    ]
    texts = list(paragraphs(command.get("discussion", "")))
    split = next((i for i, text in enumerate(texts) if text.startswith(".SH")), len(texts))
    description, statuses = texts[:split], texts[split:]
    if description:
        parts += [".SH DESCRIPTION"] + description
    commands = [each for each in command.get("subcommands", []) if shown(each) and each["commandName"] != "help"]
    own = list(options(command))
    if own:
        parts += [".SH OPTIONS"] + own
    if commands and command.get("superCommands"):
        parts.append(".SH COMMANDS")
        for each in commands:
            parts += section(each)
    elif commands:
        parts.append(".SH COMMANDS")
        for each in commands:
            aliases = "".join(f", {alias}" for alias in each.get("aliases", []))
            title = f"\\fB{escaped(each['commandName'] + aliases)}\\fR"
            parts.append(f".TP\n{title}\n{escaped(each.get('abstract', ''))}")
    # The exit statuses stand after the options.
    parts += statuses
    parts.append(".SH SEE ALSO\n" + "\n".join(f".BR {escaped(other)} (1)" for other in others))
    return "\n".join(parts) + "\n"


def main():
    version, directory = sys.argv[1], Path(sys.argv[2])
    root = json.load(sys.stdin)["command"]
    directory.mkdir(parents=True, exist_ok=True)
    commands = [each for each in root["subcommands"] if shown(each) and each["commandName"] != "help"]
    names = [full_name(each).replace(" ", "-") for each in commands]
    (directory / f"{root['commandName']}.1").write_text(page(root, version, names))
    for each, name in zip(commands, names):
        (directory / f"{name}.1").write_text(page(each, version, [root["commandName"]]))


main()
