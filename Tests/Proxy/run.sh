#!/bin/sh
# Starts caddy and nginx with the blocks of Deploy/GUIDE.md before real nodes, and tries through them what a proxy may
# spoil: large bodies, uploads that are cut, answers that come bit by bit, addresses of clients, and cookies.
#
#   Tests/Proxy/run.sh [caddy | nginx] …
#
# FIELDPOST_BINARY may name the program; the default is the debug build. A proxy that is not installed is skipped with a
# printed reason: `Deploy/install-deps.sh --proxies` installs both.
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- caddy nginx
status=0
for proxy in "$@"; do
    if PATH=$PATH:/usr/sbin command -v "$proxy" >/dev/null 2>&1; then
        PATH=$PATH:/usr/sbin PYTHONPATH=Tests/Pages python3 Tests/Proxy/trial.py "$proxy" || status=1
    else
        echo "Tests/Proxy/run.sh: $proxy is not installed, so it is not tried." >&2
    fi
done
exit $status
