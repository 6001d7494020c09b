# shellcheck shell=bash
# The checks that take seconds. ./dev test runs them, so that CI does; ./dev lint adds those that take longer.

fast_checks() {
  local status=0 python="$VENV/bin/python"
  check "ruff" "$VENV/bin/ruff" check . || status=1
  check "ruff format" "$VENV/bin/ruff" format --check . || status=1
  check "mypy" "$VENV/bin/mypy" || status=1
  check "stubs of the native module" "$python" -m mypy.stubtest gatepost._core --allowlist tools/dev/stubtest-allowlist.txt || status=1
  check "arrows between modules" "$python" tools/layers.py || status=1
  check "generated code" "$python" tools/generate_codes.py --check || status=1
  check "translations" "$python" tools/messages.py --check || status=1
  check "links between documents" "$python" tools/links.py || status=1
  check "RFCs" "$python" tools/rfc.py || status=1
  check "ids of requirements" "$python" tools/requirement_ids.py || status=1
  return "$status"
}

# check NAME COMMAND...
check() {
  local name="$1"
  shift
  say "$name"
  "$@" || { say "$name: failed" && return 1; }
}
