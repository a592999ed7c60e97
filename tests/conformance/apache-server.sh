#!/usr/bin/env bash
# Runs a real Apache ZooKeeper server, fetched on first use.
#
# Usage: tests/conformance/apache-server.sh VERSION start-foreground ZOO.CFG [MAIN-CLASS-ARGUMENT…]
#        tests/conformance/apache-server.sh VERSION start|stop|status ZOO.CFG    (in the background, as zkServer.sh does)
#        tests/conformance/apache-server.sh VERSION classpath
#        tests/conformance/apache-server.sh VERSION java ARGUMENT…     (any class, e.g. org.apache.zookeeper.ZooKeeperMain …)
#        tests/conformance/apache-server.sh VERSION bin                (prints a folder with zkServer.sh, zkCli.sh for suites that want one)
#
# VERSION: 3.9.5, 3.8.0 (Debian's), 3.6.4, 3.4.14, or any other release of Maven Central from 3.4 to 3.9.
# Environment: SERVER_JVMFLAGS (like zkServer.sh), APACHE_HEAP (default 1000m), APACHE_LOG_LEVEL (default WARN; logs go to stderr).
# The shell is replaced by java (exec): the process id stays the same, so kill -9, -STOP and -TERM reach the server itself.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

[ $# -ge 2 ] || die "could not choose what to do: wanted VERSION and start-foreground|start|stop|status|classpath|java|bin"
version=$1
action=$2
shift 2
[ -e "$CACHE/.done/apache-$version" ] || "$CONFORMANCE/apache/setup.sh" "$version"

if [ "$version" = 3.8.0 ]; then
  # Debian's jars lie in one shared folder. With several slf4j bindings there the first one wins: the one that logs nothing.
  share=/usr/share/java
  classpath=$share/slf4j-nop.jar:$share/zookeeper.jar:$share/zookeeper-jute.jar:$share/*
else
  classpath=$CONFORMANCE/apache:$CACHE/apache-$version/lib/*
fi
# The folder given by APACHE_CLASSPATH comes first: the Java suites put their own classes there.
classpath=${APACHE_CLASSPATH:+$APACHE_CLASSPATH:}$classpath

flags=(
  "-Xmx${APACHE_HEAP:-1000m}"
  "-Dzookeeper.console.level=${APACHE_LOG_LEVEL:-WARN}"
  -Djava.awt.headless=true
)
# Word splitting wanted: SERVER_JVMFLAGS is a list of flags.
# shellcheck disable=SC2206
server_flags=(${SERVER_JVMFLAGS:-})

# config_value KEY FILE
config_value() { sed -n "s/^$1=//p" "$2" | tail -n 1; }

# Prints the mode of the server whose configuration is FILE, as zkServer.sh prints it.
status() {
  local port id
  port=$(config_value clientPort "$1")
  if [ -z "$port" ]; then
    id=$(cat "$(config_value dataDir "$1")/myid")
    port=$(sed -n "s/^server\\.$id=.*[;:]//p" "$1" "$(config_value dynamicConfigFile "$1")" 2>/dev/null | tail -n 1)
  fi
  { exec 3<>"/dev/tcp/127.0.0.1/$port" && printf srvr >&3 && grep '^Mode: ' <&3; } 2>/dev/null
}

case $action in
  start)
    data=$(config_value dataDir "$1")
    nohup "$0" "$version" start-foreground "$@" >"${ZOO_LOG_DIR:-$data}/zookeeper.out" 2>&1 </dev/null &
    printf %s $! >"$data/zookeeper_server.pid"
    sleep 1
    kill -0 $! || die "could not start Apache $version, see ${ZOO_LOG_DIR:-$data}/zookeeper.out"
    ;;
  stop)
    pid_file=$(config_value dataDir "$1")/zookeeper_server.pid
    pid=$(cat "$pid_file")
    kill "$pid"
    rm -f "$pid_file"
    ;;
  status) status "$1" || die "could not ask the server of $1: it is probably not running" ;;
  start-foreground)
    [ $# -ge 1 ] || die "could not start Apache $version: wanted the path of a zoo.cfg"
    exec "${BRANTA_REAL_JAVA:-java}" -cp "$classpath" "${flags[@]}" "${server_flags[@]}" \
      org.apache.zookeeper.server.quorum.QuorumPeerMain "$@"
    ;;
  java)
    exec "${BRANTA_REAL_JAVA:-java}" -cp "$classpath" "${flags[@]}" "$@"
    ;;
  classpath) printf '%s\n' "$classpath" ;;
  bin)
    bin=$CACHE/apache-$version/bin
    mkdir -p "$bin"
    printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$CONFORMANCE/apache-server.sh" "$version" >"$bin/zkServer.sh"
    printf '#!/bin/sh\nexec "%s" %s java org.apache.zookeeper.ZooKeeperMain "$@"\n' "$CONFORMANCE/apache-server.sh" "$version" >"$bin/zkCli.sh"
    chmod +x "$bin/zkServer.sh" "$bin/zkCli.sh"
    printf '%s\n' "$bin"
    ;;
  *) die "could not run \"$action\": wanted start-foreground, start, stop, status, classpath, java or bin" ;;
esac
