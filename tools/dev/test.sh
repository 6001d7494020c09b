# shellcheck shell=bash
# ./dev test: every suite runs even when one before it failed; the exit status tells whether any did.

cmd_test() {
  local only="" install="${CI:-false}" status=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --only) only="${2:-}" && shift ;;
      --install) install=true ;;
      --sanitize) test_sanitized; return ;;
      --fuzz) test_fuzz "${2:-}"; return ;;
      --suites) shift && test_suites "$@"; return ;;
      --) shift && break ;;
      *) die "test: no such option: $1 (pytest's own go after --)" ;;
    esac
    shift
  done
  case "$only" in "" | checks | cpp | python | e2e) ;; *) die "test: --only takes checks, cpp, python or e2e, not: $only" ;; esac

  need_packages build test
  need_python run test lint
  if [ "$only" != cpp ]; then need_gatepost; fi
  if [ -z "$only" ] || [ "$only" = checks ]; then fast_checks || status=1; fi
  if [ -z "$only" ] || [ "$only" = cpp ]; then test_cpp test || status=1; fi
  if [ -z "$only" ] || [ "$only" = python ]; then
    say "tests/python"
    "$VENV/bin/pytest" tests/python -n "$JOBS" --dist loadfile "$@" || status=1
  fi
  if [ -z "$only" ] || [ "$only" = e2e ]; then
    need_peers
    say "tests/e2e"
    GATEPOST_INSTALL_TESTS="$install" "$VENV/bin/pytest" tests/e2e "$@" || status=1
  fi
  return "$status"
}

# test_cpp PRESET
test_cpp() {
  build_preset "$1" && ctest --preset "$1" -j "$JOBS"
}

test_sanitized() {
  need_packages build test
  need_python run
  local preset status=0
  for preset in asan tsan; do test_cpp "$preset" || status=1; done
  return "$status"
}

# test_fuzz SECONDS: a crash stops its target and leaves the input in build/fuzz-corpus/<target>/.
test_fuzz() {
  [[ "$1" =~ ^[1-9][0-9]*$ ]] || die "test: --fuzz takes seconds, not: $1"
  need_packages build fuzz
  need_python run
  build_preset fuzz
  local target name corpus status=0
  shopt -s nullglob
  for target in build/fuzz/tests/fuzz/*_fuzz; do
    name="$(basename "$target" _fuzz)"
    corpus="build/fuzz-corpus/$name"
    mkdir -p "$corpus"
    say "fuzzing $name for $1 s"
    "$target" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
      -artifact_prefix="$corpus/crash-" "$corpus" "tests/fuzz/corpus/$name" || status=1
  done
  return "$status"
}

# test_suites [NAME...]: suites of others against us; tests/e2e/suites/README.md tells which and how.
test_suites() {
  local list=tests/e2e/suites/requirements.txt hash
  need_packages build test
  need_python run test
  need_gatepost
  hash="$(hash_of "$list" tools/dev/requirements/lock.txt)"
  if ! is_fresh "$VENV/.done-suites" "$hash"; then
    "$VENV/bin/pip" install --quiet --requirement "$list" --constraint tools/dev/requirements/lock.txt
    stamp "$VENV/.done-suites" "$hash"
  fi
  say "suites of others"
  PYTHONPATH=tests/e2e "$VENV/bin/python" -m suites --json build/suites/report.json "$@"
}
