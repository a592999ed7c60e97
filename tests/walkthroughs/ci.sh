#!/usr/bin/env bash
# The five documents, command by command, where they have several machines on hosts of their own.
# Usage: tests/walkthroughs/ci.sh [VITEST-ARGUMENT…]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
tests/walkthroughs/setup.sh
exec bin/branta test tests/walkthroughs "$@"
