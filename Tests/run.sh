#!/bin/sh
# Runs all tests on a fresh Debian 12 with the Swift toolchain. Installs missing Debian packages.
#
#   Tests/run.sh [--long] [--filter NAME …]
#
# The last group opens the pages in real browsers (Tests/Pages/run.sh).
#
# --long: rigs, every-call tests and the simulator take their long counts, and Tests/mutate.sh shows that each planted
# fault is found. Tests/Package/run.sh builds the Debian packages and tries them in booted machines, Tests/Proxy/run.sh
# puts the guide's reverse proxies before nodes, Tests/Dissector/run.sh tries the dissector for Wireshark. At the end,
# instruction counts of hot functions stand beside the committed ones (Tests/bench.sh micro); without --long, only if
# there is a release build of this code. Other arguments are passed to `swift test`; then none of this happens.
#
# FIELDPOST_TEST_DATA may name a folder with real data. Without it, three tests are skipped.
# FIELDPOST_TEST_RIG_RESULTS may name a file to which each rig adds a line of JSON.
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
# The groups run one after the other: tests that only compute would slow down tests of running nodes, and rigs measure
# how soon a node is ready again. Process tests and rigs run without parallelism for the same reason.
# Foundation's `Process` reads beyond a buffer when about 1,350 files are open. So tests that start tools do not run
# beside those that open many journals at once.
tools='FieldpostStyleTests|FieldpostCommandTests|FieldpostWireTests|FieldpostMediaTests|FieldpostThumbnailTests'
nodes='FieldpostProcessTests|FieldpostRigTests|FieldpostSimulatorTests'
swift test --skip-build --filter "$tools"
Tests/Dissector/run.sh names
swift test --skip-build --skip "$tools|$nodes|FieldpostJournalTests"
swift test --skip-build --no-parallel --filter 'FieldpostJournalTests' --skip 'EveryCallTests'
swift test --skip-build --no-parallel --filter 'FieldpostProcessTests'
swift test --skip-build --no-parallel --filter 'FieldpostRigTests'
swift test --skip-build --filter 'FieldpostSimulatorTests|EveryCallTests'
if Deploy/install-deps.sh --pages && Tests/Pages/run.sh --prepare; then
    Tests/Pages/run.sh
else
    echo "Tests/run.sh: the browsers or their Python packages cannot be installed here: the pages are not tried." >&2
fi
if [ "${FIELDPOST_TEST_LONG:-}" = 1 ]; then
    Tests/mutate.sh
    Tests/Package/run.sh
    Deploy/install-deps.sh --proxies || echo "Tests/run.sh: caddy and nginx cannot be installed here." >&2
    Tests/Proxy/run.sh
    Deploy/install-deps.sh --tshark || echo "Tests/run.sh: tshark cannot be installed here." >&2
    Tests/Dissector/run.sh
    # A figure never fails a test.
    Tests/bench.sh micro || true
elif [ -x .build/release/fieldpost-bench ] &&
    [ -z "$(find Sources Tests/Benchmarks Package.swift -type f -newer .build/release/fieldpost-bench)" ]; then
    FIELDPOST_BENCH_BUILT=1 Tests/bench.sh micro || true
else
    echo "Instruction counts are not compared, as there is no release build of this code (Tests/bench.sh micro makes it)."
fi
