#!/usr/bin/env bash
# Starts, stops and asks one server, with the words and exit codes of Apache ZooKeeper's script of this name.
# Usage: zkServer.sh [--config DIR] {start|start-foreground|stop|version|restart|status|print-cmd} [CONFIG-FILE]

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

SERVER_MAIN=zookeeper/server/src/main.ts
START_TENTHS_MAX=100
STOP_TENTHS_MAX=100
usage() {
  echo "Usage: $0 [--config <conf-dir>] {start|start-foreground|stop|version|restart|status|print-cmd}" >&2
}

if [ "$1" = version ]; then
  program_command zookeeper/cli/src/tools/version-main.ts
  exec "${COMMAND[@]}"
fi

# The words are Apache's, because scripts look for them. There is no JMX in Node: metrics are at /metrics and `mntr`.
if [ -z "$JMXDISABLE" ] || [ "$JMXDISABLE" = false ]; then
  echo "ZooKeeper JMX enabled by default" >&2
  [ -n "$JMXPORT" ] && echo "JMXPORT is $JMXPORT, but this server has no JMX: use metricsProvider.httpPort or mntr" >&2
else
  echo "JMX disabled by user request" >&2
fi

# A bare name lies in ZOOCFGDIR, anything with a slash is a path.
case "$2" in
"") ;;
*/*) ZOOCFG="$2" ;;
*) ZOOCFG="$ZOOCFGDIR/$2" ;;
esac
echo "Using config: $ZOOCFG" >&2

ZOO_DATADIR="$(config_value dataDir)"
ZOO_DATALOGDIR="$(config_value dataLogDir)"

sort_jvm_flags "$SERVER_JVMFLAGS $JVMFLAGS"

if [ -n "$ZOO_DATADIR_AUTOCREATE_DISABLE" ]; then
  if [ ! -d "$ZOO_DATADIR/version-2" ]; then
    echo "ZooKeeper data directory is missing at $ZOO_DATADIR fix the path or run initialize"
    exit 1
  fi
  if [ -n "$ZOO_DATALOGDIR" ] && [ ! -d "$ZOO_DATALOGDIR/version-2" ]; then
    echo "ZooKeeper txnlog directory is missing at $ZOO_DATALOGDIR fix the path or run initialize"
    exit 1
  fi
  PROPERTIES+=("-Dzookeeper.datadir.autocreate=false")
fi

ZOO_LOG_FILE="${ZOO_LOG_FILE:-zookeeper-$USER-server-$HOSTNAME.log}"
DAEMON_OUT="$ZOO_LOG_DIR/zookeeper-$USER-server-$HOSTNAME.out"
ZOOPIDFILE="${ZOOPIDFILE:-$ZOO_DATADIR/zookeeper_server.pid}"
PROPERTIES=("-Dzookeeper.log.dir=$ZOO_LOG_DIR" "-Dzookeeper.log.file=$ZOO_LOG_FILE" "${PROPERTIES[@]}")
program_command "$SERVER_MAIN"
COMMAND+=("$ZOOCFG")

# Before anything is written: a start without a configuration says what is missing.
require_config() {
  if [ ! -r "$ZOOCFG" ]; then
    echo "Cannot read the configuration \"$ZOOCFG\": copy conf/zoo_sample.cfg to it and set dataDir and clientPort" >&2
    return 1
  fi
  if [ -z "$ZOO_DATADIR" ]; then
    echo "Cannot start with the configuration \"$ZOOCFG\": it has no dataDir" >&2
    return 1
  fi
}

# One that has ended and that nobody has asked about yet still has its id, for ever in a container whose first process asks for nobody.
is_alive() {
  kill -0 "$1" 2>/dev/null && ! grep -q '^[^)]*) Z ' "/proc/$1/stat" 2>/dev/null
}

is_running() {
  [ -f "$ZOOPIDFILE" ] && is_alive "$(cat "$ZOOPIDFILE")"
}

# True when the client port takes connections, or when it is not for this script to know which it is.
is_listening() {
  local port address
  port="$(config_value clientPort)"
  [[ "$port" =~ ^[1-9][0-9]*$ ]] || return 0
  address="$(config_value clientPortAddress)"
  (exec 3<>"/dev/tcp/${address:-localhost}/$port") 2>/dev/null
}

start() {
  echo -n "Starting zookeeper ... "
  if ! require_config; then
    echo "FAILED TO START"
    exit 1
  fi
  if is_running; then
    echo "already running as process $(cat "$ZOOPIDFILE")."
    exit 1
  fi
  mkdir -p "$(dirname "$ZOOPIDFILE")" "$ZOO_LOG_DIR"
  nohup "${COMMAND[@]}" >"$DAEMON_OUT" 2>&1 </dev/null &
  local pid=$!
  if ! printf %s "$pid" >"$ZOOPIDFILE"; then
    echo "FAILED TO WRITE PID"
    exit 1
  fi
  # A server that finds its port taken or its configuration wrong dies within a second. On a busy machine one that is
  # well needs longer than that, so wait until it listens: what comes after `start` in a script wants to connect.
  local tenths=0
  while [ $tenths -lt $START_TENTHS_MAX ]; do
    sleep 0.1
    tenths=$((tenths + 1))
    if ! is_alive "$pid"; then
      echo "FAILED TO START"
      echo "Its last words are in $DAEMON_OUT" >&2
      exit 1
    fi
    [ $tenths -ge 10 ] && is_listening && break
  done
  echo "STARTED"
}

stop() {
  echo -n "Stopping zookeeper ... "
  if [ ! -f "$ZOOPIDFILE" ]; then
    echo "no zookeeper to stop (could not find file $ZOOPIDFILE)"
    return 0
  fi
  local pid tenths=0
  pid="$(cat "$ZOOPIDFILE")"
  kill "$pid"
  rm -f "$ZOOPIDFILE"
  while is_alive "$pid"; do
    if [ $((tenths += 1)) -gt $STOP_TENTHS_MAX ]; then
      echo "STILL RUNNING as process $pid"
      return 1
    fi
    sleep 0.1
  done
  echo "STOPPED"
}

# Sets CLIENT_PORT, CLIENT_ADDRESS and CLIENT_SSL from the configuration, or leaves with 1.
find_client_port() {
  CLIENT_SSL=false
  CLIENT_ADDRESS="$(config_value clientPortAddress)"
  CLIENT_ADDRESS="${CLIENT_ADDRESS:-localhost}"
  CLIENT_PORT="$(config_value clientPort)"
  [[ "$CLIENT_PORT" =~ ^[0-9]+$ ]] || find_client_port_of_server_line
  [ -n "$CLIENT_PORT" ] && return
  echo "Client port not found. Looking for secureClientPort in the static config."
  CLIENT_PORT="$(config_value secureClientPort)"
  if [ -z "$CLIENT_PORT" ]; then
    echo "Unable to find either secure or unsecure client port in any configs. Terminating."
    exit 1
  fi
  CLIENT_SSL=true
  CLIENT_ADDRESS="$(config_value secureClientPortAddress)"
  CLIENT_ADDRESS="${CLIENT_ADDRESS:-localhost}"
}

# server.N=host:port:port[:role];[address:]clientPort, in the static configuration or in the dynamic one.
find_client_port_of_server_line() {
  CLIENT_PORT=""
  local id line
  id="$(cat "$ZOO_DATADIR/myid" 2>/dev/null)"
  if ! [[ "$id" =~ ^[0-9]+$ ]]; then
    echo "myid could not be determined, will not able to locate clientPort in the server configs."
    return
  fi
  line="$(config_value "server\.$id")"
  if [[ "$line" != *";"* ]]; then
    echo "Client port not found in static config file. Looking in dynamic config file."
    line="$(ZOOCFG="$(config_value dynamicConfigFile)" && config_value "server\.$id")"
  fi
  if [[ "$line" != *";"* ]]; then
    echo "Client port not found in the server configs"
    return
  fi
  line="${line#*;}"
  CLIENT_PORT="${line##*:}"
  if [[ "$line" == *:* ]]; then
    CLIENT_ADDRESS="${line%:*}"
    CLIENT_ADDRESS="${CLIENT_ADDRESS#[}"
    CLIENT_ADDRESS="${CLIENT_ADDRESS%]}"
  fi
}

status() {
  find_client_port
  echo "Client port found: $CLIENT_PORT. Client address: $CLIENT_ADDRESS. Client SSL: $CLIENT_SSL."
  sort_jvm_flags "$CLIENT_JVMFLAGS $JVMFLAGS"
  local mode
  program_command zookeeper/cli/src/tools/four-letter-word-main.ts
  mode="$("${COMMAND[@]}" "$CLIENT_ADDRESS" "$CLIENT_PORT" srvr "$CLIENT_SSL" 2>/dev/null | grep Mode)"
  if [ -n "$mode" ]; then
    echo "$mode"
    exit 0
  fi
  if [ "$CLIENT_SSL" = true ]; then
    cat <<NOTE
 
Note: only secureClientPort ($CLIENT_PORT) is configured, and connecting to it failed. To ask over TLS, 'status' needs
  to know whom to trust and, where clients must authenticate, who it is: give it in CLIENT_JVMFLAGS, for example
  CLIENT_JVMFLAGS="-Dzookeeper.client.secure=true
  -Dzookeeper.ssl.trustStore.location=/tmp/clienttrust.jks -Dzookeeper.ssl.trustStore.password=password
  -Dzookeeper.ssl.keyStore.location=/tmp/client.jks -Dzookeeper.ssl.keyStore.password=password" ./zkServer.sh status
 
NOTE
  fi
  echo "Error contacting service. It is probably not running."
  exit 1
}

case "$1" in
start)
  start
  ;;
start-foreground)
  require_config || exit 1
  if [ -n "$ZOO_NOEXEC" ]; then
    "${COMMAND[@]}"
  else
    exec "${COMMAND[@]}"
  fi
  ;;
print-cmd)
  printf '"%s" ' "${COMMAND[@]}"
  echo "> \"$DAEMON_OUT\" 2>&1 < /dev/null"
  ;;
print-classpath)
  echo "$ZOOCFGDIR:$BRANTA_HOME/zookeeper/server/src"
  ;;
stop)
  stop
  ;;
restart)
  stop || exit 1
  start
  ;;
status)
  status
  ;;
upgrade)
  echo "Nothing to upgrade: the server reads data directories of ZooKeeper 3.3 and newer as they are." >&2
  ;;
*)
  usage
  ;;
esac
