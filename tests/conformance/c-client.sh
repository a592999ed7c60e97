#!/usr/bin/env bash
# Runs the tests of Apache's C client (Debian's source package `zookeeper`), unmodified, against one server
# or an ensemble.
#
# Usage: tests/conformance/c-client.sh [--target branta|apache-VERSION] [--servers 1|3] [--compare] [SUITE-OR-TEST…]
#
# The suite's own zkServer.sh kills -9 what a pid file in /tmp names and whatever listens on its fixed ports, so the whole run
# happens in network, process and mount namespaces of its own, with a /tmp of its own: this needs root.
# Last line: N passed, N failed, N skipped. What is left out and why: skips/c-client.md; with --servers 3 the two suites run,
# too, that start several, and skips/c-client-ensemble.md holds.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

home=$CACHE/c-client
c=$home/src/zookeeper-client/zookeeper-client-c
# Needing more than one server, or a configuration of several:
ensemble_suites=(TestReconfigServer Zookeeper_readOnly)
suites=(Zookeeper_simpleSystem Zookeeper_multi Zookeeper_operations Zookeeper_watchers Zookeeper_init Zookeeper_close
  Zookeeper_clientretry Zookeeper_reconfig Zookeeper_logClientEnv)

c_client_setup() {
  apt_install dpkg-dev g++ make cmake libcppunit-dev libssl-dev openssl zookeeper procps util-linux
  rm -rf "$home" && mkdir -p "$home/apt/sources" "$home/apt/lists/partial"
  # Debian's own sources, as this machine is set up for its packages: asked for in lists of our own, nothing in /etc changes.
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$home/apt/sources/$(basename "$file")"
  done
  [ -s /etc/apt/sources.list ] && sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$home/apt/sources/classic.list"
  local lists=(-qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$home/apt/sources"
    -o "Dir::State::lists=$home/apt/lists" -o APT::Sandbox::User=root)
  apt-get "${lists[@]}" update >&2
  (cd "$home" && apt-get "${lists[@]}" source --download-only zookeeper >&2 && dpkg-source -q --no-check -x zookeeper_*.dsc src >&2)
  mkdir -p "$c/generated" "$c/build"
  (cd "$c/generated" && java -cp /usr/share/java/zookeeper-jute.jar org.apache.jute.compiler.generated.Rcc -l c \
    "$home/src/zookeeper-jute/src/main/resources/zookeeper.jute" >&2)
  # Debug: the tests' assertions have side effects.
  local flags="-w -include $CONFORMANCE/c-client/compat.h"
  cmake -S "$c" -B "$c/build" -DCMAKE_BUILD_TYPE=Debug -DWANT_CPPUNIT=ON -DWITH_CYRUS_SASL=OFF \
    "-DCMAKE_C_FLAGS=$flags" "-DCMAKE_CXX_FLAGS=$flags" >"$home/cmake.log"
  make -j "$(nproc)" -C "$c/build" zktest >"$home/make.log" 2>&1 || die "could not build Apache's C client, see $home/make.log"
}

# run_inside TARGET RESULTS SUITE…: what happens in the namespaces.
run_inside() {
  with_target "$1"
  # A /tmp of its own, in which the repository and the cache stay where they are when they lie there.
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/repository /mnt/cache
  mount --rbind "$REPOSITORY" /mnt/repository
  mount --rbind "$CACHE" /mnt/cache
  mount -t tmpfs tmpfs /tmp
  case $REPOSITORY in /tmp/*) mkdir -p "$REPOSITORY" && mount --rbind /mnt/repository "$REPOSITORY" ;; esac
  case $CACHE in /tmp/*) mkdir -p "$CACHE" && mount --rbind /mnt/cache "$CACHE" ;; esac
  ip link set lo up
  # Where the suite that makes ensembles looks for bin/zkServer.sh and keeps their files.
  mkdir /tmp/zkroot
  case $1 in
    branta) ln -s "$REPOSITORY/bin" /tmp/zkroot/bin ;;
    *) ln -s "$("$CONFORMANCE/apache-server.sh" "${1#apache-}" bin)" /tmp/zkroot/bin ;;
  esac
  exec python3 "$CONFORMANCE/c-client/run.py" "$c" "${@:2}"
}

target=branta
servers=1
compare=
inside=
while [ $# -gt 0 ]; do
  case $1 in
    --target) target=$2; shift 2 ;;
    --servers) servers=$2; shift 2 ;;
    --compare) compare=yes; shift ;;
    --setup) need java default-jre-headless; once c-client c_client_setup; exit ;;
    --inside) inside=yes; shift ;;
    *) break ;;
  esac
done
if [ -n "$inside" ]; then
  run_inside "$target" "$@"
fi

[ "$servers" -eq 1 ] || suites+=("${ensemble_suites[@]}")
[ $# -gt 0 ] || set -- "${suites[@]}"
[ "$(id -u)" -eq 0 ] || die "could not make namespaces: this suite needs root"
need java default-jre-headless
need unshare util-linux
need ip iproute2
once c-client c_client_setup
results=$CACHE/results
mkdir -p "$results"

run() {
  local target=$1 out=$2
  shift 2
  : >"$out.tsv"
  unshare --net --mount --pid --fork --kill-child --mount-proc \
    "$CONFORMANCE/c-client.sh" --target "$target" --inside "$out.tsv" "$@" >"$out.log" 2>&1 </dev/null || true
}

again() { run "$target" "$out-second" "$@"; }

choose_results c-client "$servers"
out=$results/c-client-$target$SUFFIX
run "$target" "$out" "$@"
second_try "$out" "$SKIPS" again
baseline=$results/c-client-apache-3.9.5$SUFFIX.tsv
if [ -n "$compare" ] && [ ! -e "$baseline" ]; then run apache-3.9.5 "${baseline%.tsv}" "$@"; fi
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$SKIPS" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
