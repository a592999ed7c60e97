#!/usr/bin/env bash
# The program that ClientBase.java and curator.sh start as a server: -Dflag… zoo.cfg.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../target.sh"
flags=()
while [ $# -gt 1 ]; do
  flags+=("$1")
  shift
done
run_server org.apache.zookeeper.server.quorum.QuorumPeerMain "${flags[@]}" -- "$@"
