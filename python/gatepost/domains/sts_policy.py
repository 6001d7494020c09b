"""The policy file of MTA-STS, read (RFC 8461 §3.2, §3.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Fetch = Callable[[str], bytes]
"""URL in, body out; OSError or ValueError in words where there is none."""

_MOST_AGE = 31_557_600
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_PATTERN = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """`mode`: "enforce", "testing" or "none". `mx`: names or "*.name"; `max_age`: seconds."""

    mode: str
    mx: tuple[str, ...]
    max_age: int

    def covers(self, host: str) -> bool:
        """Whether mail may go to this MX; "*." stands for one label (§4.1)."""
        host = host.rstrip(".").lower()
        return any(
            host.partition(".")[2] == pattern[2:] if pattern.startswith("*.") else host == pattern
            for pattern in self.mx
        )


def parse_policy(text: str) -> StsPolicy:
    """The policy of a file; ValueError in words where a sender would not take it for one."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name.rstrip(" \t")):
            raise ValueError(f"the line {line[:80]!r} is not a field")
        fields.setdefault(name.rstrip(" \t"), []).append(value.strip(" \t"))
    version, mode, max_age = (_first(fields, name) for name in ("version", "mode", "max_age"))
    if version != "STSv1":
        raise ValueError(f"its version is {version!r}, not 'STSv1'")
    if mode not in ("enforce", "testing", "none"):
        raise ValueError(f"its mode is {mode!r}, not enforce, testing or none")
    if not re.fullmatch(r"[0-9]{1,10}", max_age) or int(max_age) > _MOST_AGE:
        raise ValueError(f"its max_age is {max_age!r}, not a number of seconds up to {_MOST_AGE}")
    return StsPolicy(mode, tuple(_patterns(fields.get("mx", ()), mode)), int(max_age))


def _first(fields: dict[str, list[str]], name: str) -> str:
    if name not in fields:
        raise ValueError(f"it has no {name}")
    return fields[name][0]  # further ones are ignored (§3.2)


def _patterns(given: Iterable[str], mode: str) -> list[str]:
    patterns = [pattern.rstrip(".").lower() for pattern in given]
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            raise ValueError(f"its mx {pattern!r} is not a host name")
    if not patterns and mode != "none":
        raise ValueError("it names no mx")
    return patterns
