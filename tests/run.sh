#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: the functional tests with real servers, the
# unit tests and the fuzz corpora, all under AddressSanitizer and UndefinedBehaviorSanitizer. Building
# everything a second time, without the sanitizers, is left to tests/long.sh: fifteen minutes are to
# be enough. The last line is "N passed, N failed"; the exit status is 0 only if nothing failed.
#
#   tests/run.sh                    everything, under the sanitizers (preset asan)
#   tests/run.sh functional [ARG…]  only the functional tests, without the sanitizers (preset dev); ARGs
#                                   go to tests/functional/run.py
#   tests/run.sh asan               only the unit tests and corpora, under the sanitizers
#   tests/run.sh unit               only those, without the sanitizers (preset dev)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=0
failed=0
summary=()
note() { # note NAME PASSED FAILED
  passed=$((passed + $2))
  failed=$((failed + $3))
  summary+=("$(printf '%-28s %5d passed %5d failed %6d s' "$1" "$2" "$3" "$((SECONDS - started))")")
}
finish() {
  printf '\n'
  printf '%s\n' "${summary[@]}"
  printf 'total: %d s\n' "$SECONDS"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

# step NAME COMMAND…: one thing that passes or fails as a whole, and without which nothing goes on.
step() {
  local name=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then note "$name" 0 0; else note "$name" 0 1; finish; fi
}

# run_ctest NAME PRESET: every test that CMake registered; one more at a time than there are cores, since
# many wait for a disk or a deadline.
run_ctest() {
  local name=$1 folder=build/$2 started=$SECONDS counts
  printf '\n== %s\n' "$name"
  rm -f "$folder/results.xml"
  ctest --test-dir "$folder" -j "$(($(nproc) + 1))" --output-on-failure --output-junit "$PWD/$folder/results.xml" |
    grep --line-buffered -v ' Start '
  counts=$(/usr/bin/python3 tests/support/junit_counts.py "$folder/results.xml") || counts="0 1"
  # shellcheck disable=SC2086  # two words are meant
  note "$name" $counts
}

# build PRESET TARGET…: configures, and builds the targets.
build() {
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null && cmake --build "build/$preset" -j "$(nproc)" --target "$@"
}

# build_tests PRESET: configures, and builds whatever ctest runs.
build_tests() {
  local preset=$1 tests
  cmake --preset "$preset" >/dev/null || return 1
  mapfile -t tests < <(ctest --test-dir "build/$preset" --show-only=json-v1 |
    /usr/bin/python3 tests/support/ctest_targets.py "build/$preset/bin")
  [ ${#tests[@]} -gt 0 ] && cmake --build "build/$preset" -j "$(nproc)" --target "${tests[@]}"
}
service=(guardd guardctl guard-edge guard-filter guard-recorder guard-metrics guard-audit guard-policy)

# functional PRESET [ARG…]. Namespaces and ports below 1024 need root; the build does not.
functional() {
  local folder=build/$1 started=$SECONDS as_root=() counts
  shift
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  printf '\n== functional tests (%s)\n' "$folder"
  rm -f "$folder/functional.txt"
  "${as_root[@]}" env GUARD_BIN="$PWD/$folder/bin" /usr/bin/python3 tests/functional/run.py \
    --at-once 2 --counts "$folder/functional.txt" "$@"
  counts=$(cat "$folder/functional.txt" 2>/dev/null) || counts="0 1"
  # shellcheck disable=SC2086  # two words are meant
  note "functional tests" $counts
}

# The plays wait for most of their time: the tests are built behind them, and give way.
functional_and_asan() {
  local built
  (renice -n 10 "$BASHPID" >/dev/null && build_tests asan >build/asan/build.log 2>&1) &
  built=$!
  functional asan "$@"
  step "build of the tests (asan)" joined "$built"
}
joined() { wait "$1" || { tail -n 60 build/asan/build.log; return 1; }; }

what=${1:-everything}
shift || true
case "$what" in everything | unit | asan | functional) ;; *) sed -n '2,13p' "$0" >&2; exit 3 ;; esac

step "dependencies" deploy/dependencies.sh
case "$what" in
  everything)
    step "build of the service (asan)" build asan "${service[@]}"
    functional_and_asan "$@"
    run_ctest "unit tests, corpora (asan)" asan
    ;;
  functional)
    step "build of the service (dev)" build dev "${service[@]}"
    functional dev "$@"
    ;;
  asan | unit)
    preset=${what/unit/dev}
    step "build of the tests ($preset)" build_tests "$preset"
    run_ctest "unit tests, corpora ($preset)" "$preset"
    ;;
esac
finish
