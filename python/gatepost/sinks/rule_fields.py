"""A rule as data: what it asks for, which of those times count, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, Required, TypedDict, get_args

from ..arguments import (
    Check,
    check_all,
    flag,
    line,
    mapping,
    number,
    number_from,
    one_of,
    patience,
    seconds_from,
    some_of,
    texts,
    whole_number,
)
from ..errors import InputError

Phase = Literal["connect", "tls", "ehlo", "auth", "mail", "rcpt", "data", "final"]
Subject = Literal["client", "session", "ehlo", "user", "from", "from_domain", "to", "to_domain"]
TlsFault = Literal["expired", "wrong_name", "self_signed", "old_version", "stall", "junk", "close"]
_ANY_SIZE = 2**64 - 1


class Condition(TypedDict, total=False):
    """What a rule asks for; all that is given has to hold.

    Globs know * and ?, take capitals for small letters, and have international domains as people write them. Where a
    letter has several recipients, `to` and `listed` hold where they do for one of them. In JSON and TOML, `from_` is
    "from".
    """

    from_: str
    """Glob that MAIL FROM has to match. Default: "*"."""
    to: str
    """Glob that the recipient has to match. Default: "*"."""
    user: str
    """Glob that the login has to match. Default: "*"."""
    from_is_user: bool
    """Whether MAIL FROM, or what stands before its @, is the login. Default: whether or not."""
    ehlo: str
    """Glob that the name of EHLO has to match. Default: "*"."""
    client: Sequence[str]
    """Networks from one of which the client comes ("10.0.0.0/8", "::1", "unix"). Default: everywhere."""
    tls: bool
    """Whether the session is encrypted. Default: whether or not."""
    subject: str
    """Glob that the decoded subject has to match (final). Default: "*"."""
    headers: Mapping[str, str]
    """Globs by the names of headers, which are there and match decoded (final). Default: none."""
    missing_headers: Sequence[str]
    """Names of headers one of which is absent (final). Default: none."""
    attachments: Sequence[str]
    """Globs one of which matches the name of an attached file (final). Default: none."""
    min_bytes: int
    """Least size: announced by SIZE (mail), or of the letter (final). Default: 0."""
    max_bytes: int
    """Largest size. Default: no end."""
    schedule: str
    """Hours and days by the sink's clock in UTC, "09:00-18:00 mon-fri". Default: always."""
    where: Mapping[str, str]
    """Comparisons of the gate's numbers, {"balance": "<= 0"}. Default: none."""
    listed: Mapping[Subject, str]
    """Lists of the gate in which a value stands, {"to": "stop_list"}. Default: none."""
    any_of: Sequence[Condition]
    """Conditions one of which has to hold. Default: none."""
    none_of: Sequence[Condition]
    """Conditions none of which may hold. Default: none."""


class RuleFields(Condition, total=False):
    """A rule as data, for `sink.rules.add`, `Sink(rules=[...])`, files and profiles."""

    phase: Required[Phase]
    """When it is asked: "connect", "tls" (before each handshake), "ehlo", "auth", "mail", "rcpt", "data" or "final"
    (the letter is there)."""
    name: str
    """What letters, sessions and failures call it. Default: "rule 3", by its id."""
    per: Sequence[Subject]
    """What is counted by itself in `nth`, `times` and `over`, ["from", "to"]. Default: all together."""
    nth: int
    """The only time that counts, from 1. Default: 0, which means every time."""
    times: int
    """Number of times that count, from the first. Default: 0, which means all."""
    over: int
    """Times within `within` seconds after which it counts. Default: 0, which means every time."""
    within: float
    """Seconds by the sink's clock, for `over`."""
    odds: float
    """Probability that a time counts, from 0 to 1, drawn from the sink's seed. Default: 1."""
    greylist: float
    """Seconds by the sink's clock for which a triple of client, sender and recipient is refused (rcpt). Default: 0."""
    reply: str
    """Reply to give, such as "452 4.2.2 Mailbox of {to} is full". In braces stand `client`, `ehlo`, `user`, `from`,
    `from_domain`, `to`, `to_domain`, `size`, `count` (how often it fitted), `seconds` (until it fits no more), and the
    gate's numbers. Default: the ordinary one."""
    delay: float
    """Seconds by the sink's clock before the reply, from 0 to 3,600. Default: 0."""
    tarpit: float
    """Seconds of delay more with each time in a session. Default: 0."""
    discard: bool
    """Whether to accept and keep nothing (rcpt, final). Default: False."""
    close: bool
    """Whether to end the connection after the reply, or without one. Default: False."""
    go_on: bool
    """Whether the rules behind it give the answer; delays, the letter's rate and changes are this one's too. Default:
    False."""
    dribble: float
    """Seconds between any two bytes of the reply. Default: 0."""
    half: bool
    """Whether to send half of the reply and end the connection. Default: False."""
    reset: bool
    """With `close` or `half`: whether to end it abruptly (TCP RST). Default: False."""
    letter_rate: int
    """Bytes a second at which the session's letters are read from now on. Default: 0, which means as they come."""
    hide: Sequence[str]
    """Extensions that EHLO leaves out although they are served, ["STARTTLS"] (ehlo). Default: none."""
    tls_fault: TlsFault
    """What is wrong with the handshake (tls). Default: nothing."""
    bounce: str
    """Reply with which an accepted letter comes back later (rcpt, final): a delivery status notification to its sender,
    which is put into the inbox. Default: "", which means it does not."""
    bounce_after: float
    """Seconds by the sink's clock until then. Default: 0."""
    change: Mapping[str, float]
    """What is added to the gate's numbers, {"sent": 1}. Default: nothing."""
    change_each: Mapping[str, float]
    """What is added for each recipient of the letter, {"balance": -1}. Default: nothing."""
    enlist: Mapping[Subject, str]
    """Lists of the gate into which a value goes, {"to": "stop_list"}. Default: none."""


def _conditions(name: str, value: object) -> None:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise InputError(f"{name} takes a list of conditions")
    for index, one in enumerate(value):
        check_fields(f"{name}[{index}]", one, _CONDITION)


_subjects = get_args(Subject)
_CONDITION: dict[str, Check] = {
    "from_": line,
    "to": line,
    "user": line,
    "ehlo": line,
    "client": texts,
    "tls": flag,
    "subject": line,
    "headers": mapping(line),
    "missing_headers": texts,
    "from_is_user": flag,
    "attachments": texts,
    "min_bytes": whole_number(0, _ANY_SIZE),
    "max_bytes": whole_number(0, _ANY_SIZE),
    "schedule": line,
    "where": mapping(line),
    "listed": mapping(line, _subjects),
    "any_of": _conditions,
    "none_of": _conditions,
}
_RULE: dict[str, Check] = _CONDITION | {
    "phase": one_of(*get_args(Phase)),
    "name": line,
    "per": some_of(*_subjects),
    "nth": whole_number(0),
    "times": whole_number(0),
    "over": whole_number(0),
    "within": patience,
    "odds": number_from(0, 1),
    "greylist": patience,
    "reply": line,
    "delay": seconds_from(0, 3600),
    "tarpit": seconds_from(0, 3600),
    "discard": flag,
    "close": flag,
    "go_on": flag,
    "dribble": seconds_from(0, 3600),
    "half": flag,
    "reset": flag,
    "letter_rate": whole_number(0, _ANY_SIZE),
    "hide": texts,
    "tls_fault": one_of(*get_args(TlsFault)),
    "bounce": line,
    "bounce_after": patience,
    "change": mapping(number),
    "change_each": mapping(number),
    "enlist": mapping(line, _subjects),
}


def check_fields(name: str, value: object, checks: Mapping[str, Check]) -> None:
    """InputError where the value is no mapping of these fields, each as its check wants it."""
    fields: Mapping[str, Any] = mapping(lambda name, value: None)(name, value)  # type: ignore[assignment]
    for field in fields:
        if field not in checks:
            near = get_close_matches(field, checks, 1)
            instead = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(checks)}"
            raise InputError(f"{name}: there is no field {field!r}{instead}".removeprefix(": "))
    check_all({field: checks[field] for field in fields}, fields, f"{name}: " if name else "")


def check_rule(name: str, value: object) -> None:
    """InputError, behind `name`, where the value is no rule as data."""
    check_fields(name, value, _RULE)
    if "phase" not in value:  # type: ignore[operator]
        raise InputError(f"{name}: a rule needs a phase" if name else "a rule needs a phase")
