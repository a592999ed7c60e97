#!/usr/bin/env bash
# Random operations on a cache node against a model of it; the last line is "N passed, N failed".
# Usage: tests/arcus-model/ci.sh [SECONDS] [SEED]; ARCUS_MEMCACHED=PATH asks that server in place of bin/memcached
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
exec "$NODE" --conditions=source tests/arcus-model/src/main.ts --seconds "${1:-60}" --seed "${2:-4242}" \
  ${ARCUS_MEMCACHED:+--memcached "$ARCUS_MEMCACHED"}
