"""How a sink answers: rules that match a step of the session and decide its reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, get_args

from .. import _core
from ..arguments import Check, check_all, flag, line, number_from, one_of, patience, seconds_from, texts, whole_number
from .globs import wire_glob

Phase = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "final"]


_CHECKS: dict[str, Check] = {
    "phase": one_of(*get_args(Phase)),
    "from_": line,
    "to": line,
    "user": line,
    "reply": line,
    "delay": seconds_from(0, 3600),
    "discard": flag,
    "close": flag,
    "nth": whole_number(0),
    "times": whole_number(0),
    "odds": number_from(0, 1),
    "greylist": patience,
    "missing_headers": texts,
}


class RuleFields(TypedDict, total=False):
    """A rule as data, for `Sink(rules=[...])` and for profiles: the arguments of `Rules.add`."""

    phase: Phase
    from_: str
    to: str
    user: str
    reply: str
    delay: float
    discard: bool
    close: bool
    nth: int
    times: int
    odds: float
    greylist: float
    missing_headers: Sequence[str]


class Rules:
    """The rules of one sink. They are asked in the order in which they were added; the first that matches decides."""

    def __init__(self, core: _core.Sink) -> None:
        self._core = core

    def add(
        self,
        *,
        phase: Phase,
        from_: str = "*",
        to: str = "*",
        user: str = "*",
        reply: str = "",
        delay: float = 0.0,
        discard: bool = False,
        close: bool = False,
        nth: int = 0,
        times: int = 0,
        odds: float = 1.0,
        greylist: float = 0.0,
        missing_headers: Sequence[str] = (),
    ) -> int:
        """Adds a rule behind the others and returns its id.

        Globs know * and ?, take capitals for small letters, and have international domains as people write them.

        Args:
            phase: When it is asked: "connect", "ehlo", "auth", "mail", "rcpt", "data" or "final".
            from_: Glob that MAIL FROM has to match. Default: "*".
            to: Glob that the recipient has to match; in data and final, any of them. Default: "*".
            user: Glob that the login has to match. Default: "*".
            reply: Reply to give, such as "452 4.2.2 Mailbox full". Default: the ordinary one.
            delay: Seconds before the reply, from 0 to 3,600. Default: 0.
            discard: Whether to accept and keep nothing (rcpt, final). Default: False.
            close: Whether to end the connection after the reply, or without one. Default: False.
            nth: The only match that counts, from 1. Default: 0, which means every match.
            times: Number of matches that count, from the first. Default: 0, which means all.
            odds: Probability that a match counts, from 0 to 1, drawn from the sink's seed. Default: 1.
            greylist: Seconds by the sink's clock for which a triple of client, sender and recipient is refused (rcpt).
                Default: 0.
            missing_headers: Names of headers; only letters that lack one of them match (final). Default: none.

        Raises:
            InputError: An argument has a wrong type or value; the message names it.
        """
        check_all(_CHECKS, locals())
        return self._core.add_rule(
            phase=phase,
            from_=wire_glob(from_),
            to=wire_glob(to),
            user=user,
            reply=reply,
            delay=delay,
            discard=discard,
            close=close,
            nth=nth,
            times=times,
            odds=odds,
            greylist=greylist,
            missing_headers=missing_headers,
        )

    def remove(self, rule_id: int) -> bool:
        """Takes a rule away; False where there is none with this id."""
        return self._core.remove_rule(whole_number(0, 2**64 - 1)("rule_id", rule_id))

    def clear(self) -> None:
        """Takes all rules away, the profile's too."""
        self._core.clear_rules()
