#!/bin/sh
# Installs the Debian packages in two small Debian 12 machines, and tries them there as an operator would: the commands
# of Deploy/GUIDE.md, faults, an upgrade, removal. The machines are containers of systemd-nspawn, with a systemd and a
# network of their own, on one cable.
#
#   Tests/Package/run.sh [--binary FILE --thumbnail FILE] [--older FILE]
#
# Without --binary, Deploy/build-deb.sh builds the programs. --older names an earlier program, whose package is installed
# first and then upgraded; without it, the same program is packed twice. Needs root. It works in
# .build/package-trial. Where no machine can be booted, this prints the reason and ends with status 0.
set -eu
caller=$(pwd)
cd "$(dirname "$0")/../.."

skip() {
    echo "Tests/Package/run.sh: the packages are not tried: $1" >&2
    exit 0
}
absolute() { case "$1" in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac; }

binary="" thumbnail="" older=""
while [ $# -ge 2 ]; do
    case "$1" in
        --binary) binary=$(absolute "$2") ;;
        --thumbnail) thumbnail=$(absolute "$2") ;;
        --older) older=$(absolute "$2") ;;
        *) break ;;
    esac
    shift 2
done
if [ $# -gt 0 ] || [ "${binary:+1}" != "${thumbnail:+1}" ] || { [ -n "$older" ] && [ -z "$binary" ]; }; then
    echo "Usage: Tests/Package/run.sh [--binary FILE --thumbnail FILE [--older FILE]]" >&2
    exit 64
fi

[ "$(id -u)" -eq 0 ] || skip "only root can boot a machine. Run it as root."
Deploy/install-deps.sh --trial || skip "systemd-nspawn and debootstrap cannot be installed here."
if [ -z "$binary" ]; then
    Deploy/build-deb.sh
    binary=.build/package/release/fieldpost thumbnail=.build/package/release/fieldpost-thumbnail
fi

trial=.build/package-trial
rm -rf "$trial/old" "$trial/new"
version=$("$binary" --version)
Deploy/build-deb.sh --fast --output "$trial/old" --version "$version~before" --binary "${older:-$binary}" \
    --thumbnail "$thumbnail"
Deploy/build-deb.sh --fast --output "$trial/new" --binary "$binary" --thumbnail "$thumbnail"

# The tree of each machine is a copy of this one. apt finds what the packages need in its cache, as the machines have no
# way out.
base=$trial/base
if [ ! -e "$base/ready" ]; then
    rm -rf "$base"
    mkdir -p "$trial"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,sudo,curl,openssl,ca-certificates bookworm "$base" \
        http://deb.debian.org/debian >"$trial/debootstrap.log" 2>&1 || skip "debootstrap failed ($trial/debootstrap.log)."
    cp "$trial"/new/*.deb "$base/root/"
    # `apt-get --download-only` of a local package also gets what it needs and recommends.
    chroot "$base" sh -c 'apt-get update -q && apt-get install -q -y --download-only /root/*.deb' \
        >"$trial/download.log" 2>&1 || skip "the packages that ours need cannot be had ($trial/download.log)."
    rm "$base"/root/*.deb
    touch "$base/ready"
fi
exec python3 -B Tests/Package/trial.py "$trial" "$binary" "${older:-$binary}"
