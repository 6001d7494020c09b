"""What a dry run finds out, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..shown import shown


@dataclass(frozen=True, slots=True)
class RowFinding:
    """A row of the list with something to say about it."""

    row: int
    text: str  # the address, or the field
    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that the letter uses and this row leaves empty.

    `empty_in`: the parts of the letter that then show nothing in its place ("subject", "text" ...). `covered`: none
    does, and the letter can be made: the template provides for it.
    """

    row: int
    field: str
    covered: bool
    empty_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be sent."""

    row: int
    from_: str
    to: str
    subject: str
    text: str
    html: str
    attachments: list[str]

    def __repr__(self) -> str:
        return shown(f"From: {self.from_}\nTo: {self.to}\nSubject: {self.subject}\n\n{self.text or self.html}")


@dataclass(frozen=True)
class CheckFacts:
    """What a dry run found. Rows are those of the list."""

    name: str
    total: int
    to_send: int
    bad: list[RowFinding]
    duplicates: list[RowFinding]
    suppressed: list[RowFinding]
    missing: list[Missing]
    unrenderable: list[RowFinding]
    test_rows: list[int]
    previews: list[Preview]
    seconds: float | None  # the least time that the accounts' limits leave; None without accounts
    findings: list[str]
    changes: list[str] = field(default_factory=list)  # what is other than it was in the store
    reached: list[RowFinding] = field(default_factory=list)  # who got a letter of another campaign a short time ago
    recognised: list[str] = field(default_factory=list)  # how the list was read
    mended: list[RowFinding] = field(default_factory=list)  # addresses that are sent to otherwise than as they stood

    @property
    def ok(self) -> bool:
        """Whether every row that is to be sent can be."""
        return self.to_send > 0 and not self.unrenderable

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "ok": self.ok}
