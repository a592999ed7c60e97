#!/usr/bin/env bash
# The five documents, command by command, where they have several machines on hosts of their own.
# Needs root, and Debian's packages, which it fetches; else what needs hosts is skipped and says why. With CI=true packages
# that cannot be fetched are a failure.
# Usage: tests/walkthroughs/ci.sh [TEST…]        (002, 003-three-hosts, …; default: all)
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. tests/conformance/lib.sh
tests/walkthroughs/setup.sh || [ -z "${CI:-}" ] || die "could not set up the test hosts"
export WALKTHROUGH_HOSTS=1
[ $# -gt 0 ] || set -- ""
exec bin/branta test "${@/#/tests/walkthroughs/src/}"
