#!/bin/sh
# Installs the Debian packages that building and running Fieldpost needs, and only those that are missing.
#   install-deps.sh            the packages for `swift build` and the program
#   install-deps.sh --tests    also the packages for the tests. Of `prometheus` (19 MB, 96 MB unpacked) they use promtool
#                              alone; where systemd runs, it also starts a server on port 9090
#   install-deps.sh --package  what Deploy/build-deb.sh needs besides
#   install-deps.sh --trial    what Tests/Package/run.sh needs besides: it boots small Debian trees
#   install-deps.sh --proxies  the reverse proxies for Tests/Proxy/run.sh: nginx-light (2 MB) and caddy (36 MB). Where
#                              systemd runs, it also starts their servers on port 80
#   install-deps.sh --tshark   what Tests/Dissector/run.sh needs besides: tshark and its libraries (about 130 MB unpacked)
#   install-deps.sh --pages    the browsers for the tests of the pages (Tests/Pages); they are large
# Works as root, or through sudo. Safe to run again. It does not install the Swift toolchain.
set -eu

packages="gcc libc6-dev libstdc++-12-dev libsqlite3-dev zlib1g-dev libturbojpeg0-dev libqrencode-dev"
packages="$packages ca-certificates git"
case "${1:-}" in
    "") ;;
    --tests)
        packages="$packages systemd e2fsprogs xfsprogs mount util-linux strace libfaketime openssl curl iproute2"
        packages="$packages libimage-exiftool-perl python3-exifread libjpeg-turbo-progs webp prometheus"
        ;;
    --package) packages="$packages debhelper dpkg-dev chrpath python3" ;;
    --trial) packages="debootstrap systemd-container iproute2 util-linux curl lintian python3 libjpeg-turbo-progs" ;;
    --proxies) packages="caddy nginx-light openssl python3 libjpeg-turbo-progs" ;;
    --tshark) packages="tshark wireshark-common python3 libjpeg-turbo-progs" ;;
    --pages)
        packages="chromium webkit2gtk-driver xvfb xauth libnss3-tools openssl fonts-noto-cjk python3 python3-venv"
        packages="$packages libjs-leaflet libjs-leaflet.markercluster"
        ;;
    *)
        echo "install-deps.sh: unknown argument \"$1\"." \
            "Usage: install-deps.sh [--tests | --package | --trial | --proxies | --tshark | --pages]" >&2
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
