#!/usr/bin/env bash
# Hands one data directory from Apache's server to Branta and back, and compares what they serve: see exchange.py.
#
# Usage: tests/conformance/exchange.sh [--short] [APACHE-VERSION…]      (default: 3.9.5 3.8.0 3.4.14). Last line: N passed, N failed.
#
# --short runs half of it, each kind of exchange with one version: three minutes instead of six.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"
setup=
[ "${1:-}" = --setup ] && setup=yes && shift
short=()
[ "${1:-}" = --short ] && short=(--short) && shift
[ $# -gt 0 ] || set -- 3.9.5 3.8.0 3.4.14
"$CONFORMANCE/kazoo.sh" --setup
"$CONFORMANCE/apache/setup.sh" 3.9.5 "$@"
[ -z "$setup" ] || exit 0
branta_install_if_missing && branta_find_node || die "could not find Branta's programs"
export BRANTA_NODE=$NODE
PYTHONPATH=$CACHE/kazoo-2.11.0 exec "$CACHE/kazoo-2.11.0/venv/bin/python" "$CONFORMANCE/exchange.py" "${short[@]}" "$@"
