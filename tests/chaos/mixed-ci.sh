#!/usr/bin/env bash
# Harms ensembles of Branta and Apache ZooKeeper under load, with Branta as follower, leader and observer in turn, with weights,
# and with observers that follow voters of the other kind; then pairs of voters with an oracle. The last line is "N passed, N failed".
# Usage: tests/chaos/mixed-ci.sh [MINUTES] [SEED] [APACHE-VERSION]
# MINUTES (default 0.5): after so long with one role no new round begins.
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
if ! command -v java >/dev/null; then
  echo "Cannot try mixed ensembles: there must be a java, for Apache's servers" >&2
  # Where nobody looks at what was left out, that is a failure.
  [ -z "$CI" ] || exit 1
  exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
apache=${3:-3.9.5}
"$NODE" --conditions=source tests/chaos/src/mixed-main.ts --role all --minutes "${1:-0.5}" --seed "${2:-4242}" --apache "$apache" | tee "$log" || status=1
mixed=$(tail -n 1 "$log")
"$NODE" --conditions=source tests/chaos/src/oracle-main.ts --apache "$apache" | tee "$log" || status=1
printf '%s\n%s\n' "$mixed" "$(tail -n 1 "$log")" | awk '/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; runs++ }
  END { if (runs < 2) failed++; printf "%d passed, %d failed\n", passed, failed }'
exit $status
