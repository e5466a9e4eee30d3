#!/usr/bin/env bash
# Shows the guard at work: real servers that never see each other, real clients, labels.
#
#   deploy/demo.sh                    two servers with the guard between them: prints what was sent,
#                                     decided and delivered, and cleans up
#   deploy/demo.sh --topology star    headquarters and two nations around the guard
#   deploy/demo.sh --topology chain   two guards in a row, servers at both ends
#   deploy/demo.sh --stay             (with any of them) leaves everything running and says how to
#                                     connect
#
# Exit status 0 only if everything went as the policy says. Installs what is missing (Debian 12),
# builds the preset `release`, and touches nothing else: the servers live in network
# namespaces of their own, the files in a scratch folder that is removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '2,13p' "$0" >&2; exit 3; }
arguments=("$@")
while [ $# -gt 0 ]; do
  case "$1" in
    --stay) shift ;;
    --topology)
      case "${2:-}" in pair | star | chain) shift 2 ;; *) usage ;; esac ;;
    *) usage ;;
  esac
done

deploy/dependencies.sh
echo "building (preset release; some minutes the first time) …" >&2
cmake --preset release -DGUARD_TESTS=OFF >/dev/null
cmake --build build/release -j "$(nproc)" \
  --target guardd guardctl guard-edge guard-filter guard-recorder guard-audit >&2

# Network namespaces need root; everything up to here did not.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
exec "${as_root[@]}" env GUARD_BIN="$PWD/build/release/bin" PYTHONDONTWRITEBYTECODE=1 \
  /usr/bin/python3 deploy/demo_play.py "${arguments[@]}"
