#!/usr/bin/env bash
# Runs kazoo 2.11.0's own tests, unmodified, against one server or an ensemble.
#
# Usage: tests/conformance/kazoo.sh [--target branta|apache-VERSION] [--servers N] [--compare] [PYTEST-ARGUMENT…]
#
# --compare runs Apache 3.9.5 too, unless its results are in the cache, and names what passes there and not here.
# The suite starts its own servers with `java …`: the shim on PATH starts the target instead. One server unless --servers says
# more; three are what kazoo's authors run. Last line: N passed, N failed, N skipped. Skips and their reasons: skips/kazoo.md
# and, for several servers, skips/kazoo-ensemble.md.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

version=2.11.0
home=$CACHE/kazoo-$version

kazoo_setup() {
  need python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  rm -rf "$home" && mkdir -p "$home"
  python3 -m venv "$home/venv"
  "$home/venv/bin/pip" -q install -r "$CONFORMANCE/kazoo-requirements.txt" >&2
  # The wheel has no tests: the source distribution has.
  "$home/venv/bin/pip" -q download --no-deps --no-build-isolation --no-binary kazoo -d "$home" "kazoo==$version" >&2
  tar -xzf "$home/kazoo-$version.tar.gz" -C "$home" --strip-components=1
}

# Five ports in a row a server, below the range that the kernel hands out.
port_base() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys
need = int(sys.argv[1]) * 10
for _ in range(200):
    base = random.randrange(12000, 21000, 10)
    try:
        for port in range(base, base + need):
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
    except OSError:
        continue
    print(base)
    sys.exit(0)
sys.exit("could not find free ports in a row")
PYTHON
}

target=branta
servers=1
compare=
while [ $# -gt 0 ]; do
  case $1 in
    --target) target=$2; shift 2 ;;
    --servers) servers=$2; shift 2 ;;
    --compare) compare=yes; shift ;;
    --setup) once "kazoo-$version" kazoo_setup; exit ;;
    *) break ;;
  esac
done

need java default-jre-headless
once "kazoo-$version" kazoo_setup
results=$CACHE/results
mkdir -p "$results"

run() {
  local target=$1 out=$2 temporary
  shift 2
  temporary=$(mktemp -d)
  (
    with_target "$target"
    cd "$home"
    # CI makes the suite trust ZOOKEEPER_VERSION instead of asking the server.
    unset CI
    export TMPDIR=$temporary ZOOKEEPER_VERSION=3.9.5 ZOOKEEPER_CLASSPATH=/nowhere
    export ZOOKEEPER_CLUSTER_SIZE=$servers ZOOKEEPER_PORT_OFFSET
    ZOOKEEPER_PORT_OFFSET=$(port_base "$servers")
    "$home/venv/bin/python" -m pytest -o addopts= -o log_cli=false -q --color=no --tb=short --timeout=180 -p no:cacheprovider \
      --ignore=kazoo/tests/test_eventlet_handler.py --junitxml="$out.xml" "${@:-kazoo/tests}"
  ) >"$out.log" 2>&1 || true
  rm -rf "$temporary"
  [ -e "$out.xml" ] || die "kazoo's suite did not finish, see $out.log"
  python3 - "$out.xml" >"$out.tsv" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
worst = {}
for case in tree.parse(sys.argv[1]).iter("testcase"):
    kinds = {child.tag for child in case}
    verdict = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
    name = case.get("classname", "").removeprefix("kazoo.tests.") + "." + case.get("name", "")
    # A test that fails in tearDown has two entries.
    if worst.get(name) != "failed":
        worst[name] = verdict
for name, verdict in worst.items():
    print(name, verdict, sep="\t")
PYTHON
}

# again NAME…: as the results name them, module.Class.test.
again() {
  local name test paths=()
  for name in "$@"; do
    test=${name#*.}
    paths+=("kazoo/tests/${name%%.*}.py::${test/./::}")
  done
  run "$target" "$out-second" "${paths[@]}"
}

choose_results kazoo "$servers"
out=$results/kazoo-$target$SUFFIX
rm -f "$out.xml" "$out.tsv" "$out-second.xml"
run "$target" "$out" "$@"
second_try "$out" "$SKIPS" again
baseline=$results/kazoo-apache-3.9.5$SUFFIX.tsv
if [ -n "$compare" ] && [ ! -e "$baseline" ]; then run apache-3.9.5 "${baseline%.tsv}" "$@"; fi
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$SKIPS" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
