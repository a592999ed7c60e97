#!/usr/bin/env bash
# Makes the empty data folders of a new server, with its myid.
# Usage: zkServer-initialize.sh [--configfile=FILE] [--myid=NUMBER] [--force]

ZOOBINDIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -e "$ZOOBINDIR/zkEnv.sh" ] || ZOOBINDIR="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. "$ZOOBINDIR/zkEnv.sh"

usage() {
  cat <<USAGE
usage: $0 <parameters>
  Optional parameters:
     -h                                                    Display this message
     --help                                                Display this message
     $(printf -- '--configfile=%-40s' "$ZOOCFG") ZooKeeper config file
     --myid=#                                              Set the myid to be used, if any (1-255)
     --force                                               Force creation of the data/txnlog dirs
USAGE
  exit 1
}

fail() {
  echo "$1"
  exit 1
}

MYID=""
FORCE=""
while [ $# -gt 0 ]; do
  case "$1" in
  --configfile) ZOOCFG="$2" && shift ;;
  --configfile=?*) ZOOCFG="${1#*=}" ;;
  --myid) MYID="$2" && shift ;;
  --myid=?*) MYID="${1#*=}" ;;
  --force) FORCE=1 ;;
  -h | --help) usage ;;
  *)
    echo "Unknown option: $1"
    usage
    ;;
  esac
  shift
done

[ -e "$ZOOCFG" ] || fail "Unable to find config file at $ZOOCFG"
ZOO_DATADIR="$(config_value dataDir)"
ZOO_DATALOGDIR="$(config_value dataLogDir)"
[ -n "$ZOO_DATADIR" ] || fail "Unable to determine dataDir from $ZOOCFG"

if [ -n "$FORCE" ]; then
  echo "Force enabled, data/txnlog directories will be re-initialized"
else
  [ -d "$ZOO_DATADIR/version-2" ] &&
    fail "ZooKeeper data directory already exists at $ZOO_DATADIR (or use --force to force re-initialization)"
  [ -n "$ZOO_DATALOGDIR" ] && [ -d "$ZOO_DATALOGDIR/version-2" ] &&
    fail "ZooKeeper txnlog directory already exists at $ZOO_DATALOGDIR (or use --force to force re-initialization)"
fi

# Only what a server keeps in them goes; the folders themselves may be mount points, so they stay.
for folder in "$ZOO_DATADIR" ${ZOO_DATALOGDIR:+"$ZOO_DATALOGDIR"}; do
  rm -rf "$folder/myid" "$folder/version-2"
  mkdir -p "$folder/version-2" || exit 1
done

if [ -n "$MYID" ]; then
  echo "Using myid of $MYID"
  echo "$MYID" >"$ZOO_DATADIR/myid"
else
  echo "No myid provided, be sure to specify it in $ZOO_DATADIR/myid if using non-standalone"
fi
touch "$ZOO_DATADIR/initialize"
