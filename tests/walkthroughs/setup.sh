#!/usr/bin/env bash
# Fetches what the test hosts of the walkthroughs need, as Debian packages: an SSH server, nc and wget.
# Usage: tests/walkthroughs/setup.sh            (prints the folder of the packages)
#
# On this machine only what makes namespaces is installed, and only if it is missing. The packages of the hosts are just
# fetched into the cache: each host unpacks them into its own files, so no SSH server ever runs on this machine.
set -euo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../conformance/lib.sh"

packages=$CACHE/walkthrough-packages

fetch() {
  [ "$(id -u)" -eq 0 ] || die "could not fetch packages: this needs root"
  rm -rf "$packages"
  mkdir -p "$packages/partial"
  apt-get update -qq >&2 || say "apt-get update failed, going on with the lists at hand"
  # Those that this machine has already are not fetched: hosts have its programs.
  apt-get install -qq --yes --download-only --no-install-recommends -o "Dir::Cache::archives=$packages" -o APT::Sandbox::User=root \
    openssh-server openssh-client netcat-openbsd wget >&2 || die "could not fetch packages: apt-get install failed"
}

need ip iproute2
need unshare util-linux
need useradd passwd
once walkthrough-packages fetch
printf '%s\n' "$packages"
