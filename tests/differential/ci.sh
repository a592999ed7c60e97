#!/usr/bin/env bash
# Branta against Apache 3.9.5 with random requests for more than five minutes; the last line is "N passed, N failed".
# Usage: tests/differential/ci.sh [SECONDS] [SEED]   (a campaign of its own takes a seed that nobody has tried)
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/differential/src/main.ts --seconds "${1:-320}" --seed "${2:-777}"
