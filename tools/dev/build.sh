# shellcheck shell=bash
# The C++ core: built into .venv for Python, and by CMake preset for everything else.

# What decides whether the installed gatepost is up to date: C++ and build files by content, Python files by name.
build_inputs_hash() {
  {
    find cpp cmake -type f -print0 | sort -z | xargs -0 sha256sum
    sha256sum CMakeLists.txt pyproject.toml tools/generate_codes.py "$VENV/.done-run"
    find python -type f -not -name '*.pyc' | sort
  } | sha256sum | cut -d' ' -f1
}

# need_gatepost: editable install; only what changed is compiled again.
need_gatepost() {
  local hash
  hash="$(build_inputs_hash)"
  is_fresh "$VENV/.done-gatepost" "$hash" && return 0
  say "gatepost into $VENV (the C++ core takes some minutes the first time)"
  use_ccache
  "$VENV/bin/pip" install --quiet --no-build-isolation --no-deps --editable .
  stamp "$VENV/.done-gatepost" "$hash"
}

# build_preset PRESET [TARGET...]: configures on the first run and builds what changed.
build_preset() {
  say "C++ build: $1"
  use_ccache
  configure_preset "$1"
  local targets=("${@:2}")
  cmake --build "build/$1" --target "${targets[@]:-all}" -- "${NINJA_QUIET[@]}"
}

configure_preset() {
  [ -f "build/$1/build.ninja" ] || cmake --preset "$1" -Wno-dev --no-warn-unused-cli >/dev/null
}

cmd_setup() {
  need_packages build
  need_python run
  need_gatepost
  say "ready: ./dev demo, ./dev test"
}

cmd_demo() {
  need_packages build
  need_python run
  need_gatepost
  exec "$VENV/bin/gatepost" demo "$@"
}
