"""gatepost: send one letter or a million, know what became of each, test against a sink that behaves like a real gate.

Names load on first use, so that a test that needs only a sink does not pay for plots and tables.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import dkim, domains
    from .accounts import Account, send
    from .campaigns import AsyncCampaign, Campaign, CampaignReport, RetryPolicy, Suppressions, Template
    from .codes import Category, Failure, explain
    from .dkim import DkimKey, DkimSigner
    from .errors import (
        AuthError,
        ConnectError,
        ConnectTimeout,
        DataError,
        GatepostError,
        InputError,
        RecipientsRefused,
        SenderError,
        SendError,
        TlsError,
    )
    from .history import History
    from .message import Attachment, Calendar, Group, Message, stable_message_id
    from .message.mailboxes import Maildir, Mbox
    from .sending.mailer import AsyncMailer, Mailer
    from .sending.requests import SendRequests
    from .sending.results import Accepted, Reply, SendResult
    from .sending.session_facts import SessionFacts, TlsFacts
    from .sinks import AsyncSink, Sink

_HOME = {
    "accounts": ("Account", "send"),
    "campaigns": ("AsyncCampaign", "Campaign", "CampaignReport", "RetryPolicy", "Suppressions", "Template"),
    "codes": ("Category", "Failure", "explain"),
    "dkim": ("DkimKey", "DkimSigner"),
    "errors": (
        "AuthError",
        "ConnectError",
        "ConnectTimeout",
        "DataError",
        "GatepostError",
        "InputError",
        "RecipientsRefused",
        "SendError",
        "SenderError",
        "TlsError",
    ),
    "history": ("History",),
    "sending.requests": ("SendRequests",),
    "message.mailboxes": ("Maildir", "Mbox"),
    "sending.mailer": ("AsyncMailer", "Mailer"),
    "message": ("Attachment", "Calendar", "Group", "Message", "stable_message_id"),
    "sending.results": ("Accepted", "Reply", "SendResult"),
    "sending.session_facts": ("SessionFacts", "TlsFacts"),
    "sinks": ("AsyncSink", "Sink"),
}
_ROOMS = ("dkim", "domains")  # used by their own names: gatepost.dkim.verify
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted([*_MODULE_OF, *_ROOMS])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("._core", __name__).version
    if name in _ROOMS:
        return importlib.import_module(f".{name}", __name__)
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
