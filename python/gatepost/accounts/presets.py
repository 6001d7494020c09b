"""Mail providers and gates as data (requirements P1 to P6, G2, G4, R1): where to connect, and what they allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..sending.limits import Limits

MB = 1 << 20

# The attachment types that Gmail refuses, also inside archives (002).
_GMAIL = (
    "ade adp bat chm cmd com cpl exe hta ins isp jse lib mde msc msp mst pif scr sct shb sys vb vbe vbs vxd wsc wsf wsh"
)
GMAIL_FORBIDDEN = frozenset(_GMAIL.split())


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider."""

    host: str
    port: int
    security: str  # as the core names it
    limits: Limits = field(default_factory=Limits)
    only_sender: bool = False  # From must be the account's own address
    provider: str = ""  # whose replies the classifier expects
    login: str = ""  # where everybody logs in alike
    password: str = ""
    source: str = ""
    one_round_trip: bool = False  # known to take the next letter's commands behind a letter's end (RFC 2920)


PRESETS: dict[str, Preset] = {
    "mail.ru": Preset(
        "smtp.mail.ru",
        465,
        "implicit_tls",
        Limits(per_minute=1, message_bytes=30 * MB, recipients=30),
        only_sender=True,
        provider="mail.ru",
        source="P1",
    ),
    "yandex": Preset(
        "smtp.yandex.ru",
        465,
        "implicit_tls",
        Limits(per_day=150, message_bytes=30 * MB),
        provider="yandex",
        source="P2",
    ),
    "rambler": Preset(
        "smtp.rambler.ru",
        465,
        "implicit_tls",
        Limits(per_hour=200, message_bytes=20 * MB),
        only_sender=True,
        provider="rambler",
        source="P3",
    ),
    "gmail": Preset(
        "smtp.gmail.com",
        465,
        "implicit_tls",
        Limits(per_day=500, message_bytes=25 * MB, recipients=100, forbidden_attachments=GMAIL_FORBIDDEN),
        provider="gmail",
        source="P4",
    ),
    "ukr.net": Preset("smtp.ukr.net", 465, "implicit_tls", Limits(per_day=250), source="P5"),
    "meta.ua": Preset("smtp.meta.ua", 465, "implicit_tls", Limits(per_day=200), source="P5"),
    "rusender": Preset(
        "smtp.rusender.ru", 465, "implicit_tls", only_sender=True, provider="rusender", source="P6, R1, R2"
    ),
    # Sendsay and UniOne hand out the host with the contract: an empty host asks for host=...
    "sendsay": Preset("", 587, "starttls", provider="sendsay", source="P6, G2"),
    "sendsay-demo": Preset(
        "demo.gate.sendsay.ru",
        587,
        "starttls",
        provider="sendsay",
        login="demo.demo@smtpgate",
        password="demo",
        source="P6, G4",
    ),
    "unisender": Preset("smtp.go1.unisender.ru", 587, "starttls", source="P6"),
    "unione": Preset("", 465, "implicit_tls", source="P6"),
    "sendpulse": Preset("smtp-pulse.com", 465, "implicit_tls", source="P6"),
}

ALIASES = {"mailru": "mail.ru", "ya.ru": "yandex", "yandex.ru": "yandex", "rambler.ru": "rambler", "gmail.com": "gmail"}
