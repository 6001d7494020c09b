"""Patterns as people write them, in the form in which addresses travel."""

from __future__ import annotations

from .. import _core
from ..arguments import line
from ..errors import InputError


def letter_filter(to: str, from_: str, subject: str) -> tuple[str, str, str]:
    """What letters have to pass, as the core takes it: globs on a recipient and on MAIL FROM, a part of the subject."""
    return wire_glob(line("to", to)), wire_glob(line("from_", from_)), line("subject", subject)


def wire_glob(pattern: str) -> str:
    """The glob with its domain's international labels as A-labels: "*@почта.рф" matches what the wire says.

    InputError where a wildcard stands inside such a label: what travels has no such letters to match.
    """
    head, at, domain = pattern.rpartition("@")
    if domain.isascii():
        return pattern
    return head + at + ".".join(label if label.isascii() else _a_label(label, pattern) for label in domain.split("."))


def _a_label(label: str, pattern: str) -> str:
    if "*" in label or "?" in label:
        raise InputError(
            f"pattern {pattern!r}: a wildcard inside the label {label!r}; write the whole label, or * alone"
        )
    return _core.normalise_address(f"a@{label}.example").removeprefix("a@").removesuffix(".example")
