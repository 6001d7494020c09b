# shellcheck shell=bash
# ./dev lint: all checks run, the exit status tells whether any found something.

cmd_lint() {
  local all=false status=0
  case "${1:-}" in
    "") ;;
    --all) all=true ;;
    *) die "lint: no such option: $1" ;;
  esac
  need_packages build lint
  need_python run test lint
  need_gatepost
  fast_checks || status=1
  check "clang-format" lint_format || status=1
  check "clang-tidy" lint_tidy "$all" || status=1
  check "shell scripts" shellcheck dev .ci/run tools/dev/*.sh tools/dev/libexec/* || status=1
  [ "$status" = 0 ] && say "clean"
  return "$status"
}

cpp_files() { find cpp tests -name '*.cpp' -o -name '*.hpp' | sort; }

lint_format() { cpp_files | xargs clang-format --dry-run -Werror; }

# lint_tidy ALL: false looks at what changed since this branch left main, or, on main, in the last commit.
lint_tidy() {
  local files
  use_ccache
  configure_preset lint && cmake --build build/lint --target gatepost_generated >/dev/null || return
  if "$1"; then
    mapfile -t files < <(cpp_files | grep '\.cpp$')
  else
    mapfile -t files < <(changed_files | grep -E '^(cpp|tests)/.*\.cpp$' || true)
  fi
  [ ${#files[@]} -gt 0 ] || return 0
  printf '%s\n' "${files[@]}" | xargs -P "$JOBS" -n 1 clang-tidy -p build/lint --quiet 2> >(grep -v "warnings generated" >&2)
}

changed_files() {
  local base
  base="$(git merge-base HEAD main 2>/dev/null || true)"
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base="$(git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null)"
  fi
  { git diff --name-only --diff-filter=d "$base" && git ls-files --others --exclude-standard; } | sort -u
}

cmd_docs() {
  need_packages build
  need_python run test
  "$VENV/bin/python" tools/generate_codes.py --python --docs
  "$VENV/bin/python" tools/messages.py
  "$VENV/bin/python" tools/account_session.py
  "$VENV/bin/python" tools/links.py
}
