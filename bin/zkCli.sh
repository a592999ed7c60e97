#!/usr/bin/env bash
# The command line of a ZooKeeper service: a prompt, or one command given as arguments.
# Usage: zkCli.sh [-server HOST:PORT[,HOST:PORT...][/CHROOT]] [-timeout MS] [-r] [-waitforconnection]
#                 [-client-configuration FILE] [COMMAND ARGUMENTS...]

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

sort_jvm_flags "$CLIENT_JVMFLAGS $JVMFLAGS"
program_command zookeeper/cli/src/zk-cli-main.ts
exec "${COMMAND[@]}" "$@"
