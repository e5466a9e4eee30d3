#!/usr/bin/env bash
# Installs the Debian 12 packages that building, testing and demonstrating xmpp-guard needs.
#
#   deploy/dependencies.sh            what tests/run.sh and deploy/demo.sh need
#   deploy/dependencies.sh --build    only what compiling and running the service needs
#   deploy/dependencies.sh --long     also what tests/long.sh needs (clang 19, debootstrap)
#   deploy/dependencies.sh --list     prints the packages of the other options, installs nothing
#
# A package that is already there is left alone, and when nothing is missing apt is not called.
# No server is left running by an installation: where the machine has no policy-rc.d, one that
# forbids starts exists only while apt runs; where it has one, that one is left as it is, and a
# server that was started all the same, and that this run has installed, is stopped again.
set -euo pipefail

build=(
  g++ cmake ninja-build pkg-config
  libboost1.81-dev libxerces-c-dev libicu-dev libssl-dev libsqlite3-dev libfmt-dev
  libexpat1-dev libseccomp-dev libcli11-dev libxml-security-c-dev libpq-dev
)
tests=(
  libgtest-dev libgmock-dev libbenchmark-dev
  openssl sqlite3 iproute2 util-linux procps binutils mold
  rsyslog rsyslog-openssl
  postgresql-15
  prosody lua-unbound lua-sec lua-event ejabberd dnsmasq-base
  python3 python3-slixmpp python3-pyasn1 python3-pyasn1-modules python3-cryptography
)
long=(clang-19 libclang-rt-19-dev clang-tidy-19 clang-format-19 debootstrap)
# What starts a server when it is installed: package, program, and the units that would start it again.
servers=(
  "prosody prosody prosody.service"
  "rsyslog rsyslogd rsyslog.service"
  "postgresql-15 postgres postgresql.service"
  "ejabberd beam.smp ejabberd.service"
  "erlang-base epmd epmd.service epmd.socket"
)

case "${1:-}" in
  --build) wanted=("${build[@]}") ;;
  --long) wanted=("${build[@]}" "${tests[@]}" "${long[@]}") ;;
  "") wanted=("${build[@]}" "${tests[@]}") ;;
  --list)
    printf 'build: %s\ntests: %s\nlong: %s\n' "${build[*]}" "${tests[*]}" "${long[*]}"
    exit 0 ;;
  *) echo "usage: deploy/dependencies.sh [--build | --long | --list]" >&2; exit 3 ;;
esac

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "deploy/dependencies.sh: missing ${missing[*]}; run as root, or install sudo" >&2
    exit 2
  }
  as_root=(sudo)
fi

# Only a server that this very run installs may be stopped again; one that was there is not ours.
ours_to_stop=()
for server in "${servers[@]}"; do
  installed "${server%% *}" || ours_to_stop+=("$server")
done

# running PROGRAM: whether a program of this name runs. Read from /proc, because a bare Debian has no
# procps yet; a script's name is the second word of its command line.
running() {
  local file word
  for file in /proc/[0-9]*/cmdline; do
    while IFS= read -r -d '' word; do
      [ "${word##*/}" != "$1" ] || return 0
    done < <(cat "$file" 2>/dev/null | tr '\0' '\n' | head -n 2 | tr '\n' '\0')
  done
  return 1
}

# A server comes to test with, not to serve: it neither runs now nor starts with the machine. That
# holds for a failed installation, too.
stop_servers() {
  local server package program units
  for server in "${ours_to_stop[@]}"; do
    read -r package program units <<<"$server"
    if [ -d /run/systemd/system ]; then
      # shellcheck disable=SC2086  # several units
      "${as_root[@]}" systemctl --quiet disable --now $units >/dev/null 2>&1 || true
    fi
    if running "$program"; then
      echo "deploy/dependencies.sh: stopping $program, which its package had started" >&2
      case "$program" in
        epmd) "${as_root[@]}" epmd -kill >/dev/null 2>&1 || true ;;
        # Debian's own script says that it has stopped it, and has not.
        prosody) "${as_root[@]}" kill "$(cat /run/prosody/prosody.pid)" 2>/dev/null || true ;;
        postgres) "${as_root[@]}" /etc/init.d/postgresql stop >/dev/null 2>&1 || true ;;
        *) "${as_root[@]}" "/etc/init.d/$package" stop >/dev/null 2>&1 || true ;;
      esac
    fi
  done
}

policy=/usr/sbin/policy-rc.d
ours=no
leave() {
  [ "$ours" = no ] || "${as_root[@]}" rm -f "$policy"
  stop_servers
}
trap leave EXIT
trap 'exit 143' TERM INT HUP
if [ ! -e "$policy" ] && [ ! -L "$policy" ]; then
  ours=yes
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi

echo "installing: ${missing[*]}" >&2
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends
     -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
"${apt[@]}" update >/dev/null
"${apt[@]}" install "${missing[@]}" >/dev/null
