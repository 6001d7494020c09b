"""Real gates as data: who may log in, and what becomes of which letter."""

from __future__ import annotations

from dataclasses import dataclass

from .rules import RuleFields


@dataclass(frozen=True, slots=True)
class Profile:
    """How a kind of gate behaves. With a `login`, nobody sends without it."""

    name: str
    summary: str
    login: str = ""
    password: str = ""
    rules: tuple[RuleFields, ...] = ()


REQUIRED_HEADERS = ("Message-Id", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type")
"""Without one of them, Sendsay's demo gate accepts a letter and never delivers it."""

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("open", "takes every letter from everybody and keeps it"),
        Profile(
            "demo_gate",
            "Sendsay's demo gate: a login is asked for, test@test.ru is taken and thrown away, and a letter without one"
            " of seven headers is taken and dies silently",
            login="demo.demo@smtpgate",
            password="demo",
            rules=(
                {"phase": "rcpt", "to": "test@test.ru", "discard": True},
                {"phase": "final", "missing_headers": REQUIRED_HEADERS, "discard": True},
            ),
        ),
    )
}
