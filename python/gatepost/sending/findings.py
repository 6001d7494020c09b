"""What a check of an account has shown, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from ..language import gettext as _
from ..language import ngettext
from .results import SendResult
from .session_facts import SessionFacts, TlsFacts

_SOON = 14  # days


def _certificate(tls: TlsFacts) -> str:
    if tls.peer_not_after is None:
        return _("the server showed no certificate")
    days = (tls.peer_not_after - datetime.now(UTC)).days
    end = (_("good until {day}") if days >= 0 else _("expired on {day}")).format(day=f"{tls.peer_not_after:%Y-%m-%d}")
    if 0 <= days < _SOON:
        words = ngettext(
            "{count} day from now: its operator should renew it",
            "{count} days from now: its operator should renew it",
            days,
        )
        end += ", " + words.format(count=days)
    return _("its certificate of {subject}, issued by {issuer}, is {state} and {end}").format(
        subject=tls.peer_subject,
        issuer=tls.peer_issuer,
        state=_("verified") if tls.verified else _("not verified"),
        end=end,
    )


def _limits(facts: SessionFacts) -> list[str]:
    words = (
        _("it takes at most {count} letters in one session at a time"),
        _("it takes at most {count} recipients at a time"),
        _("it takes at most {count} domains of recipients at a time"),
    )
    found = []
    if facts.max_message_bytes:
        found.append(_("it takes letters of at most {count} bytes").format(count=f"{facts.max_message_bytes:,}"))
    for limit, text in zip(facts.limits, words, strict=True):
        if limit is not None:
            found.append(text.format(count=f"{limit:,}"))
    return found


def findings(check: SendResult) -> list[str]:
    """The sentences of a check that went well; the last one is about the login."""
    facts = check.session
    if facts is None:
        return []
    found = [_("the server {server} greets: {greeting}").format(server=facts.server, greeting=facts.greeting)]
    if facts.tls is None:
        found.append(_("the connection is not encrypted"))
    else:
        words = _("the connection is encrypted by {version} ({cipher})")
        found.append(words.format(version=facts.tls.version, cipher=facts.tls.cipher))
        found.append(_certificate(facts.tls))
    if facts.extensions:
        found.append(_("it offers {extensions}").format(extensions=", ".join(facts.extensions)))
    found += _limits(facts)
    by = facts.auth_mechanism
    found.append(_("logged in by {mechanism}").format(mechanism=by) if by else _("no login was asked for"))
    return found
