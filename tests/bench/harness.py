"""Rounds of ours and its peers, interleaved, so that a slow minute of the machine hurts all alike; medians, ratios."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROUNDS = 5
Numbers = dict[str, float]


@dataclass(frozen=True)
class Contender:
    """One side of a case; `measure` plays one round and returns its numbers, the case's metric among them."""

    name: str
    measure: Callable[[], Numbers]


@dataclass(frozen=True)
class Case:
    """One row of targets: `contenders[0]` is ours. A ratio above 1 always means that ours is better."""

    id: str
    title: str
    metric: str
    more_is_better: bool
    contenders: Sequence[Contender]
    targets: dict[str, float]
    """Wanted ratio by the peer's name."""
    goal: float | None = None
    """Wanted of ours, in the metric's unit."""


def play(case: Case, progress: Progress) -> dict[str, object]:
    """ROUNDS rounds of every contender in turn; the order is turned round each time."""
    rounds: dict[str, list[Numbers]] = {contender.name: [] for contender in case.contenders}
    task = progress.add_task(f"{case.id} {case.title}", total=ROUNDS * len(case.contenders))
    for number in range(ROUNDS):
        order = case.contenders if number % 2 == 0 else list(reversed(case.contenders))
        for contender in order:
            rounds[contender.name].append(contender.measure())
            progress.advance(task)
    medians = {
        name: {key: statistics.median(numbers[key] for numbers in played) for key in played[0]}
        for name, played in rounds.items()
    }
    ours = medians[case.contenders[0].name][case.metric]
    ratios = {
        contender.name: ours / medians[contender.name][case.metric]
        if case.more_is_better
        else medians[contender.name][case.metric] / ours
        for contender in case.contenders[1:]
    }
    return {
        "id": case.id,
        "title": case.title,
        "metric": case.metric,
        "medians": medians,
        "ratios": ratios,
        "targets": case.targets,
        "goal": case.goal,
        "rounds": rounds,
    }


def write(name: str, results: list[dict[str, object]], machine: dict[str, object], folder: Path) -> Path:
    """build/bench/<name>.json."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"bench": name, "machine": machine, "cases": results}, indent=2) + "\n")
    return path


def show(cases: Sequence[Case], results: list[dict[str, object]], console: Console) -> None:
    """A table: one line per contender, its median, the span of its rounds, our ratio to it and the wanted one."""
    table = Table(title=f"medians of {ROUNDS} interleaved rounds; ratio > 1: gatepost is better")
    for column in ("case", "contender", "metric"):
        table.add_column(column)
    for column in ("median", "rounds from .. to", "ratio", "target"):
        table.add_column(column, justify="right")
    for case, result in zip(cases, results, strict=True):
        rounds: dict[str, list[Numbers]] = result["rounds"]  # type: ignore[assignment]
        ratios: dict[str, float] = result["ratios"]  # type: ignore[assignment]
        for contender in case.contenders:
            values = [numbers[case.metric] for numbers in rounds[contender.name]]
            wanted = f"{case.targets[contender.name]:g} x" if contender.name in case.targets else ""
            if contender is case.contenders[0] and case.goal is not None:
                wanted = f"{case.goal:,g}"
            table.add_row(
                f"{case.id} {case.title}",
                contender.name,
                case.metric,
                f"{statistics.median(values):,.1f}",
                f"{min(values):,.1f} .. {max(values):,.1f}",
                f"{ratios[contender.name]:.2f} x" if contender.name in ratios else "",
                wanted,
            )
        table.add_section()
    console.print(table)
