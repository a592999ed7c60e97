#!/usr/bin/env bash
# Makes an unpacked package ready: nothing has to be compiled, so this looks whether all of it is there and runs here.
# Usage: build.sh [TARGET]        (with TARGET: copies the package there first)

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
target="$home"
log="$home/scripts/build.log"

fail() {
  echo "Error has occurred. $0 has failed."
  echo "Check $log"
  exit 1
}

# step WORDS COMMAND…
step() {
  local words="$1"
  shift
  printf '[%s] .. START' "$words"
  if ! "$@" >>"$log" 2>&1; then
    printf '\r[%s] .. FAILED \n' "$words"
    tail -n 3 "$log"
    fail
  fi
  printf '\r[%s] .. SUCCEED\n' "$words"
}

find_node() {
  BRANTA_HOME="$target"
  . "$target/bin/lib/set-up.sh" && branta_find_node && echo "$NODE" && "$NODE" --version
}

copy() {
  mkdir -p "$target" && cp -a "$home/." "$target/"
}

: >"$log" || exit 1
if [ -n "${1:-}" ]; then
  target="$(mkdir -p "$1" && cd "$1" && pwd)" || fail
fi

echo "ARCUS BUILD PROCESS: START"
echo "--------------------------"
echo "Working directory is $target." | tee -a "$log"
echo "Detailed build log is recorded to scripts/build.log."
echo "--------------------------"
[ "$target" -ef "$home" ] || step "copy" copy
step "node check" find_node
step "zookeeper check" "$target/zookeeper/bin/zkServer.sh" version
step "server check" "$target/bin/memcached" -h
step "arcus.sh check" "$target/scripts/arcus.sh" -h
echo "--------------------------"
echo "ARCUS BUILD PROCESS: END"
