"""What our API answers with; the OpenAPI file is made of these."""

from __future__ import annotations

from typing import Any, TypedDict


class SinkFacts(TypedDict):
    """The sink as it is now. `received` counts all letters that were accepted, discarded and evicted ones too."""

    profile: str
    url: str
    now: str
    received: int
    evicted: int


class SessionOfLetter(TypedDict):
    """Who brought a letter."""

    id: int
    client: list[Any]
    helo: str
    user: str
    mechanism: str
    tls: list[str] | None


LetterSummary = TypedDict(
    "LetterSummary",
    {
        "id": int,
        "received": str,
        "from": str,
        "to": list[str],
        "subject": str,
        "bytes": int,
        "discarded": str,
        "rules": list[str],
        "bounce_of": int,
        "session": SessionOfLetter,
    },
)
LetterSummary.__doc__ = (
    "A letter: its envelope, its subject, who brought it, and the rules that had a say. `bounce_of` is the id of the "
    "letter of which it is the sink's own notification, or 0."
)


class Letters(TypedDict):
    """Letters, oldest first. `cursor` is the `after` that asks for those that come later."""

    letters: list[LetterSummary]
    cursor: int


class Waited(TypedDict):
    """What a wait found. Where `complete` is false, time was over, and `report` says what did arrive."""

    letters: list[LetterSummary]
    cursor: int
    complete: bool
    report: str


class EnvelopeShape(TypedDict):
    """MAIL and RCPT with their parameters, as they were sent."""

    sender: str
    recipients: list[str]
    mail_parameters: list[str]
    rcpt_parameters: list[list[str]]
    smtp_utf8: bool
    bare_newlines: bool
    nul_octets: bool


class LetterDetails(TypedDict):
    """A letter with its envelope, the parsed view's warnings, and what was said before it came."""

    letter: LetterSummary
    envelope: EnvelopeShape
    warnings: list[str]
    transcript: str


class SessionShape(TypedDict):
    """A connection. `end` is "" and `closed` null while it is open."""

    id: int
    client: list[Any]
    helo: str
    user: str
    mechanism: str
    tls: list[str] | None
    transcript: str
    warnings: list[str]
    end: str
    opened: str
    closed: str | None
    letters: int
    rules: list[str]


class Sessions(TypedDict):
    """The last connections; those still open stand at the end."""

    sessions: list[SessionShape]


class RuleShape(TypedDict):
    """A rule: what it is called, how often it decided, and the fields that were given."""

    id: int
    name: str
    hits: int
    rule: dict[str, Any]


class RuleList(TypedDict):
    """The rules in the order in which they are asked."""

    rules: list[RuleShape]


class GateState(TypedDict):
    """The numbers and lists of the gate by their names."""

    state: dict[str, float | list[str]]


class ProfileShape(TypedDict):
    """A kind of gate that sinks can play."""

    name: str
    summary: str


class Profiles(TypedDict):
    """All profiles, those of the user's own folder too."""

    profiles: list[ProfileShape]


class Clock(TypedDict):
    """The sink's time of day."""

    now: str


class Advance(TypedDict, total=False):
    """How far to move the sink's time ahead; what is given is added up."""

    days: float
    hours: float
    minutes: float
    seconds: float


class Done(TypedDict):
    """It is done."""

    done: bool


class Failed(TypedDict):
    """What is wrong, and what to do about it."""

    Error: str
