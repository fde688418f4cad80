#!/bin/sh
# Installs the Debian packages that building and running Fieldpost needs, and only those that are missing.
#   install-deps.sh            the packages for `swift build` and the program
#   install-deps.sh --tests    also the packages for the tests
# Works as root, or through sudo. Safe to run again. It does not install the Swift toolchain.
set -eu

packages="gcc libc6-dev libstdc++-12-dev libsqlite3-dev zlib1g-dev libturbojpeg0-dev"
packages="$packages ca-certificates git"
case "${1:-}" in
    "") ;;
    --tests)
        packages="$packages systemd e2fsprogs xfsprogs mount util-linux strace libfaketime openssl curl iproute2"
        packages="$packages libimage-exiftool-perl python3-exifread libjpeg-turbo-progs webp"
        ;;
    *)
        echo "install-deps.sh: unknown argument \"$1\". Usage: install-deps.sh [--tests]" >&2
        exit 64
        ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "install-deps.sh: this is not a Debian system. Install these packages with its own tools: $packages" >&2
    exit 69
fi

is_installed() { test "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed; }

missing=""
for package in $packages; do
    is_installed "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "install-deps.sh: missing:$missing. Run as root: apt-get install$missing" >&2
        exit 69
    fi
    as_root="sudo"
fi

echo "Installing:$missing"
$as_root apt-get update -q
# shellcheck disable=SC2086 -- a list of packages without spaces in their names.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
