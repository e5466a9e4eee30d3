#!/usr/bin/env bash
# What takes long, and is not part of every run. Its results are noted, with a date, in
# tests/results.md (by hand: what was run, where, what came out).
#
#   tests/long.sh                      everything, one after the other
#   tests/long.sh compilers            everything with g++, then unit and functional tests with clang 19
#   tests/long.sh fuzz [SECONDS]       every fuzz target for SECONDS (default 600)
#   tests/long.sh models [POLICIES]    decide() against the naive policy, 2,000 stanzas for each of
#                                      POLICIES (default 500) random policies
#   tests/long.sh faults               an I/O fault at every file call of the audit log in turn
#   tests/long.sh kills [COUNT]        COUNT (default 1000) kills of random processes under load
#   tests/long.sh cuts [MESSAGES [EVENTS]]
#                                      MESSAGES (default 100,000) both ways between servers with stream
#                                      management, EVENTS (default 50) cuts and kills, every message
#                                      accounted for; on streams of each pair's own, then both ways
#   tests/long.sh bench                the full benchmark
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)

compilers() {
  ./tests/run.sh
  ./tests/run.sh functional
  ./tests/run.sh unit
  cmake --preset clang >/dev/null
  cmake --build build/clang -j "$(nproc)"
  ctest --test-dir build/clang -j "$(nproc)" --output-on-failure
  "${as_root[@]}" env GUARD_BIN="$PWD/build/clang/bin" /usr/bin/python3 tests/functional/run.py
}

fuzz() {
  local seconds=${1:-600} target name
  cmake --preset fuzz >/dev/null
  cmake --build build/fuzz -j "$(nproc)"
  for target in build/fuzz/bin/*_fuzz; do
    name=$(basename "$target" _fuzz)
    mkdir -p "build/fuzz/found/$name"
    echo "== $name for $seconds s"
    "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/found/$name/crash-" "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
  done
}

models() {
  cmake --preset dev >/dev/null
  cmake --build build/dev --target policy_model_test -j "$(nproc)"
  GUARD_MODEL_POLICIES=${1:-500} build/dev/bin/policy_model_test
}

faults() {
  cmake --preset dev >/dev/null
  cmake --build build/dev --target audit_faults_test -j "$(nproc)"
  GUARD_LONG=1 build/dev/bin/audit_faults_test
}

kills() {
  cmake --preset dev >/dev/null
  cmake --build build/dev -j "$(nproc)"
  "${as_root[@]}" env GUARD_BIN="$PWD/build/dev/bin" /usr/bin/python3 tests/kills.py "${1:-1000}"
}

cuts() {
  cmake --preset dev >/dev/null
  cmake --build build/dev -j "$(nproc)"
  local streams
  for streams in own both-ways; do
    "${as_root[@]}" env GUARD_BIN="$PWD/build/dev/bin" \
      /usr/bin/python3 tests/cuts.py "${1:-100000}" "${2:-50}" "$(date +%s)" "$streams"
  done
}

bench() {
  cmake --preset release -DGUARD_TESTS=ON >/dev/null
  cmake --build build/release -j "$(nproc)"
  local status=0
  "${as_root[@]}" /usr/bin/python3 tests/bench/end_to_end.py --bin build/release/bin || status=1
  "${as_root[@]}" /usr/bin/python3 tests/bench/many_streams.py --bin build/release/bin || status=1
  return "$status"
}

deploy/dependencies.sh --long
case "${1:-everything}" in
  everything) compilers; fuzz; models; faults; kills; cuts; bench ;;
  compilers | fuzz | models | faults | kills | cuts | bench) what=$1; shift; "$what" "$@" ;;
  *) sed -n '2,16p' "$0" >&2; exit 3 ;;
esac
