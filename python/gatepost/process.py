"""What belongs to one process: in a child made by fork the copies of its threads, locks, connections and files do not
work, and whatever a child makes itself does."""

from __future__ import annotations

import os
import threading
from typing import Any, Protocol
from weakref import WeakSet

from . import _core
from .errors import ForkedError

_forks = 0


class Home:
    """The process in which an object was made."""

    __slots__ = ("_forks",)

    def __init__(self) -> None:
        self._forks = _forks

    @property
    def here(self) -> bool:
        """Whether that is this process."""
        return self._forks == _forks

    def check(self) -> None:
        """ForkedError in a child made by fork since."""
        if self._forks != _forks:
            raise ForkedError


class Inherited(Protocol):
    """What has to be seen to where the process forks. None of these calls raises or waits for long."""

    def before_fork(self) -> Any:
        """Comes to rest; what it returns is handed to the others, in both processes."""

    def after_fork_in_parent(self, rest: Any) -> None:
        """Goes on."""

    def after_fork_in_child(self, rest: Any) -> None:
        """Lets go of what a child must not have."""


_inherited: WeakSet[Inherited] = WeakSet()
_at_rest = threading.local()


def see_to_at_fork(one: Inherited) -> None:
    """From now on it is told of forks, for as long as it lives."""
    _inherited.add(one)


def _before() -> None:
    _at_rest.all = [(one, one.before_fork()) for one in list(_inherited)]
    _core.before_fork()


def _in_parent() -> None:
    _core.after_fork_in_parent()
    for one, rest in _at_rest.__dict__.pop("all", ()):
        one.after_fork_in_parent(rest)


def _in_child() -> None:
    global _forks
    _forks += 1
    _core.after_fork_in_child()
    for one, rest in _at_rest.__dict__.pop("all", ()):
        one.after_fork_in_child(rest)
    _inherited.clear()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
