"""The tables of a store, written once for every database; what differs between databases stands in `Dialect`."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 8
"""Raised with each change of the tables, with a step in `migrations`; a store of a newer version is refused."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The few words in which databases differ."""

    identity: str  # type and default of a key that the database counts up
    bytes: str  # type of a byte string
    clustered: str  # table option: rows stand in the order of the primary key
    queue: str = ""  # index by which the next rows to send are found, where `campaigns.queued_from` is not kept


SQLITE = Dialect(identity="INTEGER PRIMARY KEY", bytes="BLOB", clustered="WITHOUT ROWID")
POSTGRESQL = Dialect(
    identity="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    bytes="BYTEA",
    clustered="",
    queue="CREATE INDEX recipients_queued ON recipients (campaign_id, row) WHERE status = 'queued'",
)

QUEUED_FROM = "queued_from BIGINT NOT NULL DEFAULT 0"  # no row before this one is queued
UID = "uid TEXT NOT NULL DEFAULT ''"  # what the Message-IDs of its letters begin with
BY_UID = "CREATE INDEX campaigns_by_uid ON campaigns (uid)"
HOLDER = (
    "worker BIGINT"  # whose lease it is while `sending`, or was where it is `unknown` and its journal may still tell
)
DOING = "doing TEXT NOT NULL DEFAULT ''"  # what it waits for and how fast it is, for those who ask elsewhere
LINE = "line BIGINT"  # where the row stands in the list as given last: NULL where its number says so, 0 nowhere
JOINED = "joined BIGINT NOT NULL DEFAULT 0"
LOST = "lost INTEGER NOT NULL DEFAULT 0"
ASKED = "asked DOUBLE PRECISION NOT NULL DEFAULT 0"  # since when its holder waits for a token; 0: it does not
KEPT = "kept DOUBLE PRECISION NOT NULL DEFAULT 0"  # until when its place in the line is kept
# None over all states: it would be written three times for each letter.
RETRYING = "CREATE INDEX recipients_retrying ON recipients (campaign_id, next_at, row) WHERE status = 'retrying'"
# Not for letters of campaigns: their Message-IDs say whose they are.
BY_MESSAGE_ID = "CREATE INDEX attempts_by_message_id ON attempts (message_id) WHERE row = 0 AND message_id <> ''"


def ddl(dialect: Dialect) -> list[str]:
    """The statements that make an empty database a store."""
    return [
        f"""CREATE TABLE campaigns (
            id {dialect.identity},
            name TEXT NOT NULL UNIQUE,
            created DOUBLE PRECISION NOT NULL,
            state TEXT NOT NULL,
            last_epoch BIGINT NOT NULL DEFAULT 0,
            {QUEUED_FROM},
            {UID},
            spec TEXT NOT NULL)""",
        BY_UID,
        f"""CREATE TABLE blobs (
            sha256 TEXT NOT NULL PRIMARY KEY,
            content {dialect.bytes} NOT NULL)""",
        f"""CREATE TABLE campaign_blobs (
            campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
            sha256 TEXT NOT NULL REFERENCES blobs(sha256),
            PRIMARY KEY (campaign_id, sha256)) {dialect.clustered}""",
        *workers(dialect),
        f"""CREATE TABLE recipients (
            campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
            row BIGINT NOT NULL,
            email TEXT NOT NULL,
            address TEXT NOT NULL,
            status TEXT NOT NULL,
            category TEXT NOT NULL DEFAULT '',
            code INTEGER NOT NULL DEFAULT 0,
            enhanced TEXT NOT NULL DEFAULT '',
            reply TEXT NOT NULL DEFAULT '',
            attempts INTEGER NOT NULL DEFAULT 0,
            account TEXT NOT NULL DEFAULT '',
            queue_id TEXT NOT NULL DEFAULT '',
            message_id TEXT NOT NULL DEFAULT '',
            first_at DOUBLE PRECISION,
            last_at DOUBLE PRECISION,
            next_at DOUBLE PRECISION,
            {HOLDER},
            {LINE},
            detail TEXT NOT NULL DEFAULT '',
            fields TEXT NOT NULL,
            PRIMARY KEY (campaign_id, row)) {dialect.clustered}""",
        RETRYING,
        *counts(dialect),
        *([dialect.queue] if dialect.queue else []),
        f"""CREATE TABLE attempts (
            id {dialect.identity},
            at DOUBLE PRECISION NOT NULL,
            seconds DOUBLE PRECISION NOT NULL,
            account TEXT NOT NULL,
            recipient TEXT NOT NULL,
            domain TEXT NOT NULL,
            status TEXT NOT NULL,
            phase TEXT NOT NULL,
            category TEXT NOT NULL,
            code INTEGER NOT NULL,
            enhanced TEXT NOT NULL,
            reply TEXT NOT NULL,
            queue_id TEXT NOT NULL,
            message_id TEXT NOT NULL,
            bytes BIGINT NOT NULL,
            campaign TEXT NOT NULL,
            row BIGINT NOT NULL)""",
        "CREATE INDEX attempts_by_time ON attempts (at)",
        "CREATE INDEX attempts_by_campaign ON attempts (campaign, at)",
        BY_MESSAGE_ID,
        *events(dialect),
        *tokens(dialect),
        *facts(dialect),
        f"""CREATE TABLE suppressions (
            address TEXT NOT NULL PRIMARY KEY,
            reason TEXT NOT NULL,
            at DOUBLE PRECISION NOT NULL) {dialect.clustered}""",
    ]


def workers(dialect: Dialect) -> list[str]:
    """The workers of campaigns, and how many recipients each holds."""
    return workers_before_5(dialect, f", {JOINED}, {LOST}, {DOING}")


def workers_before_5(dialect: Dialect, more: str = "") -> list[str]:
    """As they were before version 5, with further columns."""
    return [
        f"""CREATE TABLE workers (
            id {dialect.identity},
            campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
            owner TEXT NOT NULL,
            epoch BIGINT NOT NULL,
            heartbeat DOUBLE PRECISION NOT NULL,
            held BIGINT NOT NULL DEFAULT 0{more})""",
        "CREATE INDEX workers_by_campaign ON workers (campaign_id)",
    ]


def counts(dialect: Dialect) -> list[str]:
    """How many recipients of a campaign have each state, in parts that are summed; see `tables.counting`."""
    return [
        f"""CREATE TABLE counts (
            campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
            slot INTEGER NOT NULL,
            status TEXT NOT NULL,
            recipients BIGINT NOT NULL,
            PRIMARY KEY (campaign_id, slot, status)) {dialect.clustered}"""
    ]


def events(dialect: Dialect) -> list[str]:
    """What was heard of letters later."""
    return [
        f"""CREATE TABLE events (
            id {dialect.identity},
            key TEXT NOT NULL UNIQUE,
            at DOUBLE PRECISION NOT NULL,
            kind TEXT NOT NULL,
            recipient TEXT NOT NULL,
            message_id TEXT NOT NULL,
            campaign TEXT NOT NULL,
            row BIGINT NOT NULL,
            account TEXT NOT NULL,
            category TEXT NOT NULL,
            code INTEGER NOT NULL,
            enhanced TEXT NOT NULL,
            reply TEXT NOT NULL,
            detail TEXT NOT NULL)""",
        "CREATE INDEX events_by_time ON events (at)",
        "CREATE INDEX events_by_campaign ON events (campaign, at)",
    ]


def facts(dialect: Dialect) -> list[str]:
    """What the store says of itself."""
    return [f"CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) {dialect.clustered}"]


def tokens(dialect: Dialect) -> list[str]:
    """What counts against the limits of accounts, by the store's own time; see `tables.tokens`."""
    return tokens_before_6(dialect, f", {ASKED}, {KEPT}")


def tokens_before_6(dialect: Dialect, more: str = "") -> list[str]:
    """As they were before version 6, with further columns of those who hold some."""
    return [
        # How each boot of a machine counts, and what the store's time was when it did so last.
        f"""CREATE TABLE token_clocks (
            boot TEXT NOT NULL PRIMARY KEY,
            ticks DOUBLE PRECISION NOT NULL,
            wall DOUBLE PRECISION NOT NULL,
            at DOUBLE PRECISION NOT NULL) {dialect.clustered}""",
        # Reserved or in flight: they count until a window after `ends`, which moves on as long as the holder lives.
        f"""CREATE TABLE token_holders (
            id {dialect.identity},
            account TEXT NOT NULL,
            tokens BIGINT NOT NULL,
            ends DOUBLE PRECISION NOT NULL{more})""",
        # Letters that are over: they count until a window after `at`.
        f"""CREATE TABLE token_letters (
            account TEXT NOT NULL,
            slot BIGINT NOT NULL,
            at DOUBLE PRECISION NOT NULL,
            letters BIGINT NOT NULL,
            PRIMARY KEY (account, slot)) {dialect.clustered}""",
    ]
