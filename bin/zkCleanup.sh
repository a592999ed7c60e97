#!/usr/bin/env bash
# Deletes old snapshots and the transaction logs that no kept snapshot needs.
# Usage: zkCleanup.sh -n COUNT     (COUNT snapshots stay, at least 3; folders are those of the configuration)

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

sort_jvm_flags "$JVMFLAGS"
folders=("$(config_value dataDir)")
log_folder="$(config_value dataLogDir)"
[ -n "$log_folder" ] && folders=("$log_folder" "${folders[0]}")
program_command zookeeper/cli/src/tools/cleanup-main.ts
exec "${COMMAND[@]}" "${folders[@]}" "$@"
