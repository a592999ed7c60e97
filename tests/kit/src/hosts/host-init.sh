#!/usr/bin/env bash
# The first process of a test host (test-host.ts starts it in new network, process, mount, host name and IPC namespaces).
# It lives until its stdin ends, so a test that dies takes its hosts along: the kernel ends whatever ran in them.
#
# Usage: host-init.sh NAME HOSTS [SHARED-FOLDER…]
#
# HOSTS is the content of /etc/hosts. The host sees this machine's programs and files, and whatever it writes is its own and lies in memory. A shared folder
# is one that must be there, read-only, even if it is on a file system of its own.
# Prints this process's id, as this machine counts, when the host is up.
set -euo pipefail

name=$1
hosts=$2
shift 2
# /proc is still the machine's.
read -r pid _ </proc/self/stat

mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
for folder in "$@"; do
  # Already there when it is on the machine's root file system.
  if ! [ -e ".$folder" ] || [ -z "$(ls -A ".$folder")" ]; then
    mkdir -p ".$folder"
    mount --rbind -o ro "$folder" ".$folder"
  fi
done
mount --rbind /dev dev
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mkdir mnt/machine
pivot_root . mnt/machine
umount -l /mnt/machine
cd /

hostname "$name"
printf '%s\n' "$name" >/etc/hostname
printf '%s\n' "$hosts" >/etc/hosts
ip link set lo up
printf '%s\n' "$pid"
# Bash takes its orphans' ends while it waits, as the first process of a machine must.
while read -r _; do :; done
