#!/usr/bin/env bash
# Runs other people's suites against Branta: kazoo's, go-zookeeper's and the C client's with ensembles of three (which holds their tests
# of single servers, too), the others with one server; and the Arcus Java client against a cloud.
#
# Usage: tests/conformance/ci.sh [SUITE…]      (default: by-hand arcus-java kazoo go-zk c-client exchange curator java)
#
# First everything is fetched that is not in the cache yet (lib.sh says where that is), then the suites run: one after the other, and
# Java's, the longest, beside them in one JVM; most of their time all of them wait. Each is described in its own script, and skips/*.md
# names what does not count and why. Of exchange, Curator's and Java's suites the short form runs; their scripts without options run all.
# A few failed tests of other people get one second try, named in the output (lib.sh, second_try); our own, by-hand and exchange, get none.
# A suite that cannot be set up here is left out; with CI=true it counts as failed. All of it has a limit of BRANTA_CONFORMANCE_LIMIT_S
# seconds (default 2340): a suite that is under way then is ended and counts as failed.
# A table of one line a suite; last line: N passed, N failed.
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || set -- by-hand arcus-java kazoo go-zk c-client exchange curator java
limit_s=${BRANTA_CONFORMANCE_LIMIT_S:-2340}
results=$CACHE/results
mkdir -p "$results"
passed=0
failed=0
table=()
ready=()

# limited COMMAND…: within what is left of the limit.
limited() {
  local left=$((limit_s - SECONDS))
  timeout --kill-after=10 $((left > 1 ? left : 1)) "$@" </dev/null
}

# run SUITE ARGUMENT…: leaves what it printed, its exit code and its seconds in the results.
run() {
  local suite=$1 began=$SECONDS
  shift
  limited "$CONFORMANCE/$suite.sh" "$@" >"$results/ci-$suite.log" 2>&1
  printf '%s %s\n' $? $((SECONDS - began)) >"$results/ci-$suite.end"
}

# count SUITE WORD: what the last line of a suite says, 0 when it says nothing.
count() {
  sed -nE '$s/.*\b([0-9]+) '"$2"'\b.*/\1/p' "$results/ci-$1.log" | grep . || echo 0
}

# report SUITE: shows what it printed and adds it up.
report() {
  local suite=$1 good bad status seconds remark=
  printf '\n=== %s\n' "$suite"
  cat "$results/ci-$suite.log"
  read -r status seconds <"$results/ci-$suite.end"
  good=$(count "$suite" passed)
  bad=$(count "$suite" failed)
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    remark=", ended with exit code $status after $SECONDS s in all"
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  table+=("$(printf '%-10s %5d passed %4d failed %4d skipped %5d s%s' "$suite" "$good" "$bad" "$(count "$suite" skipped)" "$seconds" "$remark")")
}

for suite in "$@"; do
  [ -x "$CONFORMANCE/$suite.sh" ] || die "could not run \"$suite\": wanted by-hand, arcus-java, kazoo, go-zk, c-client, exchange, curator or java"
  printf '=== setting up %s\n' "$suite"
  if limited "$CONFORMANCE/$suite.sh" --setup 2>&1; then
    ready+=("$suite")
  elif [ -n "${CI:-}" ]; then
    failed=$((failed + 1))
    table+=("$(printf '%-10s could not be set up: counts as 1 failed' "$suite")")
  else
    table+=("$(printf '%-10s could not be set up here: not run' "$suite")")
  fi
done
set_up_s=$SECONDS

java=
if [[ " ${ready[*]} " = *" java "* ]]; then
  run java --lanes 1 --short &
  java=$!
fi
for suite in "${ready[@]}"; do
  [ "$suite" != java ] || continue
  case $suite in
    exchange) run exchange --short ;;
    curator) run curator --lanes 1 --short ;;
    kazoo | go-zk | c-client) run "$suite" --servers 3 ;;
    *) run "$suite" ;;
  esac
  report "$suite"
done
if [ -n "$java" ]; then
  wait "$java"
  report java
fi

printf '\nset up in %d s, all in %d s\n' "$set_up_s" "$SECONDS"
printf '%s\n' "${table[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
