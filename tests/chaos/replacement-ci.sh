#!/usr/bin/env bash
# Replaces three servers of Apache's under load by Branta's, and back; the last line is "N passed, N failed".
# Usage: tests/chaos/replacement-ci.sh [SECONDS] [APACHE-VERSION]
# SECONDS (default 3): how long the load goes on after each of the six steps.
# The load is our own client's and kazoo's.
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
if ! command -v java >/dev/null; then
  echo "Cannot replace Apache's servers: there must be a java to run them" >&2
  # Where nobody looks at what was left out, that is a failure.
  [ -z "$CI" ] || exit 1
  exit 0
fi
if ! tests/conformance/kazoo.sh --setup; then
  echo "Cannot set up kazoo: only our own client's load is left" >&2
  [ -z "$CI" ] || exit 1
fi
exec "$NODE" --conditions=source tests/chaos/src/replacement-main.ts --seconds "${1:-3}" --apache "${2:-3.9.5}"
