#!/usr/bin/env bash
# Sets up and runs Arcus cache clouds on many machines. Guide: docs/guides/arcus-cloud.md
# Usage: arcus.sh -h

# The ZooKeeper servers, unless -z names others: "10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181"
zklist="127.0.0.1:2181"

# The folder of a ZooKeeper on every host, where it is not the one that comes along: "/opt/zookeeper"
zookeeper=""

self="${BASH_SOURCE[0]}"
ARCUS_HOME="$(cd "$(dirname "$self")/.." && pwd)"
[ -e "$ARCUS_HOME/bin/lib/set-up.sh" ] || ARCUS_HOME="$(dirname "$(readlink -f "$self")")/.."
ARCUS_HOME="$(cd "$ARCUS_HOME" && pwd)"
BRANTA_HOME="$(cd "$ARCUS_HOME" && pwd -P)"
. "$BRANTA_HOME/bin/lib/set-up.sh"
branta_install_if_missing || exit 1
branta_find_node || exit 1
branta_find_program arcus/cli/src/arcus-sh-main.ts

export ARCUS_HOME ARCUS_SH="$0" ARCUS_ZOOKEEPER="$zookeeper"
# shellcheck disable=SC2086 # flags are words
exec "$NODE" $PROGRAM_FLAGS "$PROGRAM" --zklist "$zklist" "$@"
