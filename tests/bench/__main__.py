"""./dev bench [campaign] [client] [dkim] [mime] [sink] [store]: shows tables, writes build/bench/NAME.json."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import campaign_bench
import client_bench
import completions_bench
import dkim_bench
import fixture_bench
import machine
import mime_bench
import sink_bench
import sink_http_bench
import store_bench
from harness import play, show, write

ROOT = Path(__file__).resolve().parents[2]
BENCHES = {
    "campaign": [campaign_bench.cases],
    "client": [client_bench.cases, completions_bench.cases],
    "dkim": [dkim_bench.cases],
    "mime": [mime_bench.cases],
    "sink": [sink_bench.cases, sink_http_bench.cases, fixture_bench.cases],
    "store": [store_bench.cases],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("bench", nargs="*", choices=[*BENCHES, []], help=f"of {', '.join(BENCHES)}; default: all")
    chosen = parser.parse_args().bench or list(BENCHES)
    console = Console(width=None if sys.stdout.isatty() else 140)
    where = machine.facts()
    for name in chosen:
        cases = [case for made in BENCHES[name] for case in made()]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            results = [play(case, progress) for case in cases]
        show(cases, results, console)
        console.print(f"written to {write(name, results, where, ROOT / 'build' / 'bench').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
