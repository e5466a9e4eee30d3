#!/usr/bin/env bash
# Shows the guard at work: two real servers that never see each other, real clients, labels.
#
#   deploy/demo.sh          runs the play, prints what was sent, decided and delivered, cleans up
#   deploy/demo.sh --stay   the same, then leaves everything running and says how to connect
#
# Exit status 0 only if everything went as the policy says. Installs what is missing (Debian 12),
# builds the preset `release`, and touches nothing else: the servers live in two network
# namespaces of their own, the files in a scratch folder that is removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
  "" | --stay) ;;
  *) sed -n '2,9p' "$0" >&2; exit 3 ;;
esac

deploy/dependencies.sh
echo "building (preset release; some minutes the first time) …" >&2
cmake --preset release -DGUARD_TESTS=OFF >/dev/null
cmake --build build/release -j "$(nproc)" \
  --target guardd guardctl guard-edge guard-filter guard-recorder guard-audit >&2

# Network namespaces need root; everything up to here did not.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
exec "${as_root[@]}" env GUARD_BIN="$PWD/build/release/bin" PYTHONDONTWRITEBYTECODE=1 \
  /usr/bin/python3 deploy/demo_play.py "$@"
