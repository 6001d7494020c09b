"""The statements that keep a store in order; as `statements`, for every database."""

from __future__ import annotations

from .rows import Status

_marks = ", ".join("?" * len(Status))
STRANGE_STATES = f"SELECT COUNT(*) FROM recipients WHERE status NOT IN ({_marks})"
SENT_BY_NOBODY = """SELECT COUNT(*) FROM recipients WHERE status = 'sending'
    AND (worker IS NULL OR worker NOT IN (SELECT id FROM workers))"""
HELD_WRONGLY = """SELECT COUNT(*) FROM workers WHERE held <> (SELECT COUNT(*) FROM recipients
    WHERE recipients.campaign_id = workers.campaign_id AND worker = workers.id)"""
PASSED_OVER = """SELECT COUNT(*) FROM campaigns WHERE queued_from > 0 AND EXISTS (SELECT 1 FROM recipients
    WHERE campaign_id = campaigns.id AND row < queued_from AND status = 'queued')"""
WITHOUT_PARTS = "SELECT COUNT(*) FROM campaign_blobs WHERE sha256 NOT IN (SELECT sha256 FROM blobs)"
# How far the counts are from what is there. One statement sees one moment, so it is right while others write.
_MISCOUNTED = """SELECT campaign_id, status, CAST(SUM(n) AS BIGINT) AS n FROM (
        SELECT campaign_id, status, COUNT(*) AS n FROM recipients GROUP BY campaign_id, status
        UNION ALL SELECT campaign_id, status, -SUM(recipients) AS n FROM counts GROUP BY campaign_id, status) AS apart
    GROUP BY campaign_id, status HAVING SUM(n) <> 0"""
MISCOUNTED = f"SELECT COUNT(DISTINCT campaign_id) FROM ({_MISCOUNTED}) AS wrong"
# Adds what is missing: whatever others count meanwhile comes on top.
MEND_COUNTS = f"""INSERT INTO counts (campaign_id, slot, status, recipients)
    SELECT campaign_id, 0, status, n FROM ({_MISCOUNTED}) AS wrong WHERE true
    ON CONFLICT (campaign_id, slot, status) DO UPDATE SET recipients = counts.recipients + excluded.recipients"""

# Made before a time, not tried since, and with nothing under way.
OLD_CAMPAIGNS = """SELECT id FROM campaigns WHERE created < ? AND state <> 'running'
    AND NOT EXISTS (SELECT 1 FROM recipients WHERE campaign_id = campaigns.id
        AND (last_at >= ? OR status = 'sending'))"""
COUNT_RECIPIENTS = "SELECT COUNT(*) FROM recipients WHERE campaign_id = ?"
DELETE_RECIPIENTS = "DELETE FROM recipients WHERE campaign_id = ?"
DELETE_CAMPAIGN = "DELETE FROM campaigns WHERE id = ?"
OLD_ATTEMPTS = "DELETE FROM attempts WHERE at < ?"
OLD_EVENTS = "DELETE FROM events WHERE at < ?"

_PERSON = "(LOWER({0}) = LOWER(?) OR {0} = ?)"  # LOWER of a database may know ASCII alone
_RECIPIENT = f"({_PERSON.format('address')} OR {_PERSON.format('email')})"
PERSON_UNDER_WAY = f"SELECT 1 FROM recipients WHERE status = 'sending' AND {_RECIPIENT} LIMIT 1"
PERSON_IN_DOUBT = f"SELECT DISTINCT campaign_id FROM recipients WHERE worker IS NOT NULL AND {_RECIPIENT}"
FORGET_RECIPIENTS = f"DELETE FROM recipients WHERE {_RECIPIENT} RETURNING campaign_id, status"
FORGET_ATTEMPTS = f"DELETE FROM attempts WHERE {_PERSON.format('recipient')}"
FORGET_EVENTS = f"DELETE FROM events WHERE {_PERSON.format('recipient')}"
FORGET_SUPPRESSIONS = f"DELETE FROM suppressions WHERE {_PERSON.format('address')}"

KNOWN_FACTS = "SELECT name, value FROM facts"
SET_FACT = """INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
DROP_FACT = "DELETE FROM facts WHERE name = ?"
IS_COPY = "SELECT 1 FROM facts WHERE name IN ('copied_at', 'moved_to')"
# The original may have sent these after it was copied.
DOUBT_THE_REST = """UPDATE recipients SET status = 'unknown', worker = NULL, next_at = NULL,
    detail = 'the store was restored from a copy: the letter may have been sent after it was made'
    WHERE status = 'sending' OR (status IN ('queued', 'retrying')
        AND campaign_id IN (SELECT id FROM campaigns WHERE state = 'running'))"""
NO_WORKERS = "DELETE FROM workers WHERE lost = 0"
PAUSE_ALL = "UPDATE campaigns SET state = 'paused' WHERE state = 'running'"
