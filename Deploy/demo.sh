#!/bin/sh
# Builds Fieldpost and shows a working fleet on this machine. Installs missing Debian packages.
#
#   Deploy/demo.sh [--input FILE …]     arguments are passed to `fieldpost demo`; see `fieldpost demo --help`
set -eu
caller=$(pwd)
cd "$(dirname "$0")/.."
root=$(pwd)

if ! command -v swift >/dev/null 2>&1; then
    echo "demo.sh: no Swift toolchain. Install Swift 6.3 and put its usr/bin on the PATH." >&2
    exit 69
fi
Deploy/install-deps.sh
echo "Building (the first time takes about ten minutes on two cores) …" >&2
swift build --configuration release --product fieldpost >&2
cd "$caller"
exec "$root/.build/release/fieldpost" demo "$@"
