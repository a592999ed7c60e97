#!/usr/bin/env bash
# Damaged bytes for every decoder; the last line is "N passed, N failed".
# Usage: tests/fuzz/ci.sh [INPUTS] [SEED]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/fuzz/src/main.ts --inputs "${1:-1000000}" --seed "${2:-4242}"
