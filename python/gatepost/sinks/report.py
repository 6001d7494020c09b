"""What a sink tells when a test waited in vain."""

from __future__ import annotations

from collections.abc import Sequence

from .letter import Letter
from .session import SessionRecord

_MOST_LETTERS = 20
_MOST_TRANSCRIPTS = 3


class SinkTimeout(AssertionError):
    """The letters that a test waits for did not arrive in time. The text says what did, and the last transcripts."""


def describe_filter(to: str, from_: str, subject: str) -> str:
    """ " to olga@*, subject 'Счёт'", or "" where everything passes."""
    words = []
    if to != "*":
        words.append(f"to {to}")
    if from_ != "*":
        words.append(f"from {from_}")
    if subject:
        words.append(f"with {subject!r} in the subject")
    return f" {', '.join(words)}" if words else ""


def _letter_lines(title: str, letters: Sequence[Letter]) -> list[str]:
    if not letters:
        return []
    shown = letters[-_MOST_LETTERS:]
    left_out = len(letters) - len(shown)
    lines = [f"{title} ({len(letters)}):"]
    if left_out:
        lines.append(f"  ... {left_out} earlier")
    for letter in shown:
        why = f"  because: {letter.discarded}" if letter.discarded else ""
        envelope = letter.envelope
        lines.append(f"  {letter.id}  {envelope.from_ or '<>'} -> {', '.join(envelope.to)}  {letter.subject!r}{why}")
    return lines


def transcripts(sessions: Sequence[SessionRecord]) -> str:
    """The last conversations, oldest first."""
    lines = []
    for session in sessions[-_MOST_TRANSCRIPTS:]:
        address, port = session.client
        lines.append(f"session {session.id} from {address}:{port}, {session.end or 'still open'}:")
        lines += [f"  {line}" for line in session.transcript.splitlines()]
    return "\n".join(lines)


def state(letters: Sequence[Letter], discarded: Sequence[Letter], sessions: Sequence[SessionRecord]) -> str:
    """All that a person needs to see why a letter is not there."""
    lines = _letter_lines("arrived", letters) or ["nothing is in the inbox"]
    lines += _letter_lines("discarded", discarded)
    lines.append(transcripts(sessions) or "nobody has connected")
    return "\n".join(lines)
