# shellcheck shell=bash

cmd_help() {
  cat <<'TEXT'
./dev COMMAND: build, try, test and measure gatepost on Debian 12. Nothing else has to be installed by hand.

  setup                 Debian packages, .venv, the C++ core built and gatepost installed editable
  demo [ARGS]           runs `gatepost demo`: a campaign of 2,000 letters into a gate on this machine
  test [OPTIONS] [-- PYTEST ARGS]
                        the fast checks of lint, C++ tests (ctest), tests/python and tests/e2e (pytest)
      --only PART       checks, cpp, python or e2e
      --install         also what installs gatepost into fresh places (slow; always on where CI=true)
      --sanitize        the C++ tests under ASan+UBSan and under TSan, nothing else
      --suites [NAME...]  the tests of aiosmtpd, CPython and smtp-server against us, nothing else (--verbose: reasons)
      --fuzz SECONDS    every fuzz target for so long, nothing else; the corpus is kept in build/fuzz-corpus
  bench [campaign] [client] [dkim] [mime] [sink]
                        ours and a peer interleaved; JSON to build/bench, a table to the terminal
  lint [--all]          ruff, mypy, stubs, layers, generated code, links, RFCs (as in test); besides them clang-format,
                        clang-tidy (changed files, or --all) and shellcheck
  docs                  writes the generated documents anew and checks the links between documents
  lock                  resolves tools/dev/requirements/*.txt anew into lock.txt

GATEPOST_JOBS=N sets how many compilers run at once (default: one per core).
TEXT
}
