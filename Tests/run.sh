#!/bin/sh
# Runs all tests on a fresh Debian 12 with the Swift toolchain. Installs the Debian packages it lacks.
#
#   Tests/run.sh [--filter NAME …]     arguments go on to `swift test`
#
# FIELDPOST_TEST_DATA may name a folder of real data to replay; without it generated data are used.
set -eu
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null 2>&1; then
    echo "Tests/run.sh: no Swift toolchain. Install Swift 6.3 and put its usr/bin on the PATH." >&2
    exit 69
fi
Deploy/install-deps.sh --tests
swift build --build-tests
exec swift test --skip-build "$@"
