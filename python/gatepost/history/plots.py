"""The four pictures of a delivery: when, where to, why not, how fast."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from matplotlib import dates
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..durations import duration
from .attempt_filter import STATUSES
from .chart import ACCENT, COLOURS, GRID, INK, Chart
from .stats import stats

_MOST_BARS = 12
_MOST_STEPS = 90
_STEPS = {
    "100ms": ("0.1 second", 0.1),
    "1s": ("second", 1),
    "5s": ("5 seconds", 5),
    "15s": ("15 seconds", 15),
    "1m": ("minute", 60),
    "5m": ("5 minutes", 300),
    "15m": ("15 minutes", 900),
    "1h": ("hour", 3600),
    "6h": ("6 hours", 21_600),
    "1d": ("day", 86_400),
    "7d": ("week", 604_800),
    "30d": ("30 days", 2_592_000),
}


def timeline(attempts: pl.DataFrame, zone: ZoneInfo) -> Chart:
    """Attempts over time by what the server said. Needs `at` and `status`."""
    if attempts.is_empty():
        return Chart("Attempts over time").say_empty()
    first, last = attempts.select(pl.col("at").min().alias("first"), pl.col("at").max().alias("last")).row(0)
    every = next((step for step, (_, s) in _STEPS.items() if (last - first).total_seconds() / s <= _MOST_STEPS), "30d")
    name, seconds = _STEPS[every]
    counts = attempts.group_by(pl.col("at").dt.truncate(every), "status").len()
    steps = counts["at"].unique().sort()
    chart = Chart(f"Attempts per {name}")
    bottom = np.zeros(len(steps))
    for status, colour in _present(attempts):
        found = dict(counts.filter(pl.col("status") == status).select("at", "len").iter_rows())
        heights = np.array([found.get(step, 0) for step in steps])
        middle = [step + timedelta(seconds=seconds / 2) for step in steps]
        width = timedelta(seconds=seconds * 0.86)
        chart.axes_only.bar(middle, heights, width, bottom=bottom, color=colour, label=status)  # type: ignore[arg-type]
        bottom += heights
    axes = chart.axes_only
    locator = dates.AutoDateLocator(tz=zone, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]
    margin = timedelta(seconds=seconds)
    axes.set_xlim(steps[0] - margin, steps[-1] + 2 * margin)
    axes.xaxis.get_offset_text().set_color(INK)
    axes.set_xlabel(f"time ({zone.key})")
    axes.set_ylabel("attempts")
    axes.set_ylim(0, float(bottom.max()) * 1.06)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color=GRID, alpha=0.5, linewidth=0.6)
    return _with_legend(chart)


def domains(attempts: pl.DataFrame) -> Chart:
    """The domains that most attempts went to, and what came back. Needs `domain`, `status` and `seconds`."""
    if attempts.is_empty():
        return Chart("Attempts by domain").say_empty()
    table = stats(attempts, ["domain"])
    rest = table.height - _MOST_BARS
    if rest > 1:
        others = f"{rest} other domains"
        known = table["domain"].head(_MOST_BARS).to_list()
        grouped = pl.when(pl.col("domain").is_in(known)).then("domain").otherwise(pl.lit(others))
        found = stats(attempts.with_columns(grouped.alias("domain")), ["domain"])
        table = pl.concat([found.filter(pl.col("domain") != others), found.filter(pl.col("domain") == others)])
    chart = Chart("Attempts by recipient domain, and share accepted", 1.5 + 0.3 * table.height)
    ends = _stacked_bars(chart, table["domain"].to_list(), table, _present(attempts))
    labels = ["" if rate is None else f"{rate:.1%}" for rate in table["acceptance"]]
    return _with_legend(_labelled(chart, ends, labels, "attempts"))


def categories(attempts: pl.DataFrame) -> Chart:
    """Why servers said no. Needs `category`, `status` and `seconds`."""
    failed = attempts.filter(pl.col("status") != "accepted")
    if failed.is_empty():
        return Chart("Why servers said no").say_empty("Nothing to show: no attempt was refused or put off")
    table = stats(failed, ["category"]).head(_MOST_BARS)
    chart = Chart("Why servers said no, by category", 1.5 + 0.3 * table.height)
    names = [name.replace("_", " ") or "not classified" for name in table["category"]]
    ends = _stacked_bars(chart, names, table, _present(failed))
    return _with_legend(_labelled(chart, ends, [f"{count:,}" for count in table["attempts"]], "attempts"))


def delays(attempts: pl.DataFrame) -> Chart:
    """How long a letter took from hand-over to the server's verdict. Needs `seconds`."""
    if attempts.is_empty():
        return Chart("Time to the server's verdict").say_empty()
    seconds = attempts["seconds"].clip(lower_bound=1e-4).to_numpy()
    edges = np.geomspace(seconds.min() * 0.95, seconds.max() * 1.05, 41)
    chart = Chart("Time from hand-over to the server's verdict")
    axes = chart.axes_only
    counts, _, _ = axes.hist(seconds, bins=list(edges), color=ACCENT, alpha=0.85, rwidth=0.94)
    top = float(np.max(counts))
    for name, share, style, height in (("median", 0.5, "-", 1.16), ("95 %", 0.95, "--", 1.06)):
        at = float(np.quantile(seconds, share))
        at_right = np.log(at / edges[0]) > 0.75 * np.log(edges[-1] / edges[0])
        offset, side = ((-6, 0), "right") if at_right else ((6, 0), "left")
        place, text = (at, top * height), f"{name} {duration(at)}"
        axes.axvline(at, color=INK, linewidth=1.2, linestyle=style)
        axes.annotate(text, place, offset, textcoords="offset points", ha=side, va="center", color=INK, fontsize=9)
    axes.set_ylim(0, top * 1.25)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
    axes.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
    axes.set_xlabel("time to verdict, log scale")
    axes.set_ylabel("attempts")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color=GRID, alpha=0.5, linewidth=0.6)
    return chart


def _present(attempts: pl.DataFrame) -> list[tuple[str, str]]:
    found = set(attempts["status"].unique())
    return [(status, COLOURS[status]) for status in STATUSES if status in found]


def _stacked_bars(
    chart: Chart, names: list[str], table: pl.DataFrame, parts: list[tuple[str, str]]
) -> NDArray[np.float64]:
    places = np.arange(len(names))
    left = np.zeros(len(names))
    for status, colour in parts:
        widths = table[status].to_numpy()
        chart.axes_only.barh(places, widths, 0.72, left=left, color=colour, label=status)
        left += widths
    chart.axes_only.set_yticks(places, names, parse_math=False)
    chart.axes_only.invert_yaxis()
    return left


def _labelled(chart: Chart, ends: NDArray[np.float64], labels: list[str], unit: str) -> Chart:
    axes = chart.axes_only
    for place, (end, label) in enumerate(zip(ends, labels, strict=True)):
        axes.annotate(label, (end, place), (6, 0), textcoords="offset points", va="center", color=INK, fontsize=9)
    axes.set_xlim(0, float(ends.max()) * 1.12)
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="x", color=GRID, alpha=0.5, linewidth=0.6)
    return chart


def _with_legend(chart: Chart) -> Chart:
    handles, labels = chart.axes_only.get_legend_handles_labels()
    chart.legend(handles, labels, loc="outside upper right", ncols=4, frameon=False, fontsize=9, labelcolor=INK)
    return chart
