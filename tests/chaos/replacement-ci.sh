#!/usr/bin/env bash
# Replaces three servers of Apache's under load by Branta's, and back; the last line is "N passed, N failed".
# Usage: tests/chaos/replacement-ci.sh [SECONDS] [APACHE-VERSION]
# SECONDS (default 3): how long the load goes on after each of the six steps.
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
if ! command -v java >/dev/null; then
  echo "Left out: there is no java here, and Apache's servers need one"
  exit 0
fi
exec "$NODE" --conditions=source tests/chaos/src/replacement-main.ts --seconds "${1:-3}" --apache "${2:-3.9.5}"
