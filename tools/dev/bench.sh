# shellcheck shell=bash

cmd_bench() {
  need_packages build bench
  need_python run bench
  need_gatepost
  build_preset bench loader merge
  need_bench_peers
  need_mailpit
  PYTHONPATH=tests/e2e:tests "$VENV/bin/python" tests/bench "$@"
}

# need_bench_peers: the Go and Node programs of tests/bench, into build/bench.
need_bench_peers() {
  local hash
  hash="$(hash_of tests/bench/node/* tests/bench/go/go.* tests/bench/go/*/*.go)"
  is_fresh build/bench/.done-peers "$hash" && return 0
  say "peers in Go and Node"
  mkdir -p build/bench/go build/bench/node
  (cd tests/bench/go && go build -buildvcs=false -o ../../../build/bench/go/ ./...)
  cp tests/bench/node/* build/bench/node/
  (cd build/bench/node && npm ci --silent --no-audit --no-fund)
  stamp build/bench/.done-peers "$hash"
}
