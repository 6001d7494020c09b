"""What a sink's gate knows of its users, for rules to look at."""

from __future__ import annotations

from collections.abc import Iterable

from .. import _core
from ..arguments import line, number, refuse, texts


class Gate:
    """Numbers and lists of a gate by their names: `sink.gate.balance = 3`, `sink.gate.stop_list = ["a@example.com"]`.

    A number that nobody set is 0. Rules compare numbers (`where`), look values up (`listed`) and change both (`change`,
    `change_each`, `enlist`). Reading gives the value of the moment, a list as a sorted copy.
    """

    __slots__ = ("_sink",)
    _sink: _core.Sink

    def __init__(self, core: _core.Sink) -> None:
        object.__setattr__(self, "_sink", core)

    def __getattr__(self, name: str) -> float | list[str]:
        if name.startswith("_"):
            raise AttributeError(name)
        lists = self._sink.lists()
        return lists[name] if name in lists else self._sink.numbers().get(name, 0.0)

    def __setattr__(self, name: str, value: float | Iterable[str]) -> None:
        line("name", name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._sink.set_number(name, number(name, value))
        elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
            self._sink.set_list(name, texts(name, list(value)))
        else:
            raise refuse(name, "a number or a list of texts", value)

    def as_dict(self) -> dict[str, float | list[str]]:
        """All that is set."""
        return {**self._sink.numbers(), **self._sink.lists()}

    def __dir__(self) -> list[str]:
        return [*self.as_dict(), "as_dict"]

    def __repr__(self) -> str:
        return f"<Gate {self.as_dict()}>"
