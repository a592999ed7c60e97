#!/usr/bin/env bash
# Runs the tests of github.com/go-zookeeper/zk v1.0.4, unmodified, against one server or an ensemble.
#
# Usage: tests/conformance/go-zk.sh [--target branta|apache-VERSION] [--servers 1|3] [--compare] [TEST-NAME-PATTERN]
#
# Its parser of `srvr` reads the build date only in the form MM/DD/YYYY, which Apache 3.6 and older print, so the baseline
# is Apache 3.6.4, and Branta is started with the switch zookeeper.branta.legacyBuildDate=true.
# The tests that start three servers are left out (skips/go-zk.md) unless --servers 3 is given; then all run, and
# skips/go-zk-ensemble.md holds. Last line: N passed, N failed, N skipped.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

version=v1.0.4
home=$CACHE/go-zk-$version
# Every test of the module but those that start three servers.
three_servers='^(TestIntegration_BasicCluster|TestIntegration_ClientClusterFailover|TestIntegration_NoQuorum|TestIntegration_RecurringReAuthHang|TestIntegration_DNSHostProviderReconnect|TestIntegration_IncrementalReconfig|TestIntegration_Reconfig)$'

go_zk_setup() {
  need go golang-go
  rm -rf "$home" && mkdir -p "$home/module"
  local folder
  folder=$(cd "$home" && GOFLAGS=-mod=mod go mod download -json "github.com/go-zookeeper/zk@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  [ -d "$folder" ] || die "could not fetch github.com/go-zookeeper/zk $version: go mod download named no folder"
  cp -r "$folder/." "$home/module" && chmod -R u+w "$home/module"
  (cd "$home/module" && go test -c -o zk.test . >&2)
}

target=branta
servers=1
compare=
while [ $# -gt 0 ]; do
  case $1 in
    --target) target=$2; shift 2 ;;
    --servers) servers=$2; shift 2 ;;
    --compare) compare=yes; shift ;;
    --setup) once "go-zk-$version" go_zk_setup; exit ;;
    *) break ;;
  esac
done
once "go-zk-$version" go_zk_setup
# Go before 1.20 knows no -test.skip, but needs none for all of them.
skip=()
[ "$servers" -ne 1 ] || skip=(-test.skip "$three_servers")
choose_results go-zk "$servers"
results=$CACHE/results
mkdir -p "$results"

run() {
  local target=$1 out=$2 pattern=${3:-.} temporary bin
  temporary=$(mktemp -d)
  case $target in
    branta)
      bin=$temporary/bin
      mkdir -p "$bin"
      # The suite kills the process that it started, so nothing may stand between it and the server.
      cat >"$bin/zkServer.sh" <<SCRIPT
#!/usr/bin/env bash
. "$CONFORMANCE/target.sh"
shift
run_server org.apache.zookeeper.server.quorum.QuorumPeerMain -Dzookeeper.branta.legacyBuildDate=true -- "\$@"
SCRIPT
      chmod +x "$bin/zkServer.sh"
      ;;
    *) bin=$("$CONFORMANCE/apache-server.sh" "${target#apache-}" bin) ;;
  esac
  (
    with_target "$target"
    cd "$home/module"
    TMPDIR=$temporary ZOOKEEPER_BIN_PATH=$bin timeout 900 ./zk.test -test.v -test.timeout 850s -test.run "$pattern" "${skip[@]}"
  ) >"$out.log" 2>&1 || true
  rm -rf "$temporary"
  # Subtests count with their parent.
  sed -nE 's/^--- (PASS|FAIL|SKIP): (\S+) .*/\2\t\1/p' "$out.log" | sed 's/PASS$/passed/; s/FAIL$/failed/; s/SKIP$/skipped/' >"$out.tsv"
  # A panic or the time limit ends the run inside a test.
  sed -nE 's/^=== RUN +([^\/ ]+)$/\1/p' "$out.log" | while read -r name; do
    cut -f1 "$out.tsv" | grep -qx "$name" || printf '%s\tfailed\n' "$name"
  done >>"$out.tsv.rest"
  cat "$out.tsv.rest" >>"$out.tsv" && rm "$out.tsv.rest"
}

again() {
  local pattern
  pattern=$(IFS='|' && printf '^(%s)$' "$*")
  run "$target" "$out-second" "$pattern"
}

out=$results/go-zk-$target$SUFFIX
run "$target" "$out" "$@"
second_try "$out" "$SKIPS" again
baseline=$results/go-zk-apache-3.6.4$SUFFIX.tsv
if [ -n "$compare" ] && [ ! -e "$baseline" ]; then run apache-3.6.4 "${baseline%.tsv}" "$@"; fi
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$SKIPS" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
