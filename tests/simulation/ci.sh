#!/usr/bin/env bash
# Clusters of cores in virtual time, with every fault the plan of a seed knows; the last line is "N passed, N failed".
# Usage: tests/simulation/ci.sh [SEEDS] [FIRST-SEED]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/simulation/src/main.ts --jobs 2 --seeds "${1:-5000}" --seed "${2:-1}"
