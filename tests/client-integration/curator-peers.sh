#!/usr/bin/env bash
# Node programs and Java programs with Apache Curator share locks, leaders, queues and the rest, through one server.
#
# Usage: tests/client-integration/curator-peers.sh [branta|apache-VERSION]
#
# Curator comes from Maven Central on first use, to the cache outside the repository.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../conformance/lib.sh"

peers=$REPOSITORY/tests/client-integration
fetch_curator() {
  need mvn maven
  mvn -q -B -f "$peers/curator/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$CACHE/curator-5.9.0/lib" >&2
}
compile_peer() {
  need javac default-jdk-headless
  javac -nowarn -cp "$CACHE/curator-5.9.0/lib/*" -d "$CACHE/curator-5.9.0/peer" "$peers/curator/Peer.java" >&2
}
need java default-jre-headless
once curator-5.9.0 fetch_curator
compile_peer
export CURATOR_CLASSPATH="$CACHE/curator-5.9.0/peer:$CACHE/curator-5.9.0/lib/*"
export BRANTA_TEST_SERVER=${1:-branta}
exec node --conditions=source "$peers/src/run-curator-peers.ts"
