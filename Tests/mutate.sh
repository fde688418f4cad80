#!/bin/sh
# Breaks the product on purpose, one fault at a time, and checks that tests notice each fault.
#
#   Tests/mutate.sh [NAME …]    tries these faults, or all of them; NAME.patch is a file in Tests/Mutations
#   Tests/mutate.sh --list      prints the name of each fault and what it breaks
#
# It works on a copy of the tree in .build/mutations, which has a build of its own and stays for the next run. The first
# run builds all of it (about 10 minutes); after that, each fault costs an incremental build. For each fault it applies
# the patch to the copy, builds, runs what the lines "Expect:" of the patch name, and takes the patch back. Everything
# that is named must turn red, with an output that matches the pattern after "=>".
#
# Exit status: 0 when each fault was found; 1 when one was not found or could not be tried; 64 for wrong arguments;
# 69 when a tool is missing; 75 when another run is under way.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
patches=$root/Tests/Mutations
work=$root/.build/mutations
copy=$work/tree
# Seconds for a build or a suite. A rig that hangs ends by itself after 30 minutes.
limit=2700

usage() {
    echo "usage: Tests/mutate.sh [NAME …]   or   Tests/mutate.sh --list" >&2
    exit 64
}

fault_of() { sed -n '/^$/q; s/^Fault: //p' "$patches/$1.patch"; }

expectations_of() { sed -n '/^$/q; s/^Expect: //p' "$patches/$1.patch"; }

all=$(for patch in "$patches"/*.patch; do basename "$patch" .patch; done)
names=
for argument in "$@"; do
    case "$argument" in
        -l | --list)
            for name in $all; do printf '%-22s  %s\n' "$name" "$(fault_of "$name")"; done
            exit 0
            ;;
        -*) usage ;;
    esac
    name=$(basename "$argument" .patch)
    if [ ! -f "$patches/$name.patch" ]; then
        echo "Tests/mutate.sh: there is no Tests/Mutations/$name.patch. Tests/mutate.sh --list names them all." >&2
        exit 64
    fi
    names="$names $name"
done
: "${names:=$all}"

Deploy/install-deps.sh --tests
for tool in swift git flock timeout; do
    if ! command -v $tool >/dev/null 2>&1; then
        echo "Tests/mutate.sh: $tool is not on the PATH." >&2
        exit 69
    fi
done
mkdir -p "$copy" "$work/logs"
exec 9>"$work/lock"
if ! flock -n 9; then
    echo "Tests/mutate.sh: another run works in $work. Wait for its end." >&2
    exit 75
fi

# The counts of an ordinary run. What mutants measure goes into nobody's file of results.
unset FIELDPOST_TEST_LONG FIELDPOST_TEST_SANITIZER FIELDPOST_TEST_RIG_RESULTS
# In the copy, git must not take the repository around it for the copy's own.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export GIT_CEILING_DIRECTORIES="$work"

files_of() {
    (cd "$1" && find . \( -name .git -o -name '.build*' -o -name .swiftpm \) -prune -o ! -type d -print) | LC_ALL=C sort
}

# Makes the copy the same as the tree. What is the same already is not touched, so that it is not built again.
sync_copy() {
    files_of "$root" >"$work/files"
    while IFS= read -r file; do
        cmp -s "$root/$file" "$copy/$file" && continue
        mkdir -p "$copy/${file%/*}"
        rm -f "$copy/$file"
        cp -P "$root/$file" "$copy/$file"
    done <"$work/files"
    files_of "$copy" | LC_ALL=C comm -13 "$work/files" - | while IFS= read -r file; do rm "$copy/$file"; done
}

# The dependencies that the tree has fetched need not be fetched for the copy.
if [ ! -d "$copy/.build" ] && [ -d .build/checkouts ]; then
    mkdir "$copy/.build"
    for part in checkouts repositories artifacts workspace-state.json; do
        [ ! -e ".build/$part" ] || cp -a ".build/$part" "$copy/.build/"
    done
fi

# In the foreground, so that an interrupt from the terminal reaches what runs.
limited() { timeout --foreground --kill-after=10 "$limit" "$@" 9>&-; }

swift_in_copy() { (cd "$copy" && limited swift "$@"); }

build_in_copy() {
    for product in "$@"; do swift_in_copy build --product "$product" || return 1; done
}

row() { printf '%-21s  %-54.54s  %5s s  %s\n' "$1" "$2" "$3" "$4"; }

# Sets `result`: "red" when the fault was found.
# try_simulator LOG ARGUMENTS
try_simulator() {
    output=$1
    shift
    status=0
    limited "$copy/.build/debug/fieldpost-simulator" --jobs 3 --stop "$@" >"$output" 2>&1 || status=$?
    seed=$(sed -n 's/.*seed \([0-9][0-9]*\) FAILED.*/\1/p' "$output" | head -n 1)
    if [ $status -eq 0 ]; then
        result="NOT FOUND"
    elif [ $status -ne 1 ] || [ -z "$seed" ]; then
        result="NOT TRIED: the simulator ended with status $status"
    elif ! .build/debug/fieldpost-simulator "$@" --seed "$seed" >>"$output" 2>&1 9>&-; then
        result="NOT TRIED: seed $seed also fails without the fault"
    else
        result="red, seed $seed"
    fi
}

# try_test LOG SUITE PATTERN
try_test() {
    status=0
    swift_in_copy test --skip-build --disable-xctest --no-parallel --filter "[./]$2/" >"$1" 2>&1 || status=$?
    if [ $status -ne 0 ] && grep -Eq -- "$3" "$1"; then
        result=red
    elif [ $status -ne 0 ]; then
        result="NOT FOUND: it failed for another reason (status $status)"
    elif grep -q '^✔ Test "' "$1"; then
        result="NOT FOUND"
    elif grep -q ' skipped' "$1"; then
        result="skipped: $(sed -n 's/.* skipped[:.] *//p' "$1" | head -n 1)"
    else
        result="NOT TRIED: there is no such test"
    fi
}

now() { date +%s; }

sync_copy
if for name in $names; do expectations_of "$name"; done | grep -q '^simulator'; then
    # Without the fault, the worlds that showed it must pass.
    swift build --product fieldpost-simulator >"$work/logs/build.log" 2>&1 9>&- || {
        tail -n 40 "$work/logs/build.log" >&2
        echo "Tests/mutate.sh: the tree itself does not build." >&2
        exit 1
    }
fi

row fault "must turn red" time result
tried=0
found=0
skipped=0
for name in $names; do
    tried=$((tried + 1))
    log=$work/logs/$name
    reds=0
    misses=0
    start=$(now)
    expectations_of "$name" >"$log.expected"
    # Single products: `--build-tests` also builds the tools of all dependencies, which takes twice as long.
    products=
    if grep -q '^simulator' "$log.expected"; then products=fieldpost-simulator; fi
    if grep -qv '^simulator' "$log.expected"; then products="$products fieldpost fieldpostPackageTests"; fi
    if ! (cd "$copy" && git apply "$patches/$name.patch") >"$log.build.log" 2>&1; then
        row "$name" "" 0 "NOT TRIED: the patch does not apply, see $log.build.log"
        continue
    elif ! build_in_copy $products >"$log.build.log" 2>&1; then
        row "$name" "build" $(($(now) - start)) "NOT TRIED: it does not build, see $log.build.log"
        misses=1
    else
        row "$name" "build" $(($(now) - start)) ""
        number=0
        while read -r kind arguments; do
            number=$((number + 1))
            start=$(now)
            case "$kind" in
                simulator)
                    # shellcheck disable=SC2086 -- a list of options, none with blanks.
                    try_simulator "$log.$number.log" $arguments </dev/null
                    ;;
                test)
                    suite=${arguments%% *}
                    pattern='recorded an issue'
                    case "$arguments" in *" => "*) pattern=${arguments#* => } ;; esac
                    try_test "$log.$number.log" "$suite" "$pattern" </dev/null
                    ;;
                *) result="NOT TRIED: \"$kind\" is neither simulator nor test" ;;
            esac
            case "$result" in
                red*) reds=$((reds + 1)) ;;
                "NOT "*)
                    misses=$((misses + 1))
                    result="$result, see $log.$number.log"
                    ;;
            esac
            row "$name" "$kind $arguments" $(($(now) - start)) "$result"
        done <"$log.expected"
    fi
    if [ $misses -eq 0 ] && [ $reds -gt 0 ]; then
        found=$((found + 1))
    elif [ $misses -eq 0 ]; then
        skipped=$((skipped + 1))
    fi
    sync_copy
done

echo "mutate: $tried faults, $found found, $skipped skipped"
[ $((found + skipped)) -eq $tried ]
