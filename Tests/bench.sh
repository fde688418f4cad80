#!/bin/sh
# Measures Fieldpost on this machine: prints a table, and can add a line of JSON for each figure to a file.
#
#   Tests/bench.sh [PART …] [--long] [--reports N] [--entries N] [--binary PATH] [--results FILE]
#       [--directory DIR] [--journal DIR] [--keep-baseline]
#
# Without a part, all parts run, which takes about ten minutes; `Tests/README.md` describes them.
#
# --long             the sizes of a city: hours, and tens of gigabytes
# --reports N        how many reports intake, catchup and compare send
# --entries N        the largest journal of growth, and that of scrub, of search and of console
# --binary PATH      measures another build of `fieldpost`
# --directory DIR    where the nodes keep their files, on the disk that is to be measured; they are removed at the end
# --journal DIR      console: its journal is made there once, and kept for the next run
# --keep-baseline    micro writes its counts to Tests/Benchmarks/baseline.json
#
# Only `link` needs root, and is skipped without it. Missing Debian packages are installed, which also needs root. Let
# nothing else run meanwhile, and compare only figures of one machine.
#
# FIELDPOST_BENCH_BUILT=1: uses the programs in .build/release as they are.
set -eu
cd "$(dirname "$0")/.."

if [ "${FIELDPOST_BENCH_BUILT:-}" != 1 ]; then
    if ! command -v swift >/dev/null 2>&1; then
        echo "Tests/bench.sh: no Swift toolchain. Install Swift 6.3 and put its usr/bin on the PATH." >&2
        exit 69
    fi
    Deploy/install-deps.sh >&2
    if ! { command -v valgrind && command -v rsync; } >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
        apt-get update -q >&2 && apt-get install -q -y --no-install-recommends valgrind rsync >&2
    fi
    swift build -c release --product fieldpost >&2
    swift build -c release --product fieldpost-bench >&2
fi
# `fieldpost` refuses variables that it does not know.
unset FIELDPOST_BENCH_BUILT
exec .build/release/fieldpost-bench "$@"
