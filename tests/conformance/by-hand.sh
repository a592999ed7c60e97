#!/usr/bin/env bash
# Does what somebody does by hand to see whether a server is right, with clients as they are installed: Debian's zkCli.sh (3.8.0),
# Apache's of 3.9.5 (by-hand/commands.txt), and Python's kazoo (by-hand/session.py).
#
# Usage: tests/conformance/by-hand.sh
#
# Each shell types the same commands to Branta and to Apache 3.9.5, both fresh: it must print the same, but for times of day.
# Last line: N passed, N failed.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"
here=$CONFORMANCE/by-hand

"$CONFORMANCE/kazoo.sh" --setup
"$CONFORMANCE/apache/setup.sh" 3.9.5 3.8.0
[ "${1:-}" != --setup ] || exit 0

temporary=$(mktemp -d)
servers=()
cleanup() {
  [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true
  wait
  rm -rf "$temporary"
}
trap cleanup EXIT
passed=0
failed=0

# start NAME TARGET: a fresh server; its port is in $port afterwards.
start() {
  local folder=$temporary/$1
  mkdir -p "$folder"
  port=$(free_port)
  printf '%s\n' "dataDir=$folder/data" "clientPort=$port" clientPortAddress=127.0.0.1 tickTime=2000 admin.enableServer=false >"$folder/zoo.cfg"
  BRANTA_TARGET=$2 "$CONFORMANCE/java/server.sh" -Dzookeeper.extendedTypesEnabled=true "$folder/zoo.cfg" >"$folder/log" 2>&1 &
  servers+=($!)
  await_serving "$port" || die "could not start $2: $(cat "$folder/log")"
}

# An open port is not enough: Apache's server takes connections before it serves, and leaves some without an answer for ever.
await_serving() {
  local until=$((SECONDS + 60))
  while ! (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf srvr >&3 && timeout 2 grep -q '^Mode: ' <&3) 2>/dev/null; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.1
  done
}

# Events are told whenever they come, so they are compared as a set. Not compared: times of day, the port in the prompt, and what
# the shell logs about itself.
transcript() {
  sed -E -e '/^SLF4J:|^log4j:|^Connecting to |jline|creating a dumb terminal/d' -e 's/\[zk: [^]]*\] //g' \
    -e 's/^([cm]time = ).*/\1(time)/' "$1" >"$1.plain"
  grep -vE '^WATCHER::$|^WatchedEvent |^$' "$1.plain" >"$1.said" || true
  grep '^WatchedEvent ' "$1.plain" | sort >>"$1.said" || true
}

shell() {
  case $1 in
    Debian) timeout 60 /usr/share/zookeeper/bin/zkCli.sh -server "127.0.0.1:$2" ;;
    *) timeout 60 "$CONFORMANCE/apache-server.sh" "$1" java org.apache.zookeeper.ZooKeeperMain -server "127.0.0.1:$2" ;;
  esac
}

for which in Debian 3.9.5; do
  for target in branta apache-3.9.5; do
    start "$which-$target" "$target"
    shell "$which" "$port" <"$here/commands.txt" >"$temporary/$which-$target.out" 2>&1 || true
    transcript "$temporary/$which-$target.out"
  done
  said=$temporary/$which-branta.out.said
  lines=$(wc -l <"$said")
  if diff -u "$temporary/$which-apache-3.9.5.out.said" "$said" && [ "$lines" -gt 100 ]; then
    echo "ok     zkCli.sh ($which): $lines lines, as with Apache's server"
    passed=$((passed + 1))
  else
    echo "FAILED zkCli.sh ($which): $lines lines"
    failed=$((failed + 1))
  fi
done

start kazoo branta
PYTHONPATH=$CACHE/kazoo-2.11.0 "$CACHE/kazoo-2.11.0/venv/bin/python" "$here/session.py" "127.0.0.1:$port" >"$temporary/session" 2>&1 || true
sed '$d' "$temporary/session"
last=$(tail -n 1 "$temporary/session")
if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
  passed=$((passed + BASH_REMATCH[1]))
  failed=$((failed + BASH_REMATCH[2]))
else
  echo "FAILED kazoo: $last"
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
