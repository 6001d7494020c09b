# shellcheck shell=bash
# What tests/e2e speaks with and no package installs as it is: everything lands in build/e2e, each peer in its folder.
# A peer that cannot be had does not stop the others: its tests say why, from build/e2e/<peer>/why-not.

PEERS=build/e2e

need_peers() {
  peer node install_node tests/e2e/node/*
  peer pyright install_node tests/e2e/typecheck/package*.json
  peer go install_go tests/e2e/go/go.* tests/e2e/go/*/*
  peer rust install_rust tests/e2e/rust/Cargo.* tests/e2e/rust/src/*
  peer exim install_debs exim4-base exim4-daemon-light
  peer opensmtpd install_debs opensmtpd
  need_mailpit
  peer mailpit-node install_mailpit_node tests/e2e/mailpit/node/*
  peer mailpit-python install_mailpit_python tests/e2e/mailpit/requirements.txt
  peer letters-cpython install_debs libpython3.11-testsuite
  peer letters-pypi install_sdist tests/e2e/letters/requirements.txt
  peer letters-crates install_crates tests/e2e/letters/Cargo.*
}

# ./dev bench measures against it, too.
need_mailpit() {
  peer mailpit install_mailpit github.com/axllent/mailpit@v1.33.1
}

# peer NAME COMMAND INPUT...: done again when an input (a file, or the name of a package) is another one.
peer() {
  local name="$1" command="$2" hash why
  shift 2
  if [ -f "$1" ]; then hash="$(hash_of "$@")"; else hash="$*"; fi
  is_fresh "$PEERS/$name/done" "$hash" && return 0
  say "peer: $name"
  mkdir -p "$PEERS/$name"
  why="$PEERS/$name/why-not"
  if "$command" "$PEERS/$name" "$@" >"$why" 2>&1; then
    rm "$why"
    stamp "$PEERS/$name/done" "$hash"
  else
    say "no peer $name: $(tail -n 1 "$why")"
  fi
}

install_node() {
  local place="$1"
  shift
  cp "$@" "$place/" && (cd "$place" && npm ci --no-audit --no-fund)
}

install_go() {
  local place
  place="$(realpath "$1")"
  (cd tests/e2e/go && GOTOOLCHAIN=local go build -trimpath -o "$place/" ./...)
}

install_mailpit() {
  local place
  place="$(realpath "$1")"
  GOTOOLCHAIN=local GOBIN="$place" go install "$2"
}

# cypress-mailpit asks for Cypress itself, whose browser is not needed for its requests.
install_mailpit_node() {
  local place="$1"
  shift
  cp "$@" "$place/" && (cd "$place" && npm ci --legacy-peer-deps --ignore-scripts --no-audit --no-fund)
}

install_mailpit_python() {
  "$PYTHON" -m venv "$1/venv" && "$1/venv/bin/pip" install --quiet --requirement "$2"
}

install_rust() {
  CARGO_TARGET_DIR="$1/target" cargo build --quiet --release --locked --jobs "$JOBS" --manifest-path tests/e2e/rust/Cargo.toml
}

# Source packages, unpacked only.
install_sdist() {
  local place="$1" package
  rm -f "$place"/*.tar.gz
  "$VENV/bin/pip" download --quiet --no-deps --no-binary :all: --require-hashes --dest "$place" --requirement "$2" || return
  for package in "$place"/*.tar.gz; do tar --extract --gzip --file "$package" --directory "$place" || return; done
}

# The same of crates.
install_crates() {
  local place
  place="$(realpath "$1")/root"
  rm -rf "$place"
  cargo vendor --quiet --locked --manifest-path tests/e2e/letters/Cargo.toml "$place"
}

# Packages of Debian that cannot stand beside each other, or beside this Python: unpacked only, never configured.
install_debs() {
  local place deb missing
  place="$(realpath "$1")"
  shift
  missing=("$@")
  rm -rf "$place/root" "$place"/*.deb
  (cd "$place" && apt-get download -q "$@") || (as_root apt-get update -q && cd "$place" && apt-get download -q "$@") || return
  for deb in "$place"/*.deb; do dpkg-deb --extract "$deb" "$place/root" || return; done
}
