"""What became of a letter: SendResult and how it is read from a batch of the core."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from ..codes import Failure
from ..errors import error_for
from .session_facts import SessionFacts, session_from

if TYPE_CHECKING:
    from .bridge import Verdict

_PHASES = ("mail", "rcpt", "data", "final")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One recipient that the server took. A 2xx is not yet a delivery."""

    address: str
    code: int
    reply: str  # the server's words at the end of the letter
    queue_id: str  # the server's own id of the letter, where it names one


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer to a command other than a letter (NOOP, VRFY, EXPN, HELP, ETRN)."""

    code: int
    enhanced: str  # "2.1.5", or ""
    lines: tuple[str, ...]  # without the codes

    @property
    def ok(self) -> bool:
        """Whether the server said yes (2xx)."""
        return 200 <= self.code < 300

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, self.text)))


@dataclass(frozen=True, slots=True)
class SendResult:
    """The verdict on one letter, recipient by recipient. `seconds`: from hand-over to a connection to the verdict.

    `timings`: how long the server took to answer, in seconds by mail, rcpt, data, final. A letter for more recipients
    than the server takes at once goes in several transactions; the times are then their sums. `recording_error`: why
    the mailer's `history` has no row of it (a locked database ...), whatever became of the letter; None where it has,
    or where there is no history.

    `replaced_sender`: what stood in From where the account put its own address there
    (`Account(only_sender="replace")`), else "".
    """

    accepted: list[Accepted]
    refused: list[Failure]  # each with its .recipient
    message_id: str = ""
    seconds: float = 0.0
    transcript: str = field(default="", repr=False)  # secrets masked
    session: SessionFacts | None = None  # of the connection; None where there was none
    timings: dict[str, float] = field(default_factory=dict, repr=False)
    recording_error: Exception | None = field(default=None, compare=False)
    replaced_sender: str = ""

    @property
    def ok(self) -> bool:
        """Whether every recipient was accepted."""
        return not self.refused

    @property
    def failure(self) -> Failure | None:
        """The first refusal; None where there is none. `failure.tried` is False where a pause held the letter back."""
        return self.refused[0] if self.refused else None

    def raise_for_refusal(self) -> SendResult:
        """Itself where anybody was accepted; otherwise raises the SendError of the first refusal."""
        if self.accepted or not self.refused:
            return self
        error = error_for(self.refused[0], refused=self.refused, transcript=self.transcript)
        if self.recording_error is not None:
            error.add_note(f"and the history has no row of it: {self.recording_error}")
        raise error

    def _repr_html_(self) -> str:
        rows = [(a.address, "accepted", f"{a.code} {a.reply}", a.queue_id) for a in self.accepted]
        rows += [(f.recipient, f.category.value, str(f), "") for f in self.refused]
        head = "<tr><th>recipient</th><th>verdict</th><th>the server's words</th><th>queue id</th></tr>"
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table>{head}{body}</table>"


def result_from(verdict: Verdict, message_id: str = "", replaced_sender: str = "") -> SendResult:
    """The rows of one letter as a SendResult."""
    batch, rows, recording_error = verdict
    accepted: list[Accepted] = []
    refused: list[Failure] = []
    for row in rows:
        failure = batch["failure"][row]
        if failure is None:
            accepted.append(
                Accepted(batch["recipient"][row], batch["code"][row], batch["reply"][row], batch["queue_id"][row])
            )
        else:
            refused.append(
                Failure.from_core(failure, batch["recipient"][row], batch["tried"][row], batch["paused_until"][row])
            )
    first = rows.start
    return SendResult(
        accepted,
        refused,
        batch["message_id"][first] or message_id,
        batch["ended"][first] - batch["started"][first],
        batch["transcript"][first],
        session_from(session) if (session := batch["session"][first]) is not None else None,
        dict(zip(_PHASES, batch["timings"][first], strict=True)),
        recording_error,
        replaced_sender,
    )


def reply_from(verdict: Verdict) -> Reply:
    """The answer in the one row of a check that asked something."""
    batch, row = verdict.batch, verdict.rows.start
    return Reply(batch["code"][row], batch["enhanced"][row], tuple(batch["reply"][row].split("\n")))
