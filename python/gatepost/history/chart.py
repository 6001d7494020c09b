"""A matplotlib figure that shows itself in Jupyter and goes into a page as SVG; no pyplot, no global state kept."""

from __future__ import annotations

import io
import re
from threading import Lock

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with any colour vision tell apart.
COLOURS = {"accepted": "#009E73", "refused": "#D55E00", "retrying": "#E69F00", "unknown": "#8C6BB1"}
ACCENT = "#0072B2"
INK = "#333333"
GRID = "#B8B8B8"
_saving = Lock()  # rc_context changes matplotlib's settings for all threads


class Chart(Figure):
    """A figure with one set of axes, titled at the left."""

    def __init__(self, title: str, height: float = 3.6) -> None:
        """`height` in inches; the width is always 9."""
        super().__init__(figsize=(9.0, height), dpi=110, layout="constrained", facecolor="white")
        FigureCanvasAgg(self)
        self.axes_only: Axes = self.add_subplot()
        axes = self.axes_only
        axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(GRID)
        axes.tick_params(colors=INK, labelsize=9, length=3)
        axes.xaxis.label.set_color(INK)
        axes.yaxis.label.set_color(INK)
        axes.set_axisbelow(True)

    def say_empty(self, text: str = "Nothing to show: no attempts in this selection") -> Chart:
        """The chart of no data."""
        self.axes_only.set_axis_off()
        self.axes_only.text(0.5, 0.5, text, ha="center", va="center", color=INK, transform=self.axes_only.transAxes)
        return self

    def to_svg(self) -> str:
        """An `<svg>` element for a page: transparent, its text in the font and colour of the page."""
        buffer = io.StringIO()
        with _saving, rc_context({"svg.fonttype": "none", "svg.hashsalt": "gatepost"}):
            self.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
        svg = re.sub(r"font: ((?:bold |\d+ )?[\d.]+px)[^;\"]*", r"font: \1 sans-serif", svg)
        return svg.replace(INK.lower(), "currentColor")

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()
