#!/usr/bin/env bash
# Prints a transaction log, checks it, and repairs the checksums of entries that are otherwise whole.
# Usage: zkTxnLogToolkit.sh [-dhrvy] LOG-FILE

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

sort_jvm_flags "$JVMFLAGS"
program_command zookeeper/cli/src/tools/txn-log-toolkit-main.ts
exec "${COMMAND[@]}" "$@"
