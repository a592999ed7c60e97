#!/usr/bin/env bash
# Sourced by the other zk*.sh: where the configuration lies, where logs go, which program runs the code.
#
# Honours what operators set for Apache ZooKeeper: ZOOBINDIR, ZOOCFGDIR (or `--config DIR` as the first two arguments),
# ZOOCFG, ZOO_LOG_DIR, SERVER_JVMFLAGS, CLIENT_JVMFLAGS, JVMFLAGS, and the files zookeeper-env.sh and java.env in
# ZOOCFGDIR. Of the JVM's flags, -Dname=value reaches the program, -Xmx bounds the heap, others mean nothing here.

ZOOBINDIR="${ZOOBINDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}"
ZOOKEEPER_PREFIX="$ZOOBINDIR/.."
BRANTA_HOME="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"

if [ "$1" = "--config" ] && [ $# -gt 1 ]; then
  ZOOCFGDIR="$2"
  shift 2
fi

if [ -z "$ZOOCFGDIR" ]; then
  if [ -e "$ZOOKEEPER_PREFIX/conf" ]; then
    ZOOCFGDIR="$ZOOBINDIR/../conf"
  else
    ZOOCFGDIR="$ZOOBINDIR/../etc/zookeeper"
  fi
fi

[ -f "$ZOOCFGDIR/zookeeper-env.sh" ] && . "$ZOOCFGDIR/zookeeper-env.sh"
ZOOCFG="$ZOOCFGDIR/${ZOOCFG:-zoo.cfg}"
[ -f "$ZOOCFGDIR/java.env" ] && . "$ZOOCFGDIR/java.env"

[ -n "$ZK_SERVER_HEAP" ] && SERVER_JVMFLAGS="-Xmx${ZK_SERVER_HEAP}m $SERVER_JVMFLAGS"
[ -n "$ZK_CLIENT_HEAP" ] && CLIENT_JVMFLAGS="-Xmx${ZK_CLIENT_HEAP}m $CLIENT_JVMFLAGS"

ZOO_LOG_DIR="${ZOO_LOG_DIR:-$ZOOKEEPER_PREFIX/logs}"

. "$BRANTA_HOME/bin/lib/set-up.sh"
branta_install_if_missing || exit 1
branta_find_node || exit 1

PROPERTIES=()
NODE_FLAGS=()

# Sorts the words of JVM flags into PROPERTIES (-Dname=value, for the program) and NODE_FLAGS (for Node).
# Where a flag is repeated, the last one wins, as in the JVM.
sort_jvm_flags() {
  PROPERTIES=()
  NODE_FLAGS=()
  local flag
  set -f # a value may hold a *
  for flag in $*; do
    case "$flag" in
    -D*) PROPERTIES+=("$flag") ;;
    -Xmx*) NODE_FLAGS+=("--max-old-space-size=$(megabytes "${flag#-Xmx}")") ;;
    esac
  done
  set +f
}

# Sets COMMAND to what runs a program, given by the path of its source, with the flags that were sorted last.
program_command() {
  case "$1" in
  */server/*) branta_find_server "$1" ;;
  *) branta_find_program "$1" ;;
  esac
  # shellcheck disable=SC2206 # flags are words
  COMMAND=("$NODE" $PROGRAM_FLAGS "${NODE_FLAGS[@]}" "$PROGRAM" "${PROPERTIES[@]}")
}

# 2g → 2048, 512m → 512, 65536k → 64, 1073741824 → 1024
megabytes() {
  local number="${1%[kKmMgG]}"
  case "$1" in
  *[gG]) echo $((number * 1024)) ;;
  *[mM]) echo "$number" ;;
  *[kK]) echo $((number / 1024)) ;;
  *) echo $((number / 1024 / 1024)) ;;
  esac
}

# The value of a key in the configuration file, without blanks around it; the last line that has it wins.
config_value() {
  sed -n -e "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$ZOOCFG" 2>/dev/null | sed -e 's/[[:space:]]*$//' | tail -n 1
}
