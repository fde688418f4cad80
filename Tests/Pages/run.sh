#!/bin/sh
# Runs the browser tests of the pages: Chromium and WebKitGTK against a real central node and gateway.
#
#   Tests/Pages/run.sh [--screenshots DIR] [NAME …]
#   Tests/Pages/run.sh --prepare     only makes the Python environment
#
# A test that fails is tried once more at the end; it fails if it fails twice.
# NAME chooses the tests whose name has this word. --screenshots writes pictures of each state into DIR.
# FIELDPOST_BINARY may name the program; the default is .build/debug/fieldpost. `Deploy/install-deps.sh --pages`
# installs the browsers. The Python packages go into .build/pages-venv.
set -eu
cd "$(dirname "$0")/../.."

binary="${FIELDPOST_BINARY:-.build/debug/fieldpost}"
if [ ! -x "$binary" ]; then
    echo "Tests/Pages/run.sh: there is no program at $binary. Run \"swift build\", or set FIELDPOST_BINARY." >&2
    exit 66
fi
FIELDPOST_BINARY=$(realpath "$binary")
export FIELDPOST_BINARY

venv=.build/pages-venv
if ! cmp -s Tests/Pages/requirements.txt "$venv/requirements.txt"; then
    mkdir -p .build
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/Pages/requirements.txt
    cp Tests/Pages/requirements.txt "$venv/requirements.txt"
fi
if [ "${1:-}" = --prepare ]; then
    exit 0
fi
exec "$venv/bin/python" Tests/Pages/run.py "$@"
