#!/usr/bin/env bash
# Harms an ensemble of three real servers under load, round by round; the last line is "N passed, N failed".
# Usage: tests/chaos/ensemble-ci.sh [ROUNDS] [SEED] [MINUTES]
# After MINUTES (default 3) no new round begins.
# Root can give each server a disk of its own, which can be full: without root that harm is left out.
set -e -o pipefail
BRANTA_HOME=$(cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
cd "$BRANTA_HOME"
. bin/lib/set-up.sh
branta_install_if_missing
branta_find_node
apart=()
small_disks=()
if [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
  apart=(unshare --mount)
  small_disks=(--small-disks)
else
  echo "No disk will be full: that takes root, and a mount namespace" >&2
fi
exec "${apart[@]}" "$NODE" --conditions=source tests/chaos/src/ensemble-main.ts \
  --rounds "${1:-20}" --seed "${2:-4242}" --minutes "${3:-3}" "${small_disks[@]}"
