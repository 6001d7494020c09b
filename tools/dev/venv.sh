# shellcheck shell=bash
# .venv: Python packages by purpose, every version pinned in requirements/lock.txt.

# need_python PURPOSE...: run is what gatepost and its build need; test, lint, bench, docs add to it.
need_python() {
  local purpose list hash
  if [ ! -x "$VENV/bin/python" ]; then
    say "Python environment in $VENV"
    "$PYTHON" -m venv "$VENV"
  fi
  for purpose in "$@"; do
    list="tools/dev/requirements/$purpose.txt"
    hash="$(hash_of "$list" tools/dev/requirements/lock.txt)"
    is_fresh "$VENV/.done-$purpose" "$hash" && continue
    say "Python packages: $purpose"
    "$VENV/bin/pip" install --quiet --requirement "$list" --constraint tools/dev/requirements/lock.txt
    stamp "$VENV/.done-$purpose" "$hash"
  done
}

# Resolves the lists anew, all purposes together so that they agree, in a place of its own.
cmd_lock() {
  need_packages build
  local place list lists=()
  place="$(mktemp -d)"
  for list in tools/dev/requirements/*.txt; do
    [ "$list" = tools/dev/requirements/lock.txt ] || lists+=(--requirement "$list")
  done
  "$PYTHON" -m venv "$place"
  "$place/bin/pip" install --quiet "${lists[@]}"
  "$place/bin/pip" freeze --exclude-editable >tools/dev/requirements/lock.txt
  rm -r "$place"
  say "$(wc -l <tools/dev/requirements/lock.txt) packages pinned in tools/dev/requirements/lock.txt"
}
