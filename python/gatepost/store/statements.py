"""The statements of a store: plain SQL that SQLite (3.35) and PostgreSQL both run. `?` marks a parameter."""

from __future__ import annotations

from typing import NamedTuple

from .history_rows import Attempt, Event
from .rows import REMOVED, LeasedRecipient, WorkerRecord


class Insert(NamedTuple):
    """Adds many rows; each database has its own way (`Database.insert`)."""

    table: str
    columns: tuple[str, ...]
    conflict: str = ""

    @property
    def into(self) -> str:
        """What stands before the values."""
        return f"INSERT INTO {self.table} ({', '.join(self.columns)})"


def _names(row: type[LeasedRecipient | WorkerRecord]) -> str:
    return ", ".join(row._fields)


NEW_CAMPAIGN = """INSERT INTO campaigns (name, created, state, uid, spec) VALUES (?, ?, 'new', ?, ?)
    ON CONFLICT (name) DO NOTHING RETURNING id"""
NEW_BLOB = "INSERT INTO blobs (sha256, content) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING"
USE_BLOB = "INSERT INTO campaign_blobs (campaign_id, sha256) VALUES (?, ?)"
USE_NO_BLOB = "DELETE FROM campaign_blobs WHERE campaign_id = ?"
CAMPAIGNS = "SELECT id, name, created, state, spec FROM campaigns ORDER BY id"
CAMPAIGN = "SELECT id, name, created, state, spec FROM campaigns WHERE name = ?"
NAME = "SELECT name FROM campaigns WHERE id = ?"
STATE = "SELECT state FROM campaigns WHERE id = ?"
SPEC = "SELECT spec FROM campaigns WHERE id = ?"
SET_SPEC = "UPDATE campaigns SET spec = ? WHERE id = ?"
RENAME = "UPDATE campaigns SET name = ? WHERE id = ?"
RENAME_EVENTS = "UPDATE events SET campaign = ? WHERE (row > 0 OR kind = 'run_ended') AND campaign = ?"
RENAME_ATTEMPTS = "UPDATE attempts SET campaign = ? WHERE row > 0 AND campaign = ?"
BLOB = "SELECT content FROM blobs WHERE sha256 = ?"
# Nobody joins, leases or settles until the transaction ends.
HALT_CAMPAIGN = "UPDATE campaigns SET state = state WHERE id = ?"
HALT_WORKERS = "UPDATE workers SET held = held WHERE campaign_id = ?"
BEGAN = """SELECT 1 FROM recipients WHERE campaign_id = ? AND (attempts > 0 OR status IN ('sending', 'unknown'))
    LIMIT 1"""
UNDER_WAY = "SELECT 1 FROM recipients WHERE campaign_id = ? AND status = 'sending' LIMIT 1"
# Letters outside campaigns may bear a campaign's name as their label.
DELETE_EVENTS = """DELETE FROM events WHERE (row > 0 OR kind = 'run_ended')
    AND campaign = (SELECT name FROM campaigns WHERE id = ?)"""
DELETE_CAMPAIGN = "DELETE FROM campaigns WHERE id = ?"  # its recipients, workers and uses of blobs go with it
DELETE_UNUSED_BLOBS = "DELETE FROM blobs WHERE sha256 NOT IN (SELECT sha256 FROM campaign_blobs)"

NEXT_EPOCH = "UPDATE campaigns SET last_epoch = last_epoch + 1 WHERE id = ? RETURNING last_epoch"
JOIN = "INSERT INTO workers (campaign_id, owner, epoch, joined, heartbeat) VALUES (?, ?, ?, ?, ?) RETURNING id"
WORKERS = f"SELECT {_names(WorkerRecord)} FROM workers WHERE campaign_id = ? ORDER BY id"
CLAIM = "UPDATE workers SET owner = ?, heartbeat = ? WHERE campaign_id = ? RETURNING id"
# Of two heirs the first that writes: who comes later finds another epoch.
CLAIM_SILENT = """UPDATE workers SET owner = ?, heartbeat = ?
    WHERE campaign_id = ? AND id = ? AND epoch = ? AND heartbeat = ? RETURNING id"""
TAKE_OVER = "UPDATE workers SET epoch = ? WHERE id = ?"
LOSE = "UPDATE workers SET lost = 1 WHERE campaign_id = ? AND id = ? AND epoch = ?"
# Of those that are lost: what they hold still, and those that hold nothing any more.
COUNT_LOST = """UPDATE workers SET held = (SELECT COUNT(*) FROM recipients
    WHERE recipients.campaign_id = workers.campaign_id AND worker = workers.id) WHERE campaign_id = ? AND lost = 1"""
FORGET_LOST = "DELETE FROM workers WHERE campaign_id = ? AND lost = 1 AND held = 0"
# These write nothing for a worker that was taken over.
HEARTBEAT = "UPDATE workers SET heartbeat = ? WHERE campaign_id = ? AND id = ? AND epoch = ?"
HOLD = "UPDATE workers SET held = held + ? WHERE campaign_id = ? AND id = ? AND epoch = ?"
RELEASE = "UPDATE workers SET held = held - ? WHERE campaign_id = ? AND id = ? AND epoch = ? RETURNING lost"
TELL = "UPDATE workers SET doing = ? WHERE campaign_id = ? AND id = ? AND epoch = ?"
LEAVE = "DELETE FROM workers WHERE campaign_id = ? AND id = ? AND epoch = ?"
HELD = "SELECT held FROM workers WHERE campaign_id = ? AND id = ? AND epoch = ?"

_LEASED = _names(LeasedRecipient)
QUEUED_FROM = "SELECT queued_from FROM campaigns WHERE id = ?"
SET_QUEUED_FROM = "UPDATE campaigns SET queued_from = ? WHERE id = ?"
QUEUED_ANYWHERE = "UPDATE campaigns SET queued_from = 0 WHERE id = ? AND queued_from > 0"
QUEUED_AGAIN = "UPDATE campaigns SET queued_from = ? WHERE id = ? AND queued_from > ?"

ADD_RECIPIENTS = Insert(
    "recipients",
    ("campaign_id", "row", "email", "address", "fields", "status", "detail"),
    "ON CONFLICT (campaign_id, row) DO NOTHING",
)
SET_LINE = "UPDATE recipients SET line = ?, detail = COALESCE(?, detail) WHERE campaign_id = ? AND row = ?"
LINE = "NULLIF(COALESCE(line, row), 0)"  # NULL: the list as given last does not have it
DELETE_RECIPIENTS = "DELETE FROM recipients WHERE campaign_id = ?"
_MAY_CHANGE = "worker IS NULL AND status NOT IN ('accepted', 'unknown', 'sending')"
_SAME_ADDRESS = f"""address = ? AND status IN ('queued', 'retrying', 'refused', 'expired')
    AND NOT (status = 'expired' AND detail = '{REMOVED}')"""
CHANGE_COLUMNS = f"""UPDATE recipients SET email = ?, fields = ?
    WHERE campaign_id = ? AND row = ? AND {_SAME_ADDRESS} AND {_MAY_CHANGE}"""
BEGIN_ANEW = f"""UPDATE recipients SET email = ?, address = ?, fields = ?, status = ?, detail = ?, category = '',
    code = 0, enhanced = '', reply = '', attempts = 0, account = '', queue_id = '', message_id = '', first_at = NULL,
    last_at = NULL, next_at = NULL WHERE campaign_id = ? AND row = ? AND status = ? AND {_MAY_CHANGE}"""
REMOVE_UNTRIED = f"""DELETE FROM recipients
    WHERE campaign_id = ? AND row = ? AND status = ? AND attempts = 0 AND {_MAY_CHANGE}"""
EXPIRE = f"""UPDATE recipients SET status = 'expired', detail = ?, next_at = NULL
    WHERE campaign_id = ? AND status = ? AND {_MAY_CHANGE}"""
TAKE_OUT = f"""UPDATE recipients SET status = 'expired', detail = ?, next_at = NULL
    WHERE campaign_id = ? AND row = ? AND status = ? AND status IN ('queued', 'retrying') AND {_MAY_CHANGE}"""
STATUS_OF_ROW = "SELECT status FROM recipients WHERE campaign_id = ? AND row = ?"
DUE = f"""SELECT {_LEASED} FROM recipients WHERE campaign_id = ? AND status = 'retrying' AND next_at <= ?
    ORDER BY next_at, row LIMIT ?"""
QUEUED = f"""SELECT {_LEASED} FROM recipients WHERE campaign_id = ? AND row BETWEEN ? AND ? AND status = 'queued'
    ORDER BY row LIMIT ?"""
LEASE_DUE = "UPDATE recipients SET status = 'sending', worker = ?, next_at = NULL WHERE campaign_id = ? AND row = ?"
LEASE_QUEUED = """UPDATE recipients SET status = 'sending', worker = ?, next_at = NULL
    WHERE campaign_id = ? AND row BETWEEN ? AND ? AND status = 'queued'"""
IN_FLIGHT = f"""SELECT {_LEASED} FROM recipients
    WHERE campaign_id = ? AND status IN ('sending', 'unknown') AND worker = ? ORDER BY row"""
DOUBT = """UPDATE recipients SET status = 'unknown', category = ?, account = ?, message_id = ?, last_at = ?, detail = ?
    WHERE campaign_id = ? AND row = ? AND worker = ?"""
SETTLE_TRIED = """UPDATE recipients SET status = ?, category = ?, code = ?, enhanced = ?, reply = ?, account = ?,
    queue_id = ?, message_id = CASE WHEN message_id = '' THEN ? ELSE message_id END, attempts = attempts + 1,
    first_at = COALESCE(first_at, ?), last_at = ?, next_at = ?, detail = ?, worker = NULL
    WHERE campaign_id = ? AND row = ? AND worker = ?"""
# Nothing was tried: what the last try said stays, unless there is something new to say.
SETTLE_UNTRIED = """UPDATE recipients SET status = ?, category = COALESCE(?, category), code = COALESCE(?, code),
    enhanced = COALESCE(?, enhanced), reply = COALESCE(?, reply), account = COALESCE(?, account),
    queue_id = COALESCE(?, queue_id), message_id = CASE WHEN message_id = '' THEN COALESCE(?, '') ELSE message_id END,
    last_at = COALESCE(?, last_at), detail = COALESCE(?, detail), next_at = ?, worker = NULL
    WHERE campaign_id = ? AND row = ? AND worker = ?"""
SETTLE_ACCEPTED = """UPDATE recipients SET status = 'accepted', category = '', code = ?, enhanced = ?, reply = ?,
    account = ?, queue_id = ?, message_id = CASE WHEN message_id = '' THEN ? ELSE message_id END,
    attempts = attempts + 1, first_at = COALESCE(first_at, ?), last_at = ?, next_at = NULL, detail = '', worker = NULL
    WHERE campaign_id = ? AND row = ? AND worker = ?"""
# Each by itself: SQLite looks through the whole list for both together.
ROWS = """SELECT (SELECT MIN(row) FROM recipients WHERE campaign_id = ?),
    (SELECT MAX(row) FROM recipients WHERE campaign_id = ?)"""
# In an order and up to a limit, so that SQLite goes through the index of those that wait and not through the list.
_WAITING = """SELECT detail, next_at FROM recipients WHERE campaign_id = ? AND status = 'retrying'
    ORDER BY next_at, row LIMIT 9223372036854775807"""
PUT_OFF = f"""SELECT CASE WHEN detail LIKE 'waits for %' THEN detail ELSE '' END AS why, COUNT(*), MIN(next_at)
    FROM ({_WAITING}) AS waiting GROUP BY why"""
DUE_NOW = """UPDATE recipients SET next_at = 0, detail = 'waits for its turn'
    WHERE campaign_id = ? AND status = 'retrying' AND detail = ? AND worker IS NULL"""
NEXT_DUE = "SELECT MIN(next_at) FROM recipients WHERE campaign_id = ? AND status = 'retrying'"
ACCEPTED = """SELECT account, COUNT(*), SUM(CASE WHEN attempts > 1 THEN 1 ELSE 0 END) FROM recipients
    WHERE campaign_id = ? AND status = 'accepted' GROUP BY account"""
COUNTS = "SELECT status, CAST(SUM(recipients) AS BIGINT) FROM counts WHERE campaign_id = ? GROUP BY status"
COUNT = """INSERT INTO counts (campaign_id, slot, status, recipients) VALUES (?, ?, ?, ?)
    ON CONFLICT (campaign_id, slot, status) DO UPDATE SET recipients = counts.recipients + excluded.recipients"""
COUNT_ANEW = "DELETE FROM counts WHERE campaign_id = ?"

ADD_ATTEMPTS = Insert("attempts", Attempt._fields)
LETTER_OF_ROW = """SELECT name, row, address, account, last_at FROM campaigns
    JOIN recipients ON campaign_id = id WHERE uid = ? AND row = ?"""
LETTERS_OUTSIDE = """SELECT campaign, row, recipient, account, at FROM attempts
    WHERE message_id = ? AND row = 0 AND message_id <> '' ORDER BY at, id"""
# A letter to several recipients has a row for each, with one time.
SENT_TIMES = """SELECT at FROM attempts WHERE account = ? AND at >= ?
    AND phase NOT IN ('dns', 'connect', 'tls', 'greeting', 'ehlo', 'auth', 'local')
    GROUP BY at, message_id ORDER BY at"""

FIRST_SENT = """SELECT MIN(at) FROM attempts WHERE account = ?
    AND phase NOT IN ('dns', 'connect', 'tls', 'greeting', 'ehlo', 'auth', 'local')"""

ADD_EVENTS = Insert("events", Event._fields, "ON CONFLICT (key) DO NOTHING")

LATEST_CLOCK = "SELECT wall, at FROM token_clocks ORDER BY at DESC LIMIT 1"
CLOCK = "SELECT ticks, at FROM token_clocks WHERE boot = ?"
SET_CLOCK = """INSERT INTO token_clocks (boot, ticks, wall, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (boot) DO UPDATE SET ticks = excluded.ticks, wall = excluded.wall, at = excluded.at"""
HOLDS = "SELECT 1 FROM token_holders WHERE id = ? AND ends > ?"
WAITS_SINCE = "SELECT asked, kept FROM token_holders WHERE id = ?"
NEW_HOLDER = """INSERT INTO token_holders (tokens, ends, asked, kept, account) VALUES (?, ?, ?, ?, ?)
    RETURNING id"""
SET_HOLDER = "UPDATE token_holders SET tokens = ?, ends = ?, asked = ?, kept = ? WHERE id = ?"
DROP_HOLDER = "DELETE FROM token_holders WHERE id = ?"
OTHER_HOLDERS = "SELECT tokens, ends FROM token_holders WHERE account = ? AND id <> ? AND ends > ?"
AHEAD_IN_LINE = """SELECT COUNT(*) FROM token_holders
    WHERE account = ? AND id <> ? AND kept > ? AND asked > 0
    AND (asked < ? OR asked = ? AND id < ?)"""
FORGET_HOLDERS = "DELETE FROM token_holders WHERE kept <= ? AND (ends <= ? OR tokens = 0)"
COUNT_LETTERS = """INSERT INTO token_letters (account, slot, at, letters) VALUES (?, ?, ?, ?)
    ON CONFLICT (account, slot) DO UPDATE SET letters = token_letters.letters + excluded.letters,
    at = CASE WHEN excluded.at > token_letters.at THEN excluded.at ELSE token_letters.at END"""
LETTERS_SINCE = "SELECT COALESCE(SUM(letters), 0) FROM token_letters WHERE account = ? AND slot >= ? AND at > ?"
LETTERS_IN_ORDER = """SELECT at, letters FROM token_letters WHERE account = ? AND slot >= ? AND at > ?
    ORDER BY slot LIMIT ?"""
FORGET_LETTERS = "DELETE FROM token_letters WHERE account = ? AND slot < ?"

CATEGORY = f"CASE WHEN status = 'expired' AND detail = '{REMOVED}' THEN 'removed' ELSE category END"
EXAMPLES = f"""SELECT {LINE}, code, enhanced, reply, detail FROM recipients
    WHERE campaign_id = ? AND status = ? AND {CATEGORY} = ? ORDER BY {LINE} IS NULL, COALESCE(line, row), row LIMIT 5"""
LAST_EVENT = "SELECT at, detail FROM events WHERE campaign = ? AND kind = ? ORDER BY at DESC, id DESC LIMIT 1"
FACT = "SELECT value FROM facts WHERE name = ?"
FOUND = "INSERT INTO facts (name, value) VALUES ('uid', ?) ON CONFLICT (name) DO NOTHING"

SUPPRESS = """INSERT INTO suppressions (address, reason, at) VALUES (?, ?, ?)
    ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, at = excluded.at"""
UNSUPPRESS = "DELETE FROM suppressions WHERE address = ?"
SUPPRESSIONS = "SELECT address, reason, at FROM suppressions"


def set_state(only_from: int) -> str:
    """A new state, where the state was one of so many up to now, or any."""
    where = f"AND state IN ({_marks(only_from)})" if only_from else ""
    return f"UPDATE campaigns SET state = ? WHERE id = ? {where}"


def requeue(categories: int) -> str:
    """Back to the queue, for one status and so many categories, last tried since a time. An invalid address has nowhere
    to go and stays, as does who is no longer in the list; what a worker is sending stays with it."""
    by_category = f"AND category IN ({_marks(categories)})" if categories else ""
    return f"""UPDATE recipients SET status = 'queued', category = '', code = 0, enhanced = '', reply = '',
        queue_id = '', detail = '', next_at = NULL, worker = NULL
        WHERE campaign_id = ? AND address <> '' AND COALESCE(line, row) > 0 AND (worker IS NULL OR status = 'unknown')
        AND status = ? {by_category} AND COALESCE(last_at, 0) >= ?"""


def suppressed_among(addresses: int) -> str:
    """Which of so many addresses are suppressed, and why."""
    return f"SELECT address, reason FROM suppressions WHERE address IN ({_marks(addresses)})"


def results(columns: str, statuses: int) -> str:
    """The recipients of a campaign that have one of so many statuses, in list order."""
    return f"SELECT {columns} FROM recipients WHERE campaign_id = ? AND status IN ({_marks(statuses)}) ORDER BY row"


def refused_before(addresses: int) -> str:
    """Categories with which so many addresses were refused before a time."""
    return f"""SELECT DISTINCT recipient, category FROM attempts
        WHERE at < ? AND status = 'refused' AND recipient IN ({_marks(addresses)})"""


def causes(statuses: int) -> str:
    """How many of a campaign have each category, of so many statuses, the most frequent first."""
    return f"""SELECT status, {CATEGORY} AS why, COUNT(*) AS n FROM recipients
        WHERE campaign_id = ? AND status IN ({_marks(statuses)})
        GROUP BY status, why ORDER BY n DESC, status, why"""


def log(table: str, columns: str, conditions: list[str], last: bool) -> str:
    """Attempts or events in order of time; with `last` the newest first, up to a limit."""
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "ORDER BY at DESC, id DESC LIMIT ?" if last else "ORDER BY at, id"
    return f"SELECT {columns} FROM {table} {where} {order}"


def _marks(count: int) -> str:
    return ", ".join("?" * count)
