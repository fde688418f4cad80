#!/bin/sh
# Tries Protocol/fieldpost.lua with tshark: its table against fieldpost.proto and PROTOCOL.md, the frames of
# Protocol/vectors and Protocol/must-reject, cut and flipped in many ways, and what a real gateway and a real central
# node send each other over plain TCP, against `fieldpost wire explain` of the same bytes.
#
#   Tests/Dissector/run.sh [NAME …]     all trials, or those of trial.py that are named
#
# FIELDPOST_BINARY may name the program; the default is the debug build. Without tshark only the tables are compared, and
# the rest is skipped with a printed reason: `Deploy/install-deps.sh --tshark` installs it.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v tshark >/dev/null 2>&1; then
    echo "Tests/Dissector/run.sh: tshark is not installed, so only the dissector's table is tried." >&2
    set -- names
fi
PYTHONPATH=Tests/Pages exec python3 -B Tests/Dissector/trial.py "$@"
