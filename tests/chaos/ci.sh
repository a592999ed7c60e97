#!/usr/bin/env bash
# Kill −9 under load, again and again; the last line is "N passed, N failed".
# Usage: tests/chaos/ci.sh [CYCLES] [SEED]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/chaos/src/main.ts --cycles "${1:-200}" --seed "${2:-4242}"
