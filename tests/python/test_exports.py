"""The names of `gatepost`: what type checkers see is what loads at run time, and nothing loads before it is used."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

import gatepost as gp


def imported_for_type_checkers() -> dict[str, str]:
    """Each public name, and the module of ours that has it ("" for the rooms themselves)."""
    tree = ast.parse(Path(gp.__file__).read_text())
    [block] = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        alias.name: node.module or "" for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_all_names_are_imported_for_type_checkers_and_load_from_the_same_place() -> None:
    homes = imported_for_type_checkers()
    assert sorted(homes) == sorted(gp.__all__)
    for name, module in homes.items():
        home = importlib.import_module(f"gatepost.{module}" if module else f"gatepost.{name}")
        assert getattr(gp, name) is (getattr(home, name) if module else home), name


def test_every_name_stands_in_dir() -> None:
    assert {*gp.__all__, "__version__"} <= set(dir(gp))


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'gatepost' has no attribute 'Mesage'"):
        _ = gp.Mesage  # type: ignore[attr-defined]


def test_every_exception_below_the_public_ones_is_public() -> None:
    for name in gp.__all__:
        getattr(gp, name)
    pending, found = [gp.GatepostError, gp.InputError], set[type]()
    while pending:
        one = pending.pop()
        found.add(one)
        pending += one.__subclasses__()
    assert {one.__name__ for one in found if one.__module__.startswith("gatepost.")} <= set(gp.__all__)


def test_import_gatepost_loads_nothing_heavy() -> None:
    code = "import gatepost, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert [name for name in loaded if name.startswith("gatepost")] == ["gatepost"]
    assert not {"polars", "matplotlib", "jinja2", "rich", "asyncio"} & set(loaded)


# --- the fields of a letter ---------------------------------------------------------------------------------------


def test_message_fields_are_the_arguments_of_message_with_their_types() -> None:
    arguments = get_type_hints(gp.Message.__init__)
    assert arguments.pop("return") is type(None)
    assert get_type_hints(gp.MessageFields) == arguments


def test_send_shows_every_field_of_a_letter_by_its_name() -> None:
    shown = set(inspect.signature(gp.send).parameters)
    assert shown == {"account", "message", "requests", "timeout", "history", *inspect.signature(gp.Message).parameters}


def test_send_names_a_field_that_no_letter_has() -> None:
    with pytest.raises(TypeError, match="'subjct'"):
        gp.send("smtp://127.0.0.1:1", subjct="Счёт")  # type: ignore[call-arg]


def test_send_takes_no_sender_for_the_accounts_own() -> None:
    with gp.Sink(users={"ivan@example.com": "secret"}) as sink:
        gp.send(sink.account(), from_=None, to="olga@example.com", text="...")  # type: ignore[arg-type]
        [letter] = sink.wait(1)
    assert letter.message.from_ == "ivan@example.com"
