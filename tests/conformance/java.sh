#!/usr/bin/env bash
# Runs the client-side classes of Apache ZooKeeper 3.9.5's own Java tests, unmodified, against one server.
#
# Usage: tests/conformance/java.sh [--target branta|apache-VERSION] [--compare] [--lanes N] [--short | CLASS…]
#
# --lanes: that many JVMs side by side, 2 by default. --short leaves out the four classes that take longest: 228 of 392 tests are left.
#
# The tests come from Maven Central as Apache published them. Their base class starts a server inside the JVM; java/ClientBase.java
# takes its place on the class path and starts the target as a process. Each class gets a JVM of its own, as Apache's build does.
# Classes: java/classes.txt. Skips and reasons: skips/java.md. Last line: N passed, N failed, N skipped.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/target.sh"

home=$CACHE/java-tests-3.9.5

java_setup() {
  command -v javac >/dev/null 2>&1 || apt_install default-jdk-headless
  need mvn maven
  rm -rf "$home" && mkdir -p "$home/classes"
  mvn -q -B -f "$CONFORMANCE/java/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib" >&2
}

target=branta
compare=
setup=
lanes=2
leave_out='^#'
while [ $# -gt 0 ]; do
  case $1 in
    --target) target=$2; shift 2 ;;
    --compare) compare=yes; shift ;;
    --lanes) lanes=$2; shift 2 ;;
    --short) leave_out='# long$'; shift ;;
    --setup) setup=yes; shift ;;
    *) break ;;
  esac
done
once java-tests-3.9.5 java_setup
[ -z "$setup" ] || exit 0
# Ours may have changed since the last run.
javac -nowarn -cp "$home/lib/*" -d "$home/classes" "$CONFORMANCE/java/ClientBase.java"
results=$CACHE/results
mkdir -p "$results"
if [ $# -eq 0 ]; then
  mapfile -t classes < <(grep -v -e '^#' -e "$leave_out" "$CONFORMANCE/java/classes.txt" | sed 's/ *#.*//')
  set -- "${classes[@]}"
fi

# run_class LANE TARGET TEMPORARY CLASS
run_class() {
  local lane=$1 target=$2 temporary=$3 class=$4
  (
    with_target "$target"
    mkdir -p "$temporary/$class"
    cd "$temporary/$class"
    export BRANTA_SERVER_COMMAND=$CONFORMANCE/java/server.sh
    # The two properties about threads give each lane ports of its own. One lane alone takes those from 21994 on: other suites that run
    # at the same time have theirs below.
    timeout 600 "$BRANTA_REAL_JAVA" -Xmx512m -Djava.awt.headless=true -Dbranta.server.log="$temporary/$class.server.log" \
      -Dzookeeper.console.level=WARN -Dbuild.test.dir="$temporary/$class" -Dtest.junit.threads=$((lanes > 1 ? lanes : 2)) \
      -Dzookeeper.junit.threadid=$((lanes > 1 ? lane : 2)) -cp "$home/classes:$CONFORMANCE/apache:$home/lib/*" \
      org.junit.platform.console.ConsoleLauncher --disable-banner --disable-ansi-colors --details=tree \
      --config junit.jupiter.execution.timeout.testable.method.default=180s \
      --reports-dir "$temporary/reports/$class" --select-class "$class"
  ) >"$temporary/$class.log" 2>&1 || true
}

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
        run_class "$lane" "$target" "$temporary" "$class"
        say "${class##*.}: $((SECONDS - began)) s"
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
  "$CONFORMANCE/junit_results.py" "$temporary/reports" org.apache.zookeeper. "$@" >"$out.tsv"
  rm -rf "$temporary"
}

# again NAME…: runs the classes of those tests. What the results call test.ClientTest.testPing is of the class test.ClientTest.
again() {
  mapfile -t classes < <(printf '%s\n' "$@" | sed -E 's/^(.*Test)\..*/\1/; s/^/org.apache.zookeeper./' | sort -u)
  run "$target" "$out-second" "${classes[@]}"
}

out=$results/java-$target
run "$target" "$out" "$@"
second_try "$out" "$CONFORMANCE/skips/java.md" again
baseline=$results/java-apache-3.9.5.tsv
if [ -n "$compare" ] && [ ! -e "$baseline" ]; then run apache-3.9.5 "${baseline%.tsv}" "$@"; fi
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$CONFORMANCE/skips/java.md" "${SECOND[@]}" ${compare:+--baseline "$baseline"}
