# shellcheck shell=bash
# What all commands share: words for people, stamps, paths.

PYTHON=/usr/bin/python3 # Debian's own, whatever else stands on PATH
VENV=.venv
JOBS="${GATEPOST_JOBS:-$(nproc)}"
export CMAKE_BUILD_PARALLEL_LEVEL="$JOBS" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# One moving line in a terminal; in a log only what matters.
NINJA_QUIET=()
[ -t 1 ] || NINJA_QUIET=(--quiet)

say() { printf '\033[1;34m==>\033[0m %s\n' "$*" >&2; }

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 2
}

# hash_of FILE...: one hash over names and contents.
hash_of() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# is_fresh STAMP HASH: the step behind this stamp was done with these very inputs.
is_fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

stamp() {
  mkdir -p "$(dirname "$1")"
  printf '%s' "$2" >"$1"
}

# A compiler cache shortens every second build, of another checkout too: paths within the project count as relative.
# Where there is none, nothing changes.
use_ccache() {
  command -v ccache >/dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR="${CCACHE_BASEDIR:-$PWD}" CCACHE_NOHASHDIR=true
}
