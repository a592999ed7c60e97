#!/usr/bin/env bash
# The five documents, command by command, where they have several machines on hosts of their own.
# Needs root, and Debian's packages, which it fetches; else what needs hosts is skipped and says why. With CI=true packages
# that cannot be fetched are a failure.
# Usage: tests/walkthroughs/ci.sh [VITEST-ARGUMENT…]
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. tests/conformance/lib.sh
tests/walkthroughs/setup.sh || [ -z "${CI:-}" ] || die "could not set up the test hosts"
export WALKTHROUGH_HOSTS=1
exec bin/branta test tests/walkthroughs "$@"
