#!/usr/bin/env bash
# Runs both commands of the README in a Debian 12 that has nothing yet, to show that no step of the
# installation is missing. Takes what is committed. Needs root, the network and about 4 GB.
#
#   tests/fresh_debian.sh [FOLDER]    FOLDER (default: a new one in /var/tmp) is removed at the end
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ "$(id -u)" = 0 ] || { echo "tests/fresh_debian.sh: run as root (chroot, namespaces)" >&2; exit 2; }
root=${1:-$(mktemp -d /var/tmp/fresh-debian-XXXXXX)}
chmod 755 "$root"  # apt's own user has to get in
cleanup() { rm -rf --one-file-system "$root"; }
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

command -v debootstrap >/dev/null || deploy/dependencies.sh --long

# The mirrors that this machine uses, as apt itself understands its configuration.
sources=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
  awk '$2 ~ /^bookworm/ && $3 == "main"' | sort -u)
mirror=$(awk '$2 == "bookworm" { print $1; exit }' <<<"$sources")
[ -n "$mirror" ] || { echo "tests/fresh_debian.sh: apt knows no mirror of bookworm" >&2; exit 2; }

# The base image, and of what a developer brings only git's result: the files of HEAD.
debootstrap --variant=minbase bookworm "$root" "$mirror"
awk '{ print "deb", $1, $2, $3 }' <<<"$sources" >"$root/etc/apt/sources.list"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/src/xmpp-guard"
git archive HEAD | tar -x -C "$root/src/xmpp-guard"

# A mount and process namespace of its own: what is left running would die with it, and is looked for.
inside() {
  unshare --mount --pid --fork --kill-child -- /bin/sh -c '
    set -e
    mount --bind "$0" "$0"  # its root has to be a mount point: ip(8) makes it a slave
    mount -t proc proc "$0/proc"
    mount --rbind /dev "$0/dev"
    mount -t sysfs sysfs "$0/sys"
    mount -t tmpfs tmpfs "$0/run"
    exec chroot "$0" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
      /bin/bash -c "$1"' "$root" "$1"
}

inside '
  cd /src/xmpp-guard
  left() {
    # Zombies of the chroot have no parent to bury them; everything else would be a leftover.
    for status in /proc/[0-9]*/status; do
      pid=${status#/proc/}; pid=${pid%/status}
      [ "$pid" = $$ ] || grep -q "^State:.*zombie" "$status" 2>/dev/null || [ ! -e "/proc/$pid/exe" ] ||
        case "$(readlink "/proc/$pid/exe")" in */bash|*/grep|*/readlink) ;; *) tr "\0" " " <"/proc/$pid/cmdline"; echo ;; esac
    done
  }
  for command in ./deploy/demo.sh ./tests/run.sh; do
    echo "== $command"
    $command || { echo "$command failed: $?"; exit 1; }
    remains=$(left)
    [ -z "$remains" ] || { echo "left running after $command:"; echo "$remains"; exit 1; }
    [ ! -e /usr/sbin/policy-rc.d ] || { echo "policy-rc.d was left behind"; exit 1; }
    [ -z "$(ls /run/netns 2>/dev/null)" ] || { echo "a network namespace was left behind"; exit 1; }
  done
  echo "fresh Debian $(cat /etc/debian_version): both commands passed"
'
