"""gatepost: send one letter or a million, know what became of each, test against a sink that behaves like a real gate.

Names load on first use, so that a test that needs only a sink does not pay for plots and tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "Accepted",
    "Account",
    "AccountOptions",
    "AccountPaused",
    "AccountState",
    "AccountsFile",
    "Address",
    "AddressListSource",
    "AddressSource",
    "AlreadyRunning",
    "AsyncCampaign",
    "AsyncMailer",
    "AsyncSink",
    "Attachment",
    "AttachmentSource",
    "Auth",
    "AuthError",
    "BaseMessage",
    "Calendar",
    "Campaign",
    "CampaignReport",
    "CampaignStatus",
    "Category",
    "CheckReport",
    "ConnectError",
    "ConnectTimeout",
    "DataError",
    "DkimKey",
    "DkimResult",
    "DkimSigner",
    "Explanation",
    "Failure",
    "ForkedError",
    "GatepostError",
    "Group",
    "Headers",
    "History",
    "InputError",
    "Letter",
    "LimitReached",
    "Limits",
    "LogOptions",
    "Maildir",
    "Mailer",
    "Mbox",
    "Message",
    "MessageFields",
    "ParsedMessage",
    "Pause",
    "RecipientList",
    "RecipientsRefused",
    "Reply",
    "RetryPolicy",
    "Route",
    "Selection",
    "SendError",
    "SendRequests",
    "SendResult",
    "SendWindow",
    "SenderError",
    "SessionFacts",
    "SignInNeeded",
    "Sink",
    "SinkAccess",
    "SinkHttp",
    "SinkLimits",
    "SinkProtocol",
    "SinkTimeout",
    "SinkTimeouts",
    "SinkTls",
    "StaleRun",
    "StoreError",
    "StoreUnreachable",
    "Suppressions",
    "Table",
    "Template",
    "TemporaryDnsError",
    "Timeouts",
    "Tls",
    "TlsError",
    "TlsFacts",
    "TokenError",
    "UnknownAccount",
    "accounts",
    "dkim",
    "dns",
    "domains",
    "explain",
    "send",
    "sinks",
    "stable_message_id",
]

if TYPE_CHECKING:
    from . import dkim, dns, domains, sinks
    from .accounts import (
        Account,
        AccountOptions,
        AccountPaused,
        AccountsFile,
        AccountState,
        Auth,
        LogOptions,
        Route,
        SignInNeeded,
        Timeouts,
        Tls,
        TokenError,
        UnknownAccount,
        send,
    )
    from .accounts.room import accounts
    from .campaigns import (
        AlreadyRunning,
        AsyncCampaign,
        Campaign,
        CampaignReport,
        CampaignStatus,
        CheckReport,
        Explanation,
        RecipientList,
        RetryPolicy,
        Selection,
        SendWindow,
        Suppressions,
        Template,
    )
    from .codes import Category, Failure, explain
    from .dkim import DkimKey, DkimResult, DkimSigner
    from .dns import TemporaryDnsError
    from .errors import (
        AuthError,
        ConnectError,
        ConnectTimeout,
        DataError,
        ForkedError,
        GatepostError,
        InputError,
        LimitReached,
        RecipientsRefused,
        SenderError,
        SendError,
        TlsError,
    )
    from .history import History, Table
    from .message import (
        Address,
        AddressListSource,
        AddressSource,
        Attachment,
        AttachmentSource,
        BaseMessage,
        Calendar,
        Group,
        Headers,
        Message,
        MessageFields,
        ParsedMessage,
        stable_message_id,
    )
    from .message.mailboxes import Maildir, Mbox
    from .sending.limits import Limits
    from .sending.mailer import AsyncMailer, Mailer
    from .sending.pauses import Pause
    from .sending.requests import SendRequests
    from .sending.results import Accepted, Reply, SendResult
    from .sending.session_facts import SessionFacts, TlsFacts
    from .sinks import (
        AsyncSink,
        Letter,
        Sink,
        SinkAccess,
        SinkHttp,
        SinkLimits,
        SinkProtocol,
        SinkTimeout,
        SinkTimeouts,
        SinkTls,
    )
    from .store import StaleRun, StoreError, StoreUnreachable

    __version__: str
else:
    import importlib

    _HOME = {
        "accounts": (
            "Account",
            "AccountOptions",
            "AccountPaused",
            "AccountState",
            "AccountsFile",
            "Auth",
            "LogOptions",
            "Route",
            "SignInNeeded",
            "Timeouts",
            "Tls",
            "TokenError",
            "UnknownAccount",
            "send",
        ),
        "campaigns": (
            "AlreadyRunning",
            "AsyncCampaign",
            "Campaign",
            "CampaignReport",
            "CampaignStatus",
            "CheckReport",
            "Explanation",
            "RecipientList",
            "RetryPolicy",
            "Selection",
            "SendWindow",
            "Suppressions",
            "Template",
        ),
        "codes": ("Category", "Failure", "explain"),
        "dkim": ("DkimKey", "DkimResult", "DkimSigner"),
        "dns": ("TemporaryDnsError",),
        "errors": (
            "AuthError",
            "ConnectError",
            "ConnectTimeout",
            "DataError",
            "ForkedError",
            "GatepostError",
            "InputError",
            "LimitReached",
            "RecipientsRefused",
            "SendError",
            "SenderError",
            "TlsError",
        ),
        "history": ("History", "Table"),
        "message": (
            "Address",
            "AddressListSource",
            "AddressSource",
            "Attachment",
            "AttachmentSource",
            "BaseMessage",
            "Calendar",
            "Group",
            "Headers",
            "Message",
            "MessageFields",
            "ParsedMessage",
            "stable_message_id",
        ),
        "message.mailboxes": ("Maildir", "Mbox"),
        "sending.limits": ("Limits",),
        "sending.mailer": ("AsyncMailer", "Mailer"),
        "sending.pauses": ("Pause",),
        "sending.requests": ("SendRequests",),
        "sending.results": ("Accepted", "Reply", "SendResult"),
        "sending.session_facts": ("SessionFacts", "TlsFacts"),
        "sinks": (
            "AsyncSink",
            "Letter",
            "Sink",
            "SinkAccess",
            "SinkHttp",
            "SinkLimits",
            "SinkProtocol",
            "SinkTimeout",
            "SinkTimeouts",
            "SinkTls",
        ),
        "store": ("StaleRun", "StoreError", "StoreUnreachable"),
    }
    _MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
    _ROOMS = ("accounts", "dkim", "dns", "domains", "sinks")  # used by their own names: gatepost.dkim.verify

    def __getattr__(name):
        if name == "__version__":
            return importlib.import_module("._core", __name__).version
        if name in _ROOMS:
            return importlib.import_module(f".{name}", __name__)
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__all__, "__version__"})
