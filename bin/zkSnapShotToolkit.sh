#!/usr/bin/env bash
# Prints a snapshot: znodes and sessions, with their data or as JSON.
# Usage: zkSnapShotToolkit.sh [-d|-json] SNAPSHOT-FILE

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

sort_jvm_flags "$JVMFLAGS"
program_command zookeeper/cli/src/tools/snapshot-toolkit-main.ts
exec "${COMMAND[@]}" "$@"
