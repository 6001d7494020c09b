"""SMTP sinks for tests: servers on loopback that behave like real gates and keep what they receive."""

from __future__ import annotations

from .access import SinkAccess
from .async_sink import AsyncSink
from .gate import Gate
from .http.options import SinkHttp
from .letter import Envelope, Letter
from .limits import SinkLimits, SinkTimeouts
from .profiles import PROFILES, Profile, profile_named
from .protocol import SinkProtocol
from .report import SinkTimeout
from .rule_fields import Condition, RuleFields, TlsFault
from .rules import Rule, Rules, rules_of
from .session import Session, SessionRecord
from .sink import Sink
from .tls import SinkTls

__all__ = [
    "PROFILES",
    "AsyncSink",
    "Condition",
    "Envelope",
    "Gate",
    "Letter",
    "Profile",
    "Rule",
    "RuleFields",
    "Rules",
    "Session",
    "SessionRecord",
    "Sink",
    "SinkAccess",
    "SinkHttp",
    "SinkLimits",
    "SinkProtocol",
    "SinkTimeout",
    "SinkTimeouts",
    "SinkTls",
    "TlsFault",
    "profile_named",
    "rules_of",
]
