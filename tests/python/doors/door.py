"""A public door: something that users call, and a lawful way to call it. A folder named "folder" must be there."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gatepost as gp
from gatepost.store import StoreError

NUL = "a\0b"
HOSTILE: tuple[Any, ...] = (
    *(None, object(), 3, -1, 2**80, 2**20_000, float("nan"), float("inf"), True),
    *("a\ud800b", NUL, "\r\n", "", "~", b"\xff", [], {}, (), [object()], [3], {"a": object()}, {3: "a"}, "folder"),
)

SECRET = "hunter2"
HIDING: tuple[Any, ...] = (
    *(SECRET, [SECRET], (("login", SECRET),), {"password": SECRET}, SECRET.encode()),
    *(f"smtps://ivan:{SECRET}", f"ivan:{SECRET}://example.com", f"smtps://{SECRET}\0@example.com", f"shop:{SECRET}"),
)
"""What people give who meant to give a secret."""


@dataclass
class Door:
    """`call` takes `lawful` as keyword arguments and, one by one, anything in the place of each.

    `may`: what its documentation says it raises beside InputError. `secret`: arguments whose value no message shows.
    `any_text`: arguments that take a NUL: bodies, templates, passphrases and what strangers wrote.
    `like`: whose signature says which arguments there are, where `call` stands before it. `besides`: further ones, that
    are taken by **. `called`: what messages call an argument that callers give without its name. `files`:
    arguments whose messages name the file.
    """

    call: Callable[..., Any]
    lawful: dict[str, Any] = field(default_factory=dict)
    may: tuple[type[BaseException], ...] = ()
    secret: tuple[str, ...] = ()
    like: Callable[..., Any] | None = None
    besides: tuple[str, ...] = ()
    called: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    any_text: tuple[str, ...] = ()

    def parameters(self) -> list[str]:
        shown = inspect.signature(self.like or self.call).parameters.values()
        named = [one.name for one in shown if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        return [name for name in dict.fromkeys([*named, *self.besides]) if name != "self"]

    def names(self, name: str, value: object) -> list[str]:
        """Of which a message about this argument holds one."""
        file = [str(Path(value))] if name in self.files and isinstance(value, str) else []
        return [name.rstrip("_"), self.called.get(name, name), *file]

    def open(self, **arguments: Any) -> None:
        made = self.call(**arguments)
        if inspect.iscoroutine(made):
            made = asyncio.run(made)
        if inspect.isgenerator(made):
            list(made)
        if isinstance(made, gp.Campaign | gp.AsyncCampaign | gp.History | gp.Mailer):
            closing = made.close()
            if inspect.iscoroutine(closing):
                asyncio.run(closing)

    def faults(self) -> Iterator[str]:
        """A line for each value that comes out as anything but success or an InputError that names the argument."""
        try:
            self.open(**self.lawful)
        except Exception as error:
            yield f"lawful: {type(error).__name__}: {error}"
        for name in self.parameters():
            for value in HOSTILE:
                try:
                    self.open(**{**self.lawful, name: value})
                    if value == NUL and name not in self.any_text:
                        yield f"{name}={_short(value)}: taken"
                except gp.InputError as error:
                    said = str(error)
                    if not any(one in said for one in self.names(name, value)):
                        yield f"{name}={_short(value)}: not named: {said}"
                except self.may:
                    pass
                except Exception as error:
                    yield f"{name}={_short(value)}: {type(error).__name__}: {str(error)[:200]}"
        for name in self.secret:
            yield from self._shown(name)

    def _shown(self, name: str) -> Iterator[str]:
        """A line for each message that shows a secret given for this argument."""
        for value in HIDING:
            try:
                self.open(**{**self.lawful, name: value})
            except Exception as error:
                if SECRET in str(error):
                    yield f"{name}={_short(value)}: shown: {error}"


STORE = (StoreError, OSError)


def _short(value: object) -> str:
    return "2**20000" if value == 2**20_000 else repr(value)[:40]
