#!/usr/bin/env bash
# Drives a cloud of Branta's (ZooKeeper server and three cache nodes) by the Arcus Java client 1.13.2, as it is on Maven Central.
#
# Usage: tests/conformance/arcus-java.sh [--setup]
#
# It follows the cloud through ZooKeeper, places 2 000 keys (of which the ring of arcus/protocol must place as many alike), uses
# key-value items, lists, sets, maps and b+trees, bulk and piped commands, sort-merge gets and attributes, and loses a node that is
# killed. arcus-java/ArcusJavaCheck.java has the checks. Last line: N passed, N failed, N skipped.
# Without Java and Maven it says so and is skipped; with CI=true that is a failure.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

home=$CACHE/arcus-java-1.13.2

skip() {
  say "arcus-java: skipped: $*"
  echo "0 passed, 0 failed, 1 skipped"
  [ -z "${CI:-}" ] || exit 1
  exit 0
}

fetch() {
  rm -rf "$home"
  mkdir -p "$home/classes"
  mvn -q -B -f "$CONFORMANCE/arcus-java/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$home/lib" >&2
}

(need javac default-jdk-headless && need mvn maven) || skip "there is no Java or no Maven, and they could not be installed"
once arcus-java-1.13.2 fetch || skip "Maven could not fetch the client"
javac -nowarn -Xlint:none -cp "$home/lib/*" -d "$home/classes" "$CONFORMANCE/arcus-java/ArcusJavaCheck.java" 2>&1 | grep -v '^Note:' >&2 || true
[ "${1:-}" != --setup ] || exit 0
export ARCUS_JAVA_CLASSPATH=$home/classes:$home/lib/*
BRANTA_HOME=$REPOSITORY
. "$REPOSITORY/bin/lib/set-up.sh"
branta_find_node
exec "$NODE" --conditions=source "$REPOSITORY/tests/client-integration/src/run-arcus-java.ts"
