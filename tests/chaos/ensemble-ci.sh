#!/usr/bin/env bash
# Harms an ensemble of three real servers under load, round by round; the last line is "N passed, N failed".
# Usage: tests/chaos/ensemble-ci.sh [ROUNDS] [SEED] [MINUTES]
# After MINUTES (default 3) no new round begins.
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/chaos/src/ensemble-main.ts --rounds "${1:-20}" --seed "${2:-4242}" --minutes "${3:-3}"
