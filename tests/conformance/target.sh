# How a suite's server is run: by Branta or by Apache. Source it after or instead of lib.sh.
#
#   run_server MAIN-CLASS -Dflag… -- ARGUMENT…   replaces this process by the target's server
#   run_shell -Dflag… -- ARGUMENT…               replaces this process by the target's shell
#   with_target TARGET                           puts the shim first on PATH for the commands that follow
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

# Finds Node, and Branta's programs as its launchers do: bundled, or as sources where that cannot be.
BRANTA_HOME=$REPOSITORY
. "$REPOSITORY/bin/lib/set-up.sh"

run_server() {
  local main=$1 flags=()
  shift
  while [ "$1" != -- ]; do
    flags+=("$1")
    shift
  done
  shift
  case ${BRANTA_TARGET:-branta} in
    branta)
      # Word splitting wanted: SERVER_JVMFLAGS is a list of flags.
      # shellcheck disable=SC2206
      flags+=(${SERVER_JVMFLAGS:-})
      branta_find_node && branta_find_server zookeeper/server/src/main.ts
      # shellcheck disable=SC2086
      exec "$NODE" $PROGRAM_FLAGS "$PROGRAM" "${flags[@]}" "$@"
      ;;
    apache-*)
      # shellcheck disable=SC2086
      exec "$CONFORMANCE/apache-server.sh" "${BRANTA_TARGET#apache-}" java "${flags[@]}" ${SERVER_JVMFLAGS:-} "$main" "$@"
      ;;
    *) die "could not run a server for target \"$BRANTA_TARGET\": wanted branta or apache-VERSION" ;;
  esac
}

run_shell() {
  local flags=()
  while [ "$1" != -- ]; do
    flags+=("$1")
    shift
  done
  shift
  case ${BRANTA_TARGET:-branta} in
    branta) CLIENT_JVMFLAGS="${flags[*]}" exec "$REPOSITORY/bin/zkCli.sh" "$@" ;;
    apache-*)
      exec "$CONFORMANCE/apache-server.sh" "${BRANTA_TARGET#apache-}" java "${flags[@]}" org.apache.zookeeper.ZooKeeperMain "$@"
      ;;
    *) die "could not run a shell for target \"$BRANTA_TARGET\": wanted branta or apache-VERSION" ;;
  esac
}

with_target() {
  BRANTA_TARGET=$1
  BRANTA_REAL_JAVA=${BRANTA_REAL_JAVA:-$(command -v java || true)}
  case $BRANTA_TARGET in
    branta)
      branta_install_if_missing && branta_find_node || die "could not find Branta's programs"
      branta_find_server zookeeper/server/src/main.ts
      # Looked for once: a suite starts hundreds of servers.
      export BRANTA_NODE=$NODE
      ;;
    apache-*) "$CONFORMANCE/apache/setup.sh" "${BRANTA_TARGET#apache-}" ;;
    *) die "could not choose target \"$BRANTA_TARGET\": wanted branta or apache-VERSION" ;;
  esac
  PATH=$CONFORMANCE/shim:$PATH
  export BRANTA_TARGET BRANTA_REAL_JAVA PATH
}
