#!/bin/sh
# Runs the tests under a sanitizer. Each sanitizer has a separate build (.build-thread, .build-address).
#
#   Tests/sanitize.sh thread|address [--filter NAME …] [--skip NAME …]
#
# The programs that tests start are also built with it. Any report, from a test or a program, fails the run, which then
# names the directory with the reports. Other arguments are passed to `swift test`. Tests run one after the other, since
# they are up to ten times slower under a sanitizer.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-}
case "$kind" in
    thread | address) ;;
    *)
        echo "Tests/sanitize.sh: name the sanitizer: thread or address." >&2
        exit 64
        ;;
esac
shift
Deploy/install-deps.sh --tests
work=$(mktemp -d)

if [ "$kind" = thread ]; then
    clang -O1 -Wall -Werror -fPIC -shared -o "$work/mutex.so" Tests/Sanitizers/mutex.c -ldl
    swiftc -sanitize=thread Tests/Sanitizers/races.swift -o "$work/races"
    export LD_PRELOAD="$work/mutex.so" TSAN_OPTIONS=halt_on_error=1
    status=0
    timeout 60 "$work/races" racing 2>/dev/null || status=$?
    # 66: the exit status of a program about which the sanitizer reported something.
    if [ $status -ne 66 ] || ! timeout 60 "$work/races"; then
        echo "sanitize: locks are reported as races, or races are missed: mutex.c does not fit this Swift" >&2
        exit 70
    fi
    unset LD_PRELOAD
fi

swift build --build-tests --sanitize="$kind" --scratch-path ".build-$kind"
[ "$kind" != thread ] || export LD_PRELOAD="$work/mutex.so"
# Tests of memory and time read this.
export FIELDPOST_TEST_SANITIZER="$kind"
export TSAN_OPTIONS="exitcode=0 log_path=$work/report" ASAN_OPTIONS="detect_leaks=0 quarantine_size_mb=32 \
suppressions=$PWD/Tests/Sanitizers/address.txt log_path=$work/report"
rc=0
swift test --skip-build --sanitize="$kind" --scratch-path ".build-$kind" --no-parallel "$@" || rc=$?
unset LD_PRELOAD
if ls "$work"/report* >/dev/null 2>&1; then
    grep -h '^SUMMARY' "$work"/report* | sort | uniq -c | sort -rn >&2
    echo "sanitize: the $kind sanitizer reported errors; see $work" >&2
    exit 1
fi
rm -r "$work"
exit $rc
