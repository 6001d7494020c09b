"""How a sink answers: rules that match a step of the session and decide its reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, get_args

from .. import _core
from ..arguments import Check, check_all, flag, line, number, one_of, patience, texts, whole_number
from .globs import wire_glob

Phase = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "final"]


_CHECKS: dict[str, Check] = {
    "phase": one_of(*get_args(Phase)),
    "from_": line,
    "to": line,
    "user": line,
    "reply": line,
    "delay": patience,
    "discard": flag,
    "close": flag,
    "nth": whole_number(0),
    "times": whole_number(0),
    "odds": number,
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

        `phase`: connect, ehlo, auth, mail, rcpt, data or final. `from_`, `to`, `user`: globs (* and ?, case-blind;
        international domains as people write them) on MAIL FROM, on the recipient (in data and final: on any of them)
        and on the login. `reply`: "452 4.2.2 Mailbox full"; left out: the ordinary reply. `delay`: seconds before it.
        `discard`: accept and keep nothing (rcpt, final). `close`: end the connection after the reply, or without one.
        `nth`: only the n-th match; `times`: only the first n; `odds`: with this probability, from the sink's seed.
        `greylist` (rcpt): refuse until the triple of client, sender and recipient is this many seconds old by the
        sink's clock. `missing_headers` (final): only letters that lack one of them. InputError names the field that
        is wrong.
        """
        check_all(_CHECKS, locals(), "rule: ")
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
