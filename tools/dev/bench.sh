# shellcheck shell=bash

cmd_bench() {
  need_packages build bench
  need_python run bench
  need_gatepost
  build_preset bench loader
  PYTHONPATH=tests/e2e "$VENV/bin/python" tests/bench "$@"
}
