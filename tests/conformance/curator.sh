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
. "$CONFORMANCE/junit-suite.sh"

run_class() (
  temporary=$3 class=$4
  with_target "$2"
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
)

short_form() {
  grep '# short$'
}

# recipes.locks.TestLockACLs.testBasic is of the class recipes.locks.TestLockACLs.
class_of() {
  sed -E 's/^(.*\.)?(Test[A-Za-z]*|BasicTests)(\..*)?$/\1\2/'
}

junit_suite curator 5.9.0 org.apache.curator. ZooKeeperServerEmbeddedAdapter "$@"
