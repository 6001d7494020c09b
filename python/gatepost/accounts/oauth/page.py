"""What a person is shown who signs in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What a person has to do: open `page`, and type `code` there ("": nothing has to be typed)."""

    page: str
    code: str = ""
