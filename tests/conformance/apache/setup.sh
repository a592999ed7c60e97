#!/usr/bin/env bash
# Fetches Apache ZooKeeper servers: 3.8.0 is Debian's package `zookeeper`, the others come from Maven Central.
# Usage: tests/conformance/apache/setup.sh [VERSION…]     (default: 3.9.5 3.8.0 3.6.4 3.4.14)
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

profile() {
  case $1 in
    3.[89].*) echo modern ;;
    3.[67].*) echo middle ;;
    3.5.*) echo early ;;
    3.4.*) echo old ;;
    *) die "could not choose jars for Apache \"$1\": wanted a version 3.4 to 3.9" ;;
  esac
}

from_maven() {
  local version=$1 extra=()
  case $(profile "$version") in middle | early) extra=(org.slf4j:slf4j-reload4j:1.7.36) ;; esac
  need mvn maven
  mvn -q -B -f "$CONFORMANCE/apache/pom.xml" -P "$(profile "$version")" -Dzookeeper.version="$version" \
    dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$CACHE/apache-$version/lib" >&2 ||
    die "could not fetch Apache $version: Maven's words are above"
  for artifact in "${extra[@]}"; do
    mvn -q -B dependency:get -Dartifact="$artifact" >&2
    mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$CACHE/apache-$version/lib" >&2
    # reload4j takes log4j 1.2's place
    mvn -q -B dependency:copy -Dartifact=ch.qos.reload4j:reload4j:1.2.19 -DoutputDirectory="$CACHE/apache-$version/lib" >&2
    rm -f "$CACHE/apache-$version/lib"/log4j-1.2* "$CACHE/apache-$version/lib"/slf4j-log4j12*
  done
}

from_debian() {
  apt_install zookeeper
  mkdir -p "$CACHE/apache-3.8.0"
}

[ $# -gt 0 ] || set -- 3.9.5 3.8.0 3.6.4 3.4.14
need java default-jre-headless
for version in "$@"; do
  case $version in
    3.8.0) once "apache-$version" from_debian ;;
    *) once "apache-$version" from_maven "$version" ;;
  esac
  say "Apache $version is ready"
done
