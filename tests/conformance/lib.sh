# Shared by every conformance script. Source it; it defines names and does nothing by itself.
#
#   CACHE        folder outside the repository that holds everything fetched (BRANTA_CACHE, else ~/.cache/branta)
#   CONFORMANCE  this folder
#   REPOSITORY   the repository's root
#
# Nothing third-party is in the repository. Each suite has a `*_setup` step that asks the ordinary package clients (apt-get,
# mvn, pip, go) for it by name and version, and leaves a stamp in the cache, so that a second run costs nothing.

CONFORMANCE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
REPOSITORY=$(cd -- "$CONFORMANCE/../.." && pwd)
CACHE=${BRANTA_CACHE:-$HOME/.cache/branta}
mkdir -p "$CACHE"

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# need COMMAND PACKAGE…: installs Debian packages when the command is missing.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null 2>&1 || apt_install "$@"
}

# apt_install PACKAGE…: installs those Debian packages that are not installed yet.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" -eq 0 ] || die "could not install ${missing[*]}: this needs root; install them and run it again"
  say "installing ${missing[*]}"
  apt-get update -qq >&2 || say "apt-get update failed, going on with the lists at hand"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    die "could not install ${missing[*]}: apt-get install failed"
}

# once STAMP COMMAND…: runs the command unless it has succeeded before; parallel callers wait for each other.
once() {
  local stamp=$CACHE/.done/$1
  shift
  [ -e "$stamp" ] && return 0
  mkdir -p "$CACHE/.done"
  (
    flock 9
    [ -e "$stamp" ] || { "$@" && : >"$stamp"; }
  ) 9>"$stamp.lock"
}

# free_port: prints a TCP port of the loopback interface that nobody listens on now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# await_port PORT SECONDS: waits until 127.0.0.1:PORT accepts a connection.
await_port() {
  local until=$((SECONDS + $2))
  while ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.1
  done
}

# choose_results SUITE SERVERS: sets SUFFIX, which keeps results of ensembles apart, and SKIPS, the list that holds for them.
choose_results() {
  SUFFIX=
  SKIPS=$CONFORMANCE/skips/$1.md
  if [ "$2" -gt 1 ]; then
    SUFFIX=-$2
    SKIPS=$CONFORMANCE/skips/$1-ensemble.md
  fi
}

# second_try OUT SKIPS COMMAND…: runs `COMMAND… NAME…` for the tests that failed in OUT.tsv and are not in SKIPS, and sets SECOND to the
# arguments by which report.py shows their second outcome, which the command leaves in OUT-second.tsv. Some tests of other people want an
# answer within milliseconds, or look after a fixed sleep; on a busy machine they fail on Apache's server, too. More than a few that fail
# are no such accident: they get no second try.
SECOND_TRIES_MAX=5
second_try() {
  local out=$1 skips=$2 names
  shift 2
  SECOND=()
  mapfile -t names < <(python3 "$CONFORMANCE/report.py" "$out.tsv" --skips "$skips" --failed | grep .)
  if [ ${#names[@]} -eq 0 ] || [ ${#names[@]} -gt $SECOND_TRIES_MAX ]; then return 0; fi
  "$@" "${names[@]}"
  SECOND=(--second "$out-second.tsv")
}
