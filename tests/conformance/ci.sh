#!/usr/bin/env bash
# Runs other people's suites against Branta, one server, one suite after the other.
#
# Usage: tests/conformance/ci.sh [SUITE…]      (default: by-hand kazoo go-zk c-client exchange java)
#
# Each suite fetches what it needs on first use (lib.sh says where to) and is described in its own script; skips/*.md names what does
# not count and why. A suite that cannot be set up here is left out, with CI=true it counts as failed. All of it has a limit of
# BRANTA_CONFORMANCE_LIMIT_S seconds (default 1170): a suite that is under way then is ended and counts as failed.
# A table of one line a suite; last line: N passed, N failed.
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || set -- by-hand kazoo go-zk c-client exchange java
limit_s=${BRANTA_CONFORMANCE_LIMIT_S:-1170}
results=$CACHE/results
mkdir -p "$results"
passed=0
failed=0
table=()

# limited COMMAND…: within what is left of the limit.
limited() {
  local left=$((limit_s - SECONDS))
  timeout --kill-after=10 $((left > 1 ? left : 1)) "$@" </dev/null
}

# count LOG WORD: what the last line of a suite says, 0 when it says nothing.
count() {
  sed -nE '$s/.*\b([0-9]+) '"$2"'\b.*/\1/p' "$1" | grep . || echo 0
}

for suite in "$@"; do
  script=$CONFORMANCE/$suite.sh
  [ -x "$script" ] || die "could not run \"$suite\": wanted by-hand, kazoo, go-zk, c-client, exchange or java"
  log=$results/ci-$suite.log
  began=$SECONDS
  printf '\n=== %s\n' "$suite"
  if ! limited "$script" --setup 2>&1; then
    if [ -n "${CI:-}" ]; then
      failed=$((failed + 1))
      table+=("$(printf '%-10s could not be set up: counts as 1 failed' "$suite")")
    else
      table+=("$(printf '%-10s could not be set up here: not run' "$suite")")
    fi
    continue
  fi
  set_up=$((SECONDS - began))
  limited "$script" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  good=$(count "$log" passed)
  bad=$(count "$log" failed)
  remark=
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    remark="  ended with exit code $status after $SECONDS s in all"
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  table+=("$(printf '%-10s %5d passed %4d failed %4d skipped %5d s, set up in %d s%s' "$suite" "$good" "$bad" \
    "$(count "$log" skipped)" $((SECONDS - began - set_up)) "$set_up" "$remark")")
done

printf '\n'
printf '%s\n' "${table[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
