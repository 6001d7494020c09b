"""The Message-ID of a campaign's letter says the campaign and the row: who sends pays for no index over them."""

from __future__ import annotations

from typing import NamedTuple

from ..addresses import split_address


class CampaignRow(NamedTuple):
    """A row of the campaign that has this uid."""

    uid: str
    row: int


def message_id_of(uid: str, row: int, domain: str) -> str:
    """Of the letter to a row, sent from an address of `domain`; the same at every attempt."""
    return f"{uid}.{row}@{domain}"


def read_message_id(message_id: str) -> CampaignRow | None:
    """What `message_id_of` put into it; None where it is of another form."""
    uid, _, row = split_address(message_id)[0].rpartition(".")
    if not uid or not row.isascii() or not row.isdecimal() or len(row) > 18:
        return None
    return CampaignRow(uid, int(row))
