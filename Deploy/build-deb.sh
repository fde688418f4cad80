#!/bin/sh
# Builds the Debian packages fieldpost and fieldpost-thumbnail, for this machine's processor.
#
#   Deploy/build-deb.sh [--output DIRECTORY] [--version VERSION] [--fast] [--binary FILE --thumbnail FILE]
#
# Without --binary it builds both programs for release, with Swift's runtime in them; this takes ten minutes and more on
# two cores. --binary and --thumbnail pack programs that are there. If these need Swift's shared libraries, so does the
# package: it is for trials only. The packages are in .build/deb, or in DIRECTORY. --version is for trials of upgrades;
# the default is the program's own. --fast compresses little.
#
# `Deploy/install-deps.sh --package` installs what this needs.
set -eu
caller=$(pwd)
cd "$(dirname "$0")/.."

fail() {
    echo "build-deb.sh: $1" >&2
    exit "$2"
}
usage="Usage: build-deb.sh [--output DIRECTORY] [--version VERSION] [--fast] [--binary FILE --thumbnail FILE]"
absolute() { case "$1" in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac; }

output=$(pwd)/.build/deb version="" binary="" thumbnail="" compression="-Zxz -z6"
while [ $# -gt 0 ]; do
    case "$1" in
        --fast) compression="-Zgzip -z1" && shift && continue ;;
        --output | --version | --binary | --thumbnail) [ $# -ge 2 ] || fail "$1 needs a value. $usage" 64 ;;
        *) fail "unknown argument \"$1\". $usage" 64 ;;
    esac
    case "$1" in
        --output) output=$(absolute "$2") ;;
        --version) version=$2 ;;
        --binary) binary=$(absolute "$2") ;;
        --thumbnail) thumbnail=$(absolute "$2") ;;
    esac
    shift 2
done
[ "${binary:+1}" = "${thumbnail:+1}" ] || fail "--binary and --thumbnail go together. $usage" 64

Deploy/install-deps.sh --package
if [ -z "$binary" ]; then
    command -v swift >/dev/null 2>&1 || fail "no Swift toolchain. Install Swift 6.3 and put its usr/bin on the PATH." 69
    for product in fieldpost fieldpost-thumbnail; do
        swift build -c release --static-swift-stdlib --scratch-path .build/package --product "$product" >&2
    done
    built=$(swift build -c release --static-swift-stdlib --scratch-path .build/package --show-bin-path)
    binary=$built/fieldpost thumbnail=$built/fieldpost-thumbnail
fi
for file in "$binary" "$thumbnail"; do [ -x "$file" ] || fail "there is no program at $file" 66; done
version=${version:-$("$binary" --version)}

# dh_shlibdeps does not know libraries that no package has.
shlibdeps=""
if ldd "$binary" | grep -q libswiftCore; then
    echo "build-deb.sh: $binary needs Swift's shared libraries. The package is for trials only." >&2
    shlibdeps=--ignore-missing-info
fi

mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/fieldpost
mkdir -p "$tree/program" "$tree/units" "$tree/thumbnail" "$tree/samples" "$tree/documents" "$tree/man" \
    "$tree/completions/bash" "$tree/completions/zsh" "$tree/completions/fish"
cp -R Deploy/debian "$tree/debian"
cp "$binary" "$tree/program/fieldpost"
cp "$thumbnail" "$tree/program/fieldpost-thumbnail"
# The paths of the toolchain mean nothing elsewhere.
for file in "$tree"/program/*; do chrpath --delete "$file" >/dev/null 2>&1 || true; done
cp -R Sources/FieldpostHTTP/Pages "$tree/pages"
for unit in Deploy/*.service Deploy/*.socket Deploy/*.timer; do
    case "$unit" in
        *"*"*) ;;
        */fieldpost-thumbnail*) cp "$unit" "$tree/thumbnail/" ;;
        *) cp "$unit" "$tree/units/" ;;
    esac
done
for file in alerts.yaml dashboard.json; do
    [ -e "Deploy/$file" ] || continue
    cp "Deploy/$file" "$tree/$file"
    echo "$file usr/share/fieldpost/monitoring" >>"$tree/debian/fieldpost.install"
done
# A node reads gateway.yaml or central.yaml, which `fieldpost init` writes. So an upgrade never asks about it.
for role in gateway central; do cp "Deploy/$role.yaml" "$tree/samples/$role.yaml.example"; done
cp README.md Deploy/GUIDE.md Deploy/PAGES.md Protocol/*.md Protocol/openapi.yaml Protocol/fieldpost.proto \
    Protocol/fieldpost.lua "$tree/documents/"
"$binary" --experimental-dump-help | python3 Deploy/man-pages.py "$version" "$tree/man"
"$binary" --generate-completion-script bash | sed '1{/^#!/d}' >"$tree/completions/bash/fieldpost"
"$binary" --generate-completion-script zsh >"$tree/completions/zsh/_fieldpost"
"$binary" --generate-completion-script fish >"$tree/completions/fish/fieldpost.fish"
find "$tree" -type f -not -path "$tree/program/*" -not -path "$tree/debian/*" -exec chmod 644 {} +

# The date of the last commit, so that the same code gives the same package.
date=$(git log -1 --format=%cD 2>/dev/null || date -R)
cat >"$tree/debian/changelog" <<END
fieldpost ($version) bookworm; urgency=medium

  * Version $version. /usr/share/doc/fieldpost/GUIDE.md says how to upgrade.

 -- Fieldpost maintainers <maintainers@fieldpost.invalid>  $date
END
# Build-Depends cannot name the toolchain, and install-deps.sh has checked the rest.
(cd "$tree" && COMPRESSION=$compression SHLIBDEPS_OPTIONS=$shlibdeps dpkg-buildpackage -b -us -uc -d) \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "dpkg-buildpackage failed" 70; }
cp "$work"/*.deb "$output/"
for package in "$work"/*.deb; do echo "$output/${package##*/}"; done
