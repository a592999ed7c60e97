#!/usr/bin/env bash
# Whether plays go through every branch of the core; clusters of cores in virtual time, with every fault the plan of a seed
# knows; and then the same with bugs planted in the core. The last line is "N passed, N failed".
# Usage: tests/simulation/ci.sh [SEEDS] [FIRST-SEED]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
PATH="$(dirname -- "$NODE"):$PATH" npm run --silent coverage:plays && echo "1 passed, 0 failed" >> "$log" || status=1
"$NODE" --conditions=source tests/simulation/src/main.ts --jobs 2 --seeds "${1:-5000}" --seed "${2:-1}" | tee -a "$log" || status=1
"$NODE" --conditions=source tests/simulation/src/mutants/run-mutants-main.ts --jobs 2 --seconds 4 --fast | tee -a "$log" || status=1
awk '/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; runs++ }
  END { if (runs < 3) failed++; printf "%d passed, %d failed\n", passed, failed }' "$log"
exit $status
