"""What became of each letter: one row per recipient of a campaign, and per letter that was sent without one."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from .. import arguments
from ..errors import InputError
from ..store import CampaignRecord, Status, Store
from .addresses import in_own_letters, without_test_address
from .times import as_datetime

_LEDGER = (
    *("line", "address", "email", "status", "category", "code", "enhanced", "reply"),
    *("attempts", "account", "first_at", "last_at", "detail"),
)
NOT_SENT = (Status.INVALID.value, Status.DUPLICATE.value, Status.SUPPRESSED.value)
"""States of recipients that were sorted out before anything was sent."""


def letters(store: Store, zone: ZoneInfo, campaign: str | None = None) -> pl.DataFrame:
    """Recipient, campaign, row, status, category, code, enhanced, reply, attempts, account, first_at, last_at, detail.

    Without those to the test address. `campaign` None: all campaigns, and what `Mailer` sent outside of them.
    InputError where there is no such campaign.
    """
    records = store.campaigns()
    frames = [_of_campaign(store, record) for record in _chosen(records, campaign)]
    if campaign is None:
        frames.append(_outside(store, [record.name for record in records]))
    frame = in_own_letters(without_test_address(pl.concat(frames)))
    return frame.with_columns(as_datetime("first_at", zone), as_datetime("last_at", zone))


def _chosen(records: Sequence[CampaignRecord], campaign: str | None) -> list[CampaignRecord]:
    arguments.optional(arguments.line)("campaign", campaign)
    chosen = [record for record in records if campaign in (None, record.name)]
    if campaign is not None and not chosen:
        known = ", ".join(record.name for record in records) or "none"
        raise InputError(f"there is no campaign {campaign!r} in this store; there are: {known}")
    return chosen


def _of_campaign(store: Store, record: CampaignRecord) -> pl.DataFrame:
    recipient = pl.when(pl.col("address") == "").then("email").otherwise("address").alias("recipient")
    frame = store.results(record.id, _LEDGER).rename({"line": "row"})
    return frame.select(recipient, pl.lit(record.name).alias("campaign"), pl.exclude("address", "email"))


def _outside(store: Store, campaigns: Sequence[str]) -> pl.DataFrame:
    """Letters that stand in no ledger: the last attempt of each says what became of it."""
    said = ("status", "category", "code", "enhanced", "reply")
    columns = ("recipient", "campaign", *said, "account", "at", "message_id", "row")
    attempts = store.attempts(columns=columns).filter(~pl.col("campaign").is_in(list(campaigns)))
    last = attempts.group_by("recipient", "campaign", "message_id", maintain_order=True).agg(
        pl.col("row").last(),
        *(pl.col(name).last() for name in said),
        pl.len().cast(pl.Int32).alias("attempts"),
        pl.col("account").last(),
        pl.col("at").first().alias("first_at"),
        pl.col("at").last().alias("last_at"),
        pl.lit("").alias("detail"),
    )
    return last.drop("message_id")


def funnel(found: pl.DataFrame) -> pl.DataFrame:
    """How many letters came how far: stage, letters, share (of those listed; null for an empty list).

    listed -> eligible (not invalid, duplicate or suppressed) -> attempted -> accepted; then one row per other state.
    """
    status = found["status"]
    eligible = ~status.is_in(NOT_SENT)
    stages = {
        "listed": found.height,
        "eligible": int(eligible.sum()),
        "attempted": int((eligible & (found["attempts"] > 0)).sum()),
        **{state.value: int((status == state.value).sum()) for state in _FUNNEL_STATES},
    }
    rows = [(stage, count, count / found.height if found.height else None) for stage, count in stages.items()]
    return pl.DataFrame(rows, {"stage": pl.String, "letters": pl.Int64, "share": pl.Float64}, orient="row")


_FUNNEL_STATES = (
    Status.ACCEPTED,
    Status.REFUSED,
    Status.EXPIRED,
    Status.RETRYING,
    Status.UNKNOWN,
    Status.QUEUED,
    Status.SENDING,
    Status.SUPPRESSED,
    Status.INVALID,
    Status.DUPLICATE,
)
