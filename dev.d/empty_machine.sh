#!/usr/bin/env bash
# empty_machine.sh BACKUPS LOST_AT PHONE: a machine that has its programs (/usr, /etc, the Python packages), this
# repository as git has it and BACKUPS (read alone), and nothing else: a root, processes and a network of its own.
# Restores there by docs/operate.md, as if last night's backup were all that is left, and says what stands:
# BACKUPS/erasures is what list_erasures printed last. The keys come by the environment, as they are in no
# backup. As root.
set -euo pipefail

backups=$(readlink -f "$1") lost_at=$2 phone=$3
repository=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
packages=$(readlink -f "$repository/.venv")
python=$(dirname "$(dirname "$(readlink -f "$packages/bin/python")")")
server=$(dirname "$(find /usr/lib/postgresql -name initdb | sort -V | tail -1)")
[ "$(id -u)" = 0 ] || { echo "only root can make an empty machine" >&2 && exit 1; }

# shellcheck disable=SC2016
exec unshare --mount --net --pid --ipc --uts --fork --kill-child bash -euo pipefail -c '
  backups=$1 repository=$2 packages=$3 python=$4
  root=/mnt # what is mounted there is seen by nobody else
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$root"
  for folder in bin sbin lib lib64; do
    if [ -L "/$folder" ]; then cp -a "/$folder" "$root/"; fi
  done
  for folder in /usr /etc "$packages" "$python"; do
    case $folder in "$root"/* | /usr/?*) continue ;; esac
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
    mount -o remount,bind,ro "$root$folder"
  done
  mkdir -p "$root"/{backups,dev,proc,run,srv/heatmaps,tmp,var/lib/heatmaps,var/tmp}
  chmod 1777 "$root"/{tmp,var/tmp}
  mount --bind "$backups" "$root/backups"
  mount -o remount,bind,ro "$root/backups"
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  git -C "$repository" archive HEAD | tar -x -C "$root/srv/heatmaps"
  ln -s "$packages" "$root/srv/heatmaps/.venv"
  chown postgres: "$root/var/lib/heatmaps"
  ip link set lo up
  exec chroot "$root" bash /srv/heatmaps/dev.d/restore_anew.sh "${@:5}"
' empty_machine "$backups" "$repository" "$packages" "$python" "$server" "$lost_at" "$phone"
