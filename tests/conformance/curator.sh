#!/usr/bin/env bash
# Runs the tests of Apache Curator 5.9.0 itself (client, framework, recipes), unmodified.
#
# Usage: tests/conformance/curator.sh [--target branta|apache-VERSION] [--compare] [--lanes N] [--short | CLASS…]
#
# --lanes: that many JVMs side by side, 2 by default; most of the time the tests sleep. --short runs only the classes that are marked so
# in curator/classes.txt. CLASS goes with or without `org.apache.curator.`. CURATOR_JVMFLAGS goes to the JVM of the tests, for example
# -Dtiming-waiting-multiple=2, by which Curator's own time limits of waits, 50 seconds, become 20.
#
# The tests come from Maven Central as Curator published them, and so does curator-test, whose TestingServer and TestingCluster they
# use; but the one class by which that starts servers inside the JVM is replaced by curator/ZooKeeperServerEmbeddedAdapter.java, which
# starts the target as a process. Each class gets a JVM of its own, with ZooKeeper 3.9.5's client.
# Classes: curator/classes.txt. Skips and reasons: skips/curator.md. Last line: N passed, N failed, N skipped.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

home=$CACHE/curator-tests-5.9.0
package=org.apache.curator.

curator_setup() {
  command -v javac >/dev/null 2>&1 || apt_install default-jdk-headless
  need mvn maven
  rm -rf "$home" && mkdir -p "$home/classes"
  mvn -q -B -f "$CONFORMANCE/curator/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib" >&2
}

target=branta
compare=
setup=
lanes=2
choose='.'
while [ $# -gt 0 ]; do
  case $1 in
    --target) target=$2; shift 2 ;;
    --compare) compare=yes; shift ;;
    --lanes) lanes=$2; shift 2 ;;
    --short) choose='# short$'; shift ;;
    --setup) setup=yes; shift ;;
    -*) die "could not read \"$1\": wanted --target TARGET, --compare, --lanes N, --short or the name of a class" ;;
    *) break ;;
  esac
done
once curator-tests-5.9.0 curator_setup
[ -z "$setup" ] || exit 0
# Ours may have changed since the last run.
javac -nowarn -cp "$home/lib/*" -d "$home/classes" "$CONFORMANCE/curator/ZooKeeperServerEmbeddedAdapter.java"
results=$CACHE/results
mkdir -p "$results"
if [ $# -eq 0 ]; then
  mapfile -t classes < <(grep -v '^#' "$CONFORMANCE/curator/classes.txt" | grep -- "$choose" | sed 's/ *#.*//')
  set -- "${classes[@]}"
fi
set -- "${@/#$package/}"
set -- "${@/#/$package}"

# run_class TARGET TEMPORARY CLASS
run_class() {
  local target=$1 temporary=$2 class=$3
  (
    with_target "$target"
    mkdir -p "$temporary/$class"
    cd "$temporary/$class"
    export BRANTA_SERVER_COMMAND=$CONFORMANCE/java/server.sh
    # Word splitting wanted: CURATOR_JVMFLAGS is a list of flags. The others are for a JVM that does little and ends soon.
    # shellcheck disable=SC2086
    timeout --kill-after=30 900 "$BRANTA_REAL_JAVA" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${CURATOR_JVMFLAGS:-} \
      -Djava.io.tmpdir="$temporary/$class" -Dbranta.server.log="$temporary/$class.server.log" -Dzookeeper.console.level=WARN \
      -cp "$home/classes:$CONFORMANCE/apache:$home/lib/*" \
      org.junit.platform.console.ConsoleLauncher --disable-banner --disable-ansi-colors --details=tree \
      --config junit.jupiter.execution.timeout.testable.method.default=300s \
      --reports-dir "$temporary/reports/$class" --select-class "$class"
  ) >"$temporary/$class.log" 2>&1 || true
  rm -rf "${temporary:?}/$class"
}

# run TARGET OUT CLASS…
run() {
  local target=$1 out=$2 temporary class lane lane_ids=()
  shift 2
  temporary=$(mktemp -d)
  mkdir "$temporary/taken"
  for ((lane = 1; lane <= lanes; lane++)); do
    # Each lane takes the next class that none has taken.
    (
      for class in "$@"; do
        mkdir "$temporary/taken/$class" 2>/dev/null || continue
        began=$SECONDS
        run_class "$target" "$temporary" "$class"
        say "${class#"$package"}: $((SECONDS - began)) s"
      done
    ) &
    lane_ids+=($!)
  done
  wait "${lane_ids[@]}"
  : >"$out.log"
  : >"$out.server.log"
  for class in "$@"; do
    cat "$temporary/$class.log" >>"$out.log"
    [ ! -e "$temporary/$class.server.log" ] || cat "$temporary/$class.server.log" >>"$out.server.log"
  done
  "$CONFORMANCE/junit_results.py" "$temporary/reports" "$package" "$@" >"$out.tsv"
  rm -rf "$temporary"
}

# again NAME…: runs the classes of those tests. What the results call recipes.locks.TestLockACLs.testBasic is of the class before it.
again() {
  mapfile -t classes < <(printf '%s\n' "$@" | sed -E "s/^(.*\.(Test[A-Za-z]*|BasicTests))(\..*)?$/$package\1/" | sort -u)
  run "$target" "$out-second" "${classes[@]}"
}

out=$results/curator-$target
run "$target" "$out" "$@"
second_try "$out" "$CONFORMANCE/skips/curator.md" again
baseline=$results/curator-apache-3.9.5.tsv
if [ -n "$compare" ] && [ ! -e "$baseline" ]; then run apache-3.9.5 "${baseline%.tsv}" "$@"; fi
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$CONFORMANCE/skips/curator.md" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
