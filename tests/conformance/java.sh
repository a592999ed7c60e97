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
. "$CONFORMANCE/junit-suite.sh"

run_class() (
  lane=$1 temporary=$3 class=$4
  with_target "$2"
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
)

short_form() {
  grep -v '# long$'
}

# test.ClientTest.testPing is of the class test.ClientTest.
class_of() {
  sed -E 's/^(.*Test)\..*/\1/'
}

junit_suite java 3.9.5 org.apache.zookeeper. ClientBase "$@"
