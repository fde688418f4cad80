#!/bin/sh
# Fuzzes the inputs that strangers can send, with libFuzzer. Keeps inputs that reach new code in Tests/Fuzz/Corpus.
#
#   Tests/fuzz.sh [RUNS [TARGET …]]
#
# RUNS: the number of inputs for each target; the default is 1,000,000. It fails on a trap, a broken promise, or an input
# that takes over 100 ms of processor time, over 64 MiB at once or over 512 MiB in total. It then names the directory
# with the input.
#
# FIELDPOST_TEST_FUZZ_RESULTS may name a file to which each target adds a line.
set -eu
cd "$(dirname "$0")/.."

# A trap must reach libFuzzer, which keeps the input.
export SWIFT_BACKTRACE=enable=no
runs=${1:-1000000}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- frames messages batches columns entries bodies uploads recognition exif strip

Deploy/install-deps.sh --tests
swift build -c release --scratch-path .build-fuzz --product fieldpost-fuzz \
    -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library -Xswiftc -DFUZZING -Xswiftc -use-ld=lld
fuzz=.build-fuzz/release/fieldpost-fuzz

work=$(mktemp -d)
for target in "$@"; do
    mkdir -p "$work/$target/found" "$work/$target/kept"
    "$fuzz" "$target" unpack "$work/$target/seeds"
    echo "fuzz: $target, $runs runs"
    if ! FIELDPOST_TEST_FUZZ_TARGET=$target "$fuzz" -runs="$runs" -timeout=10 -rss_limit_mb=512 -malloc_limit_mb=64 -max_len=8192 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$work/$target/" \
        "$work/$target/found" "$work/$target/seeds" >"$work/$target/log" 2>&1; then
        tail -n 40 "$work/$target/log" >&2
        echo "fuzz: $target failed; the input and the log are in $work/$target" >&2
        exit 1
    fi
    FIELDPOST_TEST_FUZZ_TARGET=$target "$fuzz" -merge=1 -rss_limit_mb=1024 "$work/$target/kept" "$work/$target/seeds" \
        "$work/$target/found" >>"$work/$target/log" 2>&1
    "$fuzz" "$target" pack "$work/$target/kept"
    line="$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target/log" | head -n 1) runs, \
$(sed -n 's/^stat::peak_rss_mb: *//p' "$work/$target/log" | head -n 1) MiB at most, \
$(wc -l <"Tests/Fuzz/Corpus/$target.txt") inputs kept"
    echo "fuzz: $line"
    [ -z "${FIELDPOST_TEST_FUZZ_RESULTS:-}" ] || echo "$line" >>"$FIELDPOST_TEST_FUZZ_RESULTS"
done
rm -rf "$work"
