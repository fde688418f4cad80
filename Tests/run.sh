#!/bin/sh
# Runs all tests on a fresh Debian 12 with the Swift toolchain. Installs the Debian packages it lacks.
#
#   Tests/run.sh [--long] [--filter NAME …]
#
# --long: rigs, every-call tests and the simulator take their long counts, and Tests/mutate.sh shows that each planted
# fault is found. Other arguments go on to `swift test`; then there is no such run.
#
# FIELDPOST_TEST_DATA may name a folder of real data to replay; without it generated data are used.
# FIELDPOST_TEST_RIG_RESULTS may name a file that each rig adds a line of JSON to.
set -eu
cd "$(dirname "$0")/.."

for argument in "$@"; do
    shift
    case "$argument" in
        --long) export FIELDPOST_TEST_LONG=1 ;;
        *) set -- "$@" "$argument" ;;
    esac
done

if ! command -v swift >/dev/null 2>&1; then
    echo "Tests/run.sh: no Swift toolchain. Install Swift 6.3 and put its usr/bin on the PATH." >&2
    exit 69
fi
Deploy/install-deps.sh --tests
swift build --build-tests
if [ $# -gt 0 ]; then
    exec swift test --skip-build "$@"
fi
# One after the other: tests that only compute would keep those waiting that look at running nodes, and rigs measure how
# soon a node is ready again. Those of processes and rigs run singly for the same reason: each starts nodes of its own.
swift test --skip-build --skip 'FieldpostProcessTests|FieldpostRigTests|FieldpostSimulatorTests|EveryCallTests'
swift test --skip-build --no-parallel --filter 'FieldpostProcessTests'
swift test --skip-build --no-parallel --filter 'FieldpostRigTests'
swift test --skip-build --filter 'FieldpostSimulatorTests|EveryCallTests'
if [ "${FIELDPOST_TEST_LONG:-}" = 1 ]; then
    Tests/mutate.sh
fi
