"""SMTP sinks for tests: servers on loopback that behave like real gates and keep what they receive."""

from __future__ import annotations

from .async_sink import AsyncSink
from .letter import Envelope, Letter
from .profiles import PROFILES, Profile
from .report import SinkTimeout
from .rules import RuleFields, Rules
from .session import Session, SessionRecord
from .sink import Sink

__all__ = [
    "PROFILES",
    "AsyncSink",
    "Envelope",
    "Letter",
    "Profile",
    "RuleFields",
    "Rules",
    "Session",
    "SessionRecord",
    "Sink",
    "SinkTimeout",
]
