#!/usr/bin/env bash
# Runs the tests of the Arcus Java client 1.13.2 itself, unmodified, against a cloud of Branta's (ZooKeeper server, one node).
#
# Usage: ARCUS_JAVA_SOURCE=checkout tests/conformance/arcus-java-suite.sh [CLASS…]
#
# The tests are not on Maven Central: ARCUS_JAVA_SOURCE names a checkout of the client at tag 1.13.2. The client under test is the
# published one, as for arcus-java.sh. ARCUS_MEMCACHED chooses other cache nodes, for a baseline. Without classes all run that the
# client's own build runs. Skips and reasons: skips/arcus-java-suite.md. Last line: N passed, N failed, N skipped.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

[ -d "${ARCUS_JAVA_SOURCE:-}/src/test/java" ] || die "could not find the tests: ARCUS_JAVA_SOURCE must name a checkout of the client"
source=$(cd -- "$ARCUS_JAVA_SOURCE" && pwd)
home=$CACHE/arcus-java-1.13.2
"$CONFORMANCE/arcus-java.sh" --setup
[ -e "$home/lib" ] || die "could not set up the client"

fetch() {
  mvn -q -B -f "$CONFORMANCE/arcus-java/suite-pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$home/suite-lib" >&2
}
once arcus-java-1.13.2-suite fetch

rm -rf "$home/suite" && mkdir -p "$home/suite"
find "$source/src/test/java" "$source/src/test/manual" -name '*.java' -print0 |
  xargs -0 javac -nowarn -Xlint:none -encoding UTF-8 -d "$home/suite" -cp "$home/lib/*:$home/suite-lib/*" \
    "$CONFORMANCE/arcus-java/SuiteListener.java" 2>&1 | grep -v '^Note:' >&2 || true
cp "$source/src/test/resources/"* "$home/suite"

if [ $# -eq 0 ]; then
  # What the client's pom.xml leaves out: IPv6, the binary protocol, and what is broken or does not work with ZooKeeper there, too.
  left_out='IPV6ClientTest|CacheMonitorTest|BinaryClientTest|RedistributeFailureModeTest|LoggingTest'
  mapfile -t classes < <(cd "$home/suite" && find . -name '*Test.class' | sed 's#^\./##; s#\.class$##; s#/#.#g' | grep -vE "$left_out" | sort)
  set -- "${classes[@]}"
fi
results=$CACHE/results
out=$results/arcus-java-suite
mkdir -p "$results"
export ARCUS_JAVA_SUITE_CLASSPATH="$home/suite:$home/lib/*:$home/suite-lib/*"
# shellcheck disable=SC2016 # the command's own shell knows the cloud
timeout "${BRANTA_SUITE_LIMIT_S:-1200}" node --conditions=source "$REPOSITORY/tests/client-integration/src/run-with-cloud.ts" 1 bash -c '
  exec java -ea -Xmx512m -DUSE_ZK=true "-DZK_HOST=$ARCUS_ENSEMBLE" "-DZK_SERVICE_ID=$ARCUS_SERVICE_CODE" "-DARCUS_HOST=$ARCUS_NODE" \
    -cp "$ARCUS_JAVA_SUITE_CLASSPATH" SuiteListener "$@"' suite "$@" >"$out.log" 2>&1 || say "the suite was ended before its end"
sed -n 's/^@@//p' "$out.log" | sort -u >"$out.tsv"
say "log: $out.log"
python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$CONFORMANCE/skips/arcus-java-suite.md"
