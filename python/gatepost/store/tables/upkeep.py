"""What keeps a store in order: looking for damage, forgetting what is old, or a person, and what a copy may do."""

from __future__ import annotations

from collections import Counter

from .. import statements_upkeep as sql
from ..errors import StoreError
from ..rows import Forgotten, Status
from ..statements import COUNT_LOST, DELETE_EVENTS, DELETE_UNUSED_BLOBS, FORGET_LOST
from .base import Tables, persistent
from .counting import count

_STATES = tuple(status.value for status in Status)


class UpkeepTable(Tables):
    """The calls of `Store` that keep it in order."""

    def check(self) -> list[str]:
        """What is not as it should be, in words; see `Store`."""
        findings = self._db.damage()
        for statement, parameters, words in (
            (sql.STRANGE_STATES, _STATES, "recipients have a state that does not exist"),
            (
                sql.SENT_BY_NOBODY,
                (),
                "recipients are being sent by a worker that is not there; a run settles nothing of them",
            ),
            (sql.HELD_WRONGLY, (), "workers hold another number of recipients than is counted"),
            (sql.PASSED_OVER, (), "campaigns pass over recipients that wait"),
            (sql.WITHOUT_PARTS, (), "campaigns lack a part of their letters"),
        ):
            [[number]] = self._db.rows(statement, parameters)
            if number:
                findings.append(f"{number:,} {words}")
        findings += self._mended_counts()
        return findings

    def _mended_counts(self) -> list[str]:
        """Counts that are not those of the rows are set right."""
        [[number]] = self._db.rows(sql.MISCOUNTED)
        if not number:
            return []
        with self._db.transaction() as connection:
            connection.execute(sql.MEND_COUNTS)
        return [f"{number:,} campaigns had counted their recipients wrongly; the counts are right now"]

    def vacuum(self) -> None:
        """Gives back the space of what was deleted, which is gone from the disk then; see `Store`."""
        self._db.vacuum()

    @persistent
    def prune(self, before: float) -> Forgotten:
        """Forgets what is older; see `Store`."""
        with self._db.transaction() as connection:
            old = [found[0] for found in connection.execute(sql.OLD_CAMPAIGNS, (before, before)).fetchall()]
            recipients = events = 0
            for campaign_id in old:
                recipients += connection.execute(sql.COUNT_RECIPIENTS, (campaign_id,)).fetchall()[0][0]
                events += connection.execute(DELETE_EVENTS, (campaign_id,)).rowcount
                connection.execute(sql.DELETE_RECIPIENTS, (campaign_id,))
                connection.execute(sql.DELETE_CAMPAIGN, (campaign_id,))
            connection.execute(DELETE_UNUSED_BLOBS)
            events += connection.execute(sql.OLD_EVENTS, (before,)).rowcount
            attempts = connection.execute(sql.OLD_ATTEMPTS, (before,)).rowcount
            return Forgotten(len(old), recipients, attempts, events)

    @persistent
    def forget(self, address: str, *, keep_suppressed: bool = False) -> Forgotten:
        """Forgets a person; see `Store`."""
        whom = (address, address)
        with self._db.transaction() as connection:
            if connection.execute(sql.PERSON_UNDER_WAY, whom * 2).fetchone():
                raise StoreError("a letter to this address is under way; try again when it has ended")
            lost = [found[0] for found in connection.execute(sql.PERSON_IN_DOUBT, whom * 2).fetchall()]
            gone = connection.execute(sql.FORGET_RECIPIENTS, whom * 2).fetchall()
            for campaign_id in lost:
                connection.execute(COUNT_LOST, (campaign_id,))
                connection.execute(FORGET_LOST, (campaign_id,))
            for (campaign_id, status), recipients in sorted(Counter(gone).items()):
                count(connection, campaign_id, {status: -recipients})
            attempts = connection.execute(sql.FORGET_ATTEMPTS, whom).rowcount
            events = connection.execute(sql.FORGET_EVENTS, whom).rowcount
            suppressions = 0 if keep_suppressed else connection.execute(sql.FORGET_SUPPRESSIONS, whom).rowcount
            return Forgotten(0, len(gone), attempts, events, suppressions)

    @persistent
    def adopt(self, uid: str) -> int:
        """Makes a copy a store of its own; see `Store`."""
        with self._db.transaction() as connection:
            if not connection.execute(sql.IS_COPY).fetchone():
                raise StoreError(f"store {self.url} is no copy; there is nothing to adopt")
            in_doubt = connection.execute(sql.DOUBT_THE_REST).rowcount
            connection.execute(sql.MEND_COUNTS)
            connection.execute(sql.NO_WORKERS)
            connection.execute(sql.PAUSE_ALL)
            for name in ("copied_at", "copy_of", "moved_to"):
                connection.execute(sql.DROP_FACT, (name,))
            connection.execute(sql.SET_FACT, ("uid", uid))
            return in_doubt
