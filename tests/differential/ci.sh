#!/usr/bin/env bash
# Branta against Apache 3.9.5 with random requests for more than five minutes: server against server, then ensembles of three
# with sessions on all servers. The last line is "N passed, N failed".
# Usage: tests/differential/ci.sh [SECONDS] [SEED]   (a campaign of its own takes a seed that nobody has tried)
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
seconds=${1:-320}
run() { "$NODE" --conditions=source tests/differential/src/main.ts --seed "$seed" "$@"; }
seed=${2:-777}
one=$(run --seconds $((seconds * 3 / 4)) | tee >(cat >&2) | tail -1) || true
three=$(run --seconds $((seconds / 4)) --episode 15000 --candidate branta,branta,branta \
  --oracle apache-3.9.5,apache-3.9.5,apache-3.9.5 | tee >(cat >&2) | tail -1) || true
printf '%s\n%s\n' "$one" "$three" | awk '
  $2 ~ /^passed/ { passed += $1; failed += $3; runs++ }
  END { failed += 2 - runs; printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }'
