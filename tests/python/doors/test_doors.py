"""Whatever is given at a public door: it works, or an InputError names the argument; nothing else comes out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from door import Door
from doors import ROOMS as OTHERS

import gatepost as gp
import gatepost.dns
from gatepost.options import Options
from servers import accounts, sinks

ROOMS = {**OTHERS, "accounts": accounts, "sinks": sinks}
Opened = Callable[[str], dict[str, Door]]


@pytest.fixture
def doors_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with gp.Sink() as sink, gp.Mailer(sink.account()) as mailer:
        yield lambda room: ROOMS[room](sink, mailer)


@pytest.mark.parametrize("room", ROOMS)
def test_what_an_argument_does_not_take_is_refused_by_its_name(room: str, doors_of: Opened) -> None:
    faults = [f"{name}: {fault}" for name, door in doors_of(room).items() for fault in door.faults()]
    assert not faults, "\n".join(faults)


def test_there_is_no_other_door(doors_of: Opened) -> None:
    tried = {name for room in ROOMS for name in doors_of(room)}
    assert sorted(public_doors() - tried) == []


NO_DOORS = ("Resolver", "BudgetedResolver", "resolver_of", "Category", "Selection", "Table", "Headers", "Letter")
"""What others implement, or the package itself makes."""
OF_THE_CORE = ("from_core", "record")
"""They take what the core made."""


def public_doors() -> set[str]:
    found = set()
    for room, module in (
        ("", gp),
        ("dkim.", gp.dkim),
        ("domains.", gp.domains),
        ("dns.", __import__("gatepost.dns").dns),
    ):
        for name in module.__all__:
            thing = getattr(module, name)
            if name in NO_DOORS or inspect.ismodule(thing) or (room and name in gp.__all__):
                continue
            if inspect.isfunction(thing) and inspect.signature(thing).parameters:
                found.add(room + name)
            if inspect.isclass(thing) and not issubclass(thing, BaseException):
                found |= {room + door for door in doors_in(name, thing)}
    return found


def doors_in(name: str, kind: type) -> Iterator[str]:
    made_by_users = not is_dataclass(kind) or issubclass(kind, (gp.RetryPolicy, gp.SendRequests, Options))
    if made_by_users and "__init__" in vars(kind):
        yield name
    for method in dir(kind):
        if not method.startswith("_") and method not in OF_THE_CORE and takes_arguments(kind, method):
            yield f"{name}.{method}"


def takes_arguments(kind: Any, method: str) -> bool:
    found = inspect.getattr_static(kind, method)
    unbound = getattr(found, "__func__", found)
    if not inspect.isfunction(unbound):
        return False
    return len(inspect.signature(unbound).parameters) > (0 if isinstance(found, staticmethod) else 1)
