"""Copies for the seed list: what the first and the last recipient get, to addresses of our own."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ... import _core
from ...addresses import domain_of
from ...errors import GatepostError
from ...sending.mailer import Mailer
from ...store import LeasedRecipient, Store
from ..spec import CampaignSpec
from .render import Renderer

if TYPE_CHECKING:
    from ...accounts import Account

_PATIENCE = 30.0  # seconds for each copy, and for the last ones when the run is over
_log = logging.getLogger(__name__)


class SeedCopies:
    """Sends them on a thread of its own, outside ledger and history: once when the campaign begins, once when it is
    done, whoever sends it. A copy that fails is told of and holds up nothing."""

    def __init__(self, store: Store, campaign_id: int, spec: CampaignSpec, account: Account, sender: str) -> None:
        """`account`: through which they go, `sender` what its From shows."""
        self._store, self._campaign_id, self._spec = store, campaign_id, spec
        self._account, self._sender = account, sender
        self._last: LeasedRecipient | None = None
        self._threads: list[threading.Thread] = []
        self.notes: list[str] = []

    def letters_go(self, recipients: Sequence[LeasedRecipient]) -> None:
        """Letters to these are on their way."""
        if not self._spec.seeds or not recipients:
            return
        if self._last is None:
            self._begin("start", recipients[0])
        self._last = recipients[-1]

    def finish(self) -> None:
        """The campaign is done."""
        if self._last is not None:
            self._begin("end", self._last)
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _begin(self, which: str, recipient: LeasedRecipient) -> None:
        taken = False

        def take(known: Any) -> list[str]:
            nonlocal taken
            taken = which not in (known or ())
            return sorted({*(known or ()), which})

        self._store.change_part(self._campaign_id, "seeded", take)
        if taken:
            self._threads.append(threading.Thread(target=self._send, args=(which, recipient), daemon=True))
            self._threads[-1].start()

    def _send(self, which: str, recipient: LeasedRecipient) -> None:
        sent = 0
        try:
            renderer = Renderer(replace(self._spec, headers={**self._spec.headers, "X-Seed": which}))
            program = renderer.program(self._sender)
            mail_from = _core.parse_mailbox(self._sender)[1]
            with Mailer(self._account) as mailer:
                for address in self._spec.seeds:
                    letters = replace(
                        renderer.letters([recipient._replace(address=address)]), letter_id=[f"seed-{which}"]
                    )
                    raw = letters.render(program, 0, f"{secrets.token_hex(12)}@{domain_of(mail_from)}")
                    sent += self._one(mailer, raw, mail_from, address)
        except (GatepostError, OSError) as error:
            self._failed(which, str(error))
        if sent:
            self.notes.append(f"Seed list: {sent} of {len(self._spec.seeds)} copies at the {which}, counted nowhere.")

    def _one(self, mailer: Mailer, raw: bytes, mail_from: str, address: str) -> bool:
        try:
            mailer.send(raw, from_=mail_from, to=address, timeout=_PATIENCE)
        except GatepostError as error:
            self._failed(address, str(error))
            return False
        return True

    def _failed(self, what: str, why: str) -> None:
        _log.warning("no seed copy (%s): %s", what, why)
        self.notes.append(f"No seed copy ({what}): {why}")
