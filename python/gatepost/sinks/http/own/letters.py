"""Letters exactly as they came: envelopes, transcripts, bytes; and waits for those to come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import cast

from ...letter import Letter
from ...report import describe_filter, state
from ..calls import Call, CallError
from ..served import ServedSink
from .filters import FILTERS, Filters, filters_of, number_in, seconds_in
from .openapi import Operation
from .shapes import LetterDetails, Letters, LetterSummary, Waited

_MOST_PATIENCE = 120.0
_POLL = 0.01
_LIMIT = {"limit": (int, "Most letters to answer with; 1000 by default")}
_WAIT = {
    "n": (int, "How many letters have to pass; 1 by default"),
    "timeout": (float, f"Seconds to wait, from 0 to {_MOST_PATIENCE:g}; 5 by default"),
}


class LetterCalls:
    """/letters and /discarded."""

    def __init__(self, sink: ServedSink) -> None:
        self._sink = sink
        text, raw = "text/plain; charset=utf-8", "message/rfc822"
        self.operations = [
            Operation("GET", "/letters", self.list_letters, {**FILTERS, **_LIMIT}),
            Operation("GET", "/letters/wait", self.wait_for_letters, {**FILTERS, **_WAIT}),
            Operation("GET", "/letters/{id}", self.get_letter),
            Operation("GET", "/letters/{id}/raw", self.get_letter_bytes, answer=raw),
            Operation("GET", "/letters/{id}/transcript", self.get_letter_transcript, answer=text),
            Operation("GET", "/discarded", self.list_discarded),
        ]

    def list_letters(self, call: Call) -> Letters:
        """Letters of the inbox, oldest first."""
        filters = filters_of(call)
        found = self._sink.select(**filters)[: number_in(call, "limit", 1000)]
        return {"letters": _summaries(found), "cursor": found[-1].id if found else filters["after"]}

    async def wait_for_letters(self, call: Call) -> Waited:
        """Waits until so many letters pass, and answers with all that do."""
        filters, wanted = filters_of(call), number_in(call, "n", 1)
        patience = seconds_in(call, "timeout", 5.0, _MOST_PATIENCE)
        found = await self._wait(filters, wanted, patience)
        complete = len(found) >= wanted
        return {
            "letters": _summaries(found),
            "cursor": found[-1].id if found else filters["after"],
            "complete": complete,
            "report": "" if complete else self._report(filters, wanted, len(found), patience),
        }

    async def _wait(self, filters: Filters, wanted: int, patience: float) -> list[Letter]:
        end = monotonic() + patience
        looked_at, found = -1, list[Letter]()
        after = filters["after"]
        while True:
            if (received := self._sink.received) != looked_at:
                looked_at = received
                found += self._sink.select(
                    to=filters["to"], from_=filters["from_"], subject=filters["subject"], after=after
                )
                after = max(after, found[-1].id) if found else after
            if len(found) >= wanted or monotonic() >= end:
                return found
            await asyncio.sleep(_POLL)

    def _report(self, filters: Filters, wanted: int, found: int, patience: float) -> str:
        what = describe_filter(filters["to"], filters["from_"], filters["subject"])
        here = state(self._sink.letters, self._sink.discarded, self._sink.sessions)
        return f"waited {patience:g} s for {wanted} letter{'' if wanted == 1 else 's'}{what}; {found} came\n{here}"

    def get_letter(self, call: Call) -> LetterDetails:
        """One letter, discarded ones too."""
        letter = self._find(call)
        envelope = letter.envelope
        return {
            "letter": _summaries([letter])[0],
            "envelope": {
                "sender": envelope.from_,
                "recipients": envelope.to,
                "mail_parameters": envelope.mail_params,
                "rcpt_parameters": envelope.rcpt_params,
                "smtp_utf8": envelope.smtp_utf8,
                "bare_newlines": envelope.bare_newlines,
                "nul_octets": envelope.nul_octets,
            },
            "warnings": letter.message.warnings,
            "transcript": letter.session.transcript,
        }

    def get_letter_bytes(self, call: Call) -> bytes:
        """Exactly what was sent between DATA and the final dot."""
        return self._find(call).raw

    def get_letter_transcript(self, call: Call) -> str:
        """The handshake and what was said of this letter, secrets masked."""
        return self._find(call).session.transcript

    def list_discarded(self, call: Call) -> Letters:
        """Letters that were accepted and thrown away, each with its reason."""
        found = self._sink.discarded
        return {"letters": _summaries(found), "cursor": found[-1].id if found else 0}

    def _find(self, call: Call) -> Letter:
        wanted = number_in(call, "id", 0)
        for letter in (*self._sink.select(after=max(0, wanted - 1))[:1], *self._sink.discarded):
            if letter.id == wanted:
                return letter
        raise CallError(f"no letter {wanted}: it never came, was evicted or cleared", 404)


def _summaries(letters: Sequence[Letter]) -> list[LetterSummary]:
    return [cast(LetterSummary, letter.to_dict()) for letter in letters]
