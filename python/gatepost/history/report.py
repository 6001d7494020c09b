"""The report on a delivery: one HTML file with everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import polars as pl
from markupsafe import Markup

from ..durations import duration
from ..store import Status, Store
from . import letters, plots
from .attempt_filter import AttemptFilter
from .chart import COLOURS
from .refusals import advice
from .replies import whole_reply
from .stats import stats

MOST_RECIPIENTS = 500
_MOST_DOMAINS = 20
_MOST_SLOW = 10
_MOST_EXAMPLES = 3
_COLUMNS = ("at", "seconds", "recipient", "domain", "status", "category", "code", "enhanced", "reply")
_FAILED = (Status.REFUSED.value, Status.EXPIRED.value)
_OPEN = (Status.RETRYING.value, Status.UNKNOWN.value, Status.SENDING.value, Status.QUEUED.value)

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["duration"] = lambda seconds: "–" if seconds is None else duration(seconds)
_templates.filters["percent"] = lambda share: "–" if share is None else f"{share:.1%}"
_templates.filters["number"] = lambda count: f"{count:,}"
_templates.filters["moment"] = lambda at: "–" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"
_templates.filters["words"] = lambda name: name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why letters did not arrive, or have not yet, and what to do about it."""

    category: str
    letters: int
    cause: str
    remedy: str
    actor: str
    replies: list[tuple[str, int]]  # the most frequent ones, with how many letters got each
    recipients: list[str]  # a few of those concerned


def render(store: Store, zone: ZoneInfo, campaign: str | None) -> str:
    """The page. InputError where there is no such campaign."""
    found = letters.letters(store, zone, campaign).with_columns(_said())
    attempts = AttemptFilter(zone, campaign=campaign).counted(store, _COLUMNS)
    domains = stats(attempts, ["domain"])
    undelivered = found.filter(pl.col("status").is_in([*_FAILED, Status.UNKNOWN.value])).sort("campaign", "row")
    return _templates.get_template("report.html.j2").render(
        subject=campaign or "all letters",
        generated=datetime.now(zone),
        zone=zone.key,
        colours=COLOURS,
        headline=_headline(found, attempts),
        funnel=letters.funnel(found).filter((pl.col("letters") > 0) | (pl.int_range(pl.len()) < 4)).to_dicts(),
        failed=_reasons(found.filter(pl.col("status").is_in(_FAILED))),
        waiting=_reasons(found.filter(pl.col("status").is_in([Status.RETRYING.value, Status.UNKNOWN.value]))),
        sorted_out=_sorted_out(found),
        charts=[Markup(chart.to_svg()) for chart in _charts(attempts, zone)],
        domains=domains.head(_MOST_DOMAINS).to_dicts(),
        more_domains=max(0, domains.height - _MOST_DOMAINS),
        slowest=attempts.sort("seconds", descending=True).head(_MOST_SLOW).with_columns(said=whole_reply()).to_dicts(),
        undelivered=undelivered.head(MOST_RECIPIENTS).to_dicts(),
        undelivered_count=undelivered.height,
        several_campaigns=found["campaign"].n_unique() > 1,
    )


def _said() -> pl.Expr:
    """The server's reply; our own words where no server spoke."""
    reply = whole_reply()
    return pl.when(reply != "").then(reply).otherwise("detail").alias("said")


def _headline(found: pl.DataFrame, attempts: pl.DataFrame) -> dict[str, Any]:
    status = found["status"]
    first, last = attempts["at"].min(), attempts["at"].max()
    span = (last - first).total_seconds() if isinstance(first, datetime) and isinstance(last, datetime) else 0.0
    eligible = int((~status.is_in(letters.NOT_SENT)).sum())
    accepted = int((status == Status.ACCEPTED.value).sum())
    return {
        "first": first,
        "last": last,
        "listed": found.height,
        "eligible": eligible,
        "accepted": accepted,
        "share": accepted / eligible if eligible else None,
        "failed": int(status.is_in(_FAILED).sum()),
        "unknown": int((status == Status.UNKNOWN.value).sum()),
        "open": int(status.is_in(_OPEN).sum()),
        "attempts": attempts.height,
        "median": attempts["seconds"].median(),
        "per_second": attempts.height / span if span >= 1 else None,
    }


def _reasons(found: pl.DataFrame) -> list[Reason]:
    """By category, the most frequent first."""
    sizes = found.group_by("category").len().sort(["len", "category"], descending=[True, False])
    return [_reason(category, found.filter(pl.col("category") == category)) for category, _ in sizes.iter_rows()]


def _reason(category: str, found: pl.DataFrame) -> Reason:
    known = advice(category)
    replies = (
        found.filter(pl.col("said") != "")["said"].value_counts().sort(["count", "said"], descending=[True, False])
    )
    return Reason(
        category=category or "not classified",
        letters=found.height,
        cause=known["cause"],
        remedy=known["remedy"],
        actor=known["actor"],
        replies=list(replies.head(_MOST_EXAMPLES).iter_rows()),
        recipients=found["recipient"].head(_MOST_EXAMPLES).to_list(),
    )


def _sorted_out(found: pl.DataFrame) -> list[dict[str, Any]]:
    """What was not sent at all, by state and reason."""
    kept_back = found.filter(pl.col("status").is_in(letters.NOT_SENT))
    alike = pl.col("detail").str.replace_all(r"\d+", "…")  # "same address as row 7" and "... row 9" are one reason
    groups = kept_back.group_by("status", alike.alias("why")).agg(
        pl.len().alias("letters"),
        pl.col("recipient").unique(maintain_order=True).head(_MOST_EXAMPLES).alias("recipients"),
    )
    return groups.sort(["letters", "status", "why"], descending=[True, False, False]).head(_MOST_DOMAINS).to_dicts()


def _charts(attempts: pl.DataFrame, zone: ZoneInfo) -> list[Any]:
    if attempts.is_empty():
        return []
    charts = [plots.timeline(attempts, zone), plots.domains(attempts)]
    if (attempts["status"] != "accepted").any():
        charts.append(plots.categories(attempts))
    return [*charts, plots.delays(attempts)]
