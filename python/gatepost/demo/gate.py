"""The gate of the demo: Sendsay's, with real replies for some addresses and accounts."""

from __future__ import annotations

from ..accounts import Account
from ..sinks import Sink, SinkLimits

# Several accounts, used in order: three that meet what real ones meet, and one that carries the rest.
_USERS = {"old": "wrong", "hasty": "h", "promo": "p", "demo.demo@smtpgate": "demo"}
_LETTERS_PAID = 400

_REFUSALS = {
    "gone.*@no-such-domain.example": "553 Domain not found",
    "gone.*": "550 5.1.1 No such user!",
    "unsub.*": "550 Email receiver unsubscribe or complaint",
    "full.*": "553 Recipient has exceeded mailbox limit",
    "dead.*": "550 5.0.0 Email has permanent delivery errors",
    "stop.*": "550 5.0.0 Email is in the account stoplist",
    "held.*": "635 6.7.8 error/sender/onmoderation",
}
_PUT_OFF = {
    "*@corp.example": "450 4.7.1 Greylisted, try again in 2 seconds",
    "busy.*": "421 4.4.5 Server is temporarily unavailable",
    "rate.*": "451 4.3.2 Rate limit exceeded, retry after 2 seconds",
}


def open_gate() -> Sink:
    """Starts it on loopback, at a port that the system picks."""
    sink = Sink(profile="demo_gate", users=_USERS, limits=SinkLimits(transcript_bytes=0))
    rules = sink.rules
    rules.add(phase="auth", user="old", reply="535 5.7.8 Incorrect login or password")
    rules.add(phase="auth", user="hasty", reply="454 4.7.0 Too many login attempts")
    rules.add(phase="mail", user="promo", nth=_LETTERS_PAID + 1, reply="450 Balance not enough")
    for address, reply in _REFUSALS.items():
        rules.add(phase="rcpt", to=address, reply=reply)
    for address, reply in _PUT_OFF.items():
        rules.add(phase="rcpt", to=address, greylist=1.0, reply=reply)
    return sink


def accounts_of(sink: Sink) -> list[Account]:
    """The accounts of the campaign, in the order in which it uses them."""
    names = {"old": "old-mailbox", "hasty": "second", "promo": "promo", "demo.demo@smtpgate": "main"}
    return [sink.account(login, name=name) for login, name in names.items()]
