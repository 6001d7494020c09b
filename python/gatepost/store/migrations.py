"""What makes a store of an older version one of this version, in place."""

from __future__ import annotations

from .schema import (
    ASKED,
    BY_MESSAGE_ID,
    BY_UID,
    DOING,
    HOLDER,
    JOINED,
    KEPT,
    LINE,
    LOST,
    QUEUED_FROM,
    RETRYING,
    UID,
    VERSION,
    Dialect,
    counts,
    events,
    facts,
    tokens_before_6,
    workers_before_5,
)
from .statements_upkeep import MEND_COUNTS


def steps(dialect: Dialect, version: int) -> list[str]:
    """The statements that bring a store of `version` to the present one."""
    by_version = {
        1: _from_1(),
        2: _from_2(dialect),
        3: tokens_before_6(dialect),
        4: _from_4(dialect),
        5: _from_5(),
        6: [*counts(dialect), MEND_COUNTS],
        7: _from_7(),
    }
    return [statement for old in range(version, VERSION) for statement in by_version[old]]


def _from_1() -> list[str]:
    return [
        f"ALTER TABLE campaigns ADD COLUMN {QUEUED_FROM}",
        "DROP INDEX recipients_due",
        RETRYING,
        "DROP INDEX attempts_by_account",
    ]


def _from_4(dialect: Dialect) -> list[str]:
    return [
        f"ALTER TABLE workers ADD COLUMN {JOINED}",
        "UPDATE workers SET joined = epoch",
        f"ALTER TABLE workers ADD COLUMN {LOST}",
        *facts(dialect),
    ]


def _from_5() -> list[str]:
    return [f"ALTER TABLE token_holders ADD COLUMN {column}" for column in (ASKED, KEPT)]


def _from_7() -> list[str]:
    return [f"ALTER TABLE recipients ADD COLUMN {LINE}", f"ALTER TABLE workers ADD COLUMN {DOING}"]


def _from_2(dialect: Dialect) -> list[str]:
    return [
        # A run of an older gatepost that has this store open reads `epoch` before each write: it writes no more.
        "ALTER TABLE campaigns RENAME COLUMN epoch TO last_epoch",
        f"ALTER TABLE campaigns ADD COLUMN {UID}",
        "UPDATE campaigns SET uid = COALESCE(json_extract(spec, '$.uid'), '')",
        BY_UID,
        *workers_before_5(dialect),
        f"ALTER TABLE recipients ADD COLUMN {HOLDER}",
        """INSERT INTO workers (campaign_id, owner, epoch, heartbeat, held)
            SELECT campaign_id, 'a run of an older gatepost', 0, 0, COUNT(*) FROM recipients
            WHERE status = 'sending' GROUP BY campaign_id""",
        """UPDATE recipients SET worker = (SELECT id FROM workers WHERE workers.campaign_id = recipients.campaign_id)
            WHERE status = 'sending'""",
        BY_MESSAGE_ID,
        *events(dialect),
    ]
