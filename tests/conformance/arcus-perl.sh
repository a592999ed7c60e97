#!/usr/bin/env bash
# Runs the Perl tests of arcus-memcached 1.15, unmodified, against a cache node of Branta.
#
# Usage: ARCUS_MEMCACHED_SOURCE=CHECKOUT tests/conformance/arcus-perl.sh [--big|--smoke] [--server PROGRAM] [--jobs N] [FILE…]
#
# CHECKOUT is a checkout of github.com/naver/arcus-memcached; it needs no build, and nothing of it is written to or kept.
# FILE is one of its tests, `getset` or `t/getset.t`, and runs even when the skip list names it; its output is then shown,
# too. Without one, all of t/tlist/engine_default_s.txt run, 99 files, N at a time (2). --big adds its seven large
# ones, --smoke runs a few that are over in seconds. --server runs another program with the same command line, such as
# the real memcached where it was built, as a baseline. Skips and their reasons: skips/arcus-perl.md.
#
# Prints a line for each file that failed, files and assertions; last line: N passed, N failed, N skipped (files).
# Without ARCUS_MEMCACHED_SOURCE it says so, runs nothing, and fails only when it is asked to set up (--setup).
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

SMOKE='00-startup getset incrdecr flags noreply unixsocket maxconns coll_lop_unittest coll_mop_get coll_bop_get coll_pipeline_general'
FILE_LIMIT_S=300

lists=s
files=()
server=
jobs=2
setup=
smoke=
while [ $# -gt 0 ]; do
  case $1 in
    --big) lists="s b"; shift ;;
    --smoke) smoke=yes; shift ;;
    --server) server=$(readlink -f -- "$2"); shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --setup) setup=yes; shift ;;
    -*) die "could not read \"$1\": wanted --big, --smoke, --server PROGRAM, --jobs N or the name of a test" ;;
    *) files+=("$(basename -- "$1")"); shift ;;
  esac
done

if [ -z "${ARCUS_MEMCACHED_SOURCE:-}" ]; then
  say "Not run: set ARCUS_MEMCACHED_SOURCE to a checkout of github.com/naver/arcus-memcached, whose tests these are"
  [ -z "$setup" ] || exit 1
  echo "0 passed, 0 failed, 0 skipped"
  exit 0
fi
checkout=$(readlink -f -- "$ARCUS_MEMCACHED_SOURCE")
[ -f "$checkout/t/lib/MemcachedTest.pm" ] ||
  die "could not find the tests in \"$checkout\": ARCUS_MEMCACHED_SOURCE must be a checkout of arcus-memcached, with t/lib"
need prove perl
# The tests look for free ports with it.
need netstat net-tools
[ -z "$setup" ] || exit 0

bench=$(mktemp -d)
trap clean_up EXIT

# A test that gave up on a server that was slow to start has left it behind, perhaps as a daemon: its path tells it from others.
clean_up() {
  local pid
  for pid in $(grep -lsF "$bench/" /proc/[0-9]*/cmdline | cut -d/ -f3); do
    [ "$pid" = $$ ] || kill "$pid" 2>/dev/null || true
  done
  rm -rf "$bench"
}

# What the tests expect of a folder in which the real server was built.
make_bench() {
  local file
  mkdir "$bench/t" "$bench/.libs" "$bench/log"
  for file in "$checkout"/t/*; do ln -s "$file" "$bench/t/"; done
  # One test looks at its text.
  ln -s "$checkout/doc" "$bench/doc"
  # The only file that the real build writes from a template.
  sed 's/@SASLPASSWD2@/isasl/; s/@SASLPWDB@//' "$checkout/t/binary-sasl.t.in" >"$bench/t/binary-sasl.t"
  for file in default_engine ascii_scrub example_protocol syslog_logger; do : >"$bench/.libs/$file.so"; done
  ln -s "$CONFORMANCE/arcus-perl/timedrun" "$bench/timedrun"
  if [ -n "$server" ]; then
    ln -s "$server" "$bench/memcached"
    if [ -d "${server%/*}/.libs" ]; then
      rm -r "$bench/.libs"
      ln -s "${server%/*}/.libs" "$bench/.libs"
    fi
    return
  fi
  branta_install_if_missing && branta_find_node || die "could not find Branta's programs"
  branta_find_cache_node
  # As bin/memcached, but looked for once: a suite starts hundreds of servers. A copy stays the same throughout the run.
  case $PROGRAM in
    "$BRANTA_BUNDLES/current/"*)
      cp -r "$BRANTA_BUNDLES/current/" "$bench/bundle"
      PROGRAM=$bench/bundle/${PROGRAM#"$BRANTA_BUNDLES/current/"}
      ;;
  esac
  cat >"$bench/memcached" <<LAUNCHER
#!/bin/sh
exec "$NODE" $PROGRAM_FLAGS "$PROGRAM" "\$@"
LAUNCHER
  chmod +x "$bench/memcached"
}

# The tests to run, one a line, without `t/` and with their ending.
chosen() {
  local list file
  if [ ${#files[@]} -gt 0 ]; then
    for file in "${files[@]}"; do
      case $file in *.t | *.bt) ;; *) [ -e "$bench/t/$file.bt" ] && file=$file.bt || file=$file.t ;; esac
      [ -e "$bench/t/$file" ] || die "could not find the test \"$file\" in \"$checkout/t\""
      echo "$file"
    done
  elif [ -n "$smoke" ]; then
    for file in $SMOKE; do echo "$file.t"; done
  else
    for list in $lists; do sed 's|^\./t/||' "$checkout/t/tlist/engine_default_$list.txt"; done | awk 'NF && !seen[$0]++'
  fi
}

# A name in the first column of the list's table.
is_listed() {
  grep -qF "| \`$1\` |" "$CONFORMANCE/skips/arcus-perl.md"
}

# run_one FILE: leaves its output in log/ and a line of results: name, verdict, assertions passed, planned or seen, seconds.
# The tests give a server two seconds to start, which a busy machine may not have: those that failed over that get a second try.
run_one() {
  local name=$1 began=$SECONDS verdict=passed
  prove_one "$name" || verdict=failed
  if [ $verdict = failed ] && grep -qE 'Failed to (startup/)?connect to' "log/$name"; then
    verdict=passed
    prove_one "$name" || verdict=failed
  fi
  # Only assertions of the test itself, at the beginning of a line; a test that was given up counts those it had planned.
  awk -v name="$name" -v verdict="$verdict" -v seconds=$((SECONDS - began)) '
    /^ok [0-9]/ { good++; seen++ }
    /^not ok [0-9]/ { seen++; if (/# TODO/) good++ }
    /^1\.\.[0-9]+/ { planned = substr($1, 4) }
    END { total = seen > planned ? seen : planned
          printf "%s\t%s\t%d\t%d\t%d\n", name, verdict, good, total, seconds }' "log/$name"
}

prove_one() {
  timeout --kill-after=10 "$FILE_LIMIT_S" prove -v "t/$1" :: default >"log/$1" 2>&1 </dev/null
}
export -f run_one prove_one
export FILE_LIMIT_S

make_bench
cd "$bench"
chosen >chosen
: >listed
if [ ${#files[@]} -eq 0 ]; then
  while read -r file; do ! is_listed "$file" || printf '%s\tskipped\t0\t0\t0\n' "$file"; done <chosen >listed
fi
results=$CACHE/results
mkdir -p "$results"
# Sockets that a test leaves behind belong to this run.
export TMPDIR=$bench
cut -f1 listed | grep -vxFf - chosen | xargs -r -P "$jobs" -I{} bash -c 'run_one "$1"' run_one {} >ran
sort ran listed >results.tsv
if [ ${#files[@]} -gt 0 ]; then
  cat log/*
else
  cp results.tsv "$results/arcus-perl.tsv"
  rm -rf "$results/arcus-perl" && cp -r log "$results/arcus-perl"
  say "output of each: $results/arcus-perl/"
fi
awk -F'\t' '$2 == "failed" { printf "%-32s %6d of %6d assertions, %3d s\n", $1, $3, $4, $5 }' results.tsv
awk -F'\t' '{ good += $3; total += $4 } $2 == "passed" { files++ }
  END { printf "files passed: %d of %d, assertions passed: %d of %d, in %d s\n", files, NR, good, total, '"$SECONDS"' }' results.tsv
python3 "$CONFORMANCE/report.py" results.tsv
