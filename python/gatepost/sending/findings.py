"""What a check of an account has shown, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from .results import SendResult
from .session_facts import SessionFacts, TlsFacts

_SOON = 14  # days


def _certificate(tls: TlsFacts) -> str:
    if tls.peer_not_after is None:
        return "the server showed no certificate"
    days = (tls.peer_not_after - datetime.now(UTC)).days
    end = f"good until {tls.peer_not_after:%Y-%m-%d}"
    if days < 0:
        end = f"expired on {tls.peer_not_after:%Y-%m-%d}"
    elif days < _SOON:
        end += f", {days} days from now: its operator should renew it"
    state = "verified" if tls.verified else "not verified"
    return f"its certificate of {tls.peer_subject}, issued by {tls.peer_issuer}, is {state} and {end}"


def _limits(facts: SessionFacts) -> list[str]:
    names = ("letters in one session", "recipients", "domains of recipients")
    found = []
    if facts.max_message_bytes:
        found.append(f"it takes letters of at most {facts.max_message_bytes:,} bytes")
    for limit, what in zip(facts.limits, names, strict=True):
        if limit is not None:
            found.append(f"it takes at most {limit:,} {what} at a time")
    return found


def findings(check: SendResult) -> list[str]:
    """The sentences of a check that went well; the last one is about the login."""
    facts = check.session
    if facts is None:
        return []
    found = [f"the server {facts.server} greets: {facts.greeting}"]
    if facts.tls is None:
        found.append("the connection is not encrypted")
    else:
        found.append(f"the connection is encrypted by {facts.tls.version} ({facts.tls.cipher})")
        found.append(_certificate(facts.tls))
    if facts.extensions:
        found.append(f"it offers {', '.join(facts.extensions)}")
    found += _limits(facts)
    found.append(f"logged in by {facts.auth_mechanism}" if facts.auth_mechanism else "no login was asked for")
    return found
