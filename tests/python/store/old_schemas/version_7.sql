-- The tables of a store of version 7, as gatepost made them then.
CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL,
    last_epoch BIGINT NOT NULL DEFAULT 0,
    queued_from BIGINT NOT NULL DEFAULT 0,
    uid TEXT NOT NULL DEFAULT '',
    spec TEXT NOT NULL);
CREATE INDEX campaigns_by_uid ON campaigns (uid);
CREATE TABLE blobs (
    sha256 TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL);
CREATE TABLE campaign_blobs (
    campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES blobs(sha256),
    PRIMARY KEY (campaign_id, sha256)) WITHOUT ROWID;
CREATE TABLE workers (
    id INTEGER PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    heartbeat DOUBLE PRECISION NOT NULL,
    held BIGINT NOT NULL DEFAULT 0, joined BIGINT NOT NULL DEFAULT 0, lost INTEGER NOT NULL DEFAULT 0);
CREATE INDEX workers_by_campaign ON workers (campaign_id);
CREATE TABLE recipients (
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
    worker BIGINT,
    detail TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL,
    PRIMARY KEY (campaign_id, row)) WITHOUT ROWID;
CREATE INDEX recipients_retrying ON recipients (campaign_id, next_at, row) WHERE status = 'retrying';
CREATE TABLE counts (
    campaign_id BIGINT NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    status TEXT NOT NULL,
    recipients BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, slot, status)) WITHOUT ROWID;
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
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
    row BIGINT NOT NULL);
CREATE INDEX attempts_by_time ON attempts (at);
CREATE INDEX attempts_by_campaign ON attempts (campaign, at);
CREATE INDEX attempts_by_message_id ON attempts (message_id) WHERE row = 0 AND message_id <> '';
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
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
    detail TEXT NOT NULL);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_campaign ON events (campaign, at);
CREATE TABLE token_clocks (
    boot TEXT NOT NULL PRIMARY KEY,
    ticks DOUBLE PRECISION NOT NULL,
    wall DOUBLE PRECISION NOT NULL,
    at DOUBLE PRECISION NOT NULL) WITHOUT ROWID;
CREATE TABLE token_holders (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    ends DOUBLE PRECISION NOT NULL, asked DOUBLE PRECISION NOT NULL DEFAULT 0, kept DOUBLE PRECISION NOT NULL DEFAULT 0);
CREATE TABLE token_letters (
    account TEXT NOT NULL,
    slot BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    letters BIGINT NOT NULL,
    PRIMARY KEY (account, slot)) WITHOUT ROWID;
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE suppressions (
    address TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL) WITHOUT ROWID;
PRAGMA application_id = 1735421811;
PRAGMA user_version = 7;
