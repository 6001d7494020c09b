"""The figures: what they count, and that they show anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from store_samples import NOON, attempt

from gatepost.history import History
from gatepost.history.plots import duration
from gatepost.store import Store

NAMES = ("timeline", "domains", "categories", "delays")


def heights(axes: Axes) -> dict[str, float]:
    """Sum of each series, by its name in the legend."""
    bars = {container.get_label(): container.patches for container in axes.containers}  # type: ignore[attr-defined]
    wide = axes.yaxis_inverted()
    return {name: sum(bar.get_width() if wide else bar.get_height() for bar in found) for name, found in bars.items()}


@pytest.mark.parametrize("name", ["timeline", "domains"])
def test_bars_add_up_to_the_attempts_of_each_outcome(history: History, name: str) -> None:
    [axes] = getattr(history.plot, name)().axes
    assert heights(axes) == {"accepted": 3, "refused": 1, "retrying": 1, "unknown": 1}


def test_categories_leave_out_what_was_accepted(history: History) -> None:
    [axes] = history.plot.categories().axes
    assert heights(axes) == {"refused": 1, "retrying": 1, "unknown": 1}
    labels = {label.get_text() for label in axes.get_yticklabels()}
    assert labels == {"recipient unknown", "greylisted", "connection lost"}


def test_delays_count_every_attempt_and_mark_median_and_95_percent(history: History) -> None:
    [axes] = history.plot.delays().axes
    assert sum(bar.get_height() for bar in axes.patches) == 6  # type: ignore[attr-defined]
    assert {text.get_text() for text in axes.texts} == {"median 350 ms", "95 % 575 ms"}


def test_filters_hold_for_plots(history: History) -> None:
    [axes] = history.plot.domains(campaign="october", until="2026-10-05").axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["mail.ru", "пример.рф"]


def test_many_domains_are_gathered_in_one_bar(store: Store) -> None:
    store.add_attempts([attempt(NOON, f"u@d{number}.ru") for number in range(30)])
    [axes] = History(store).plot.domains().axes
    assert axes.get_yticklabels()[-1].get_text() == "18 other domains"
    assert heights(axes) == {"accepted": 30}


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_shows_as_png_and_svg_also_without_data(history: History, name: str) -> None:
    for filters in ({}, {"since": "2030-01-01"}):
        figure = getattr(history.plot, name)(**filters)
        assert isinstance(figure, Figure)
        assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
        assert figure.to_svg().startswith("<svg")  # type: ignore[attr-defined]


@pytest.mark.parametrize("span", [0.5, 30.0, 3600.0, 86_400.0 * 3, 86_400.0 * 400])
def test_a_timeline_of_any_length_has_a_readable_number_of_bars(store: Store, span: float) -> None:
    store.add_attempts([attempt(NOON + span * part / 400, "a@x.ru") for part in range(401)])
    [axes] = History(store, timezone="Europe/Moscow").plot.timeline().axes
    assert 1 <= len(axes.patches) <= 92
    assert heights(axes) == {"accepted": 401}
    assert axes.get_xlabel() == "time (Europe/Moscow)"


def test_axes_carry_names(history: History) -> None:
    for name in NAMES:
        [axes] = getattr(history.plot, name)().axes
        assert axes.get_xlabel()
        assert axes.get_title(loc="left")


def test_plots_leave_pyplot_alone(history: History, tmp_path: Path) -> None:
    script = f"""
import sys
from gatepost.history import History
History({history.store.url!r}).plot.timeline()._repr_png_()
sys.exit("matplotlib.pyplot" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.00035, "350 µs"), (0.012, "12 ms"), (1.5, "1.5 s"), (180, "3 min"), (9000, "2 h 30 min")]
)
def test_durations_are_said_in_fitting_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text
