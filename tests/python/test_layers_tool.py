"""tools/layers.py: each kind of forbidden arrow is found, a lawful tree is clean."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def layers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("layers", ROOT / "tools" / "layers.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


LAWFUL = {
    "cpp/gatepost/net/a.cpp": '#include "gatepost/smtp/x.hpp"\n#include <boost/asio.hpp>\n// py::object in words\n',
    "cpp/bindings/bind_a.cpp": '#include "gatepost/net/x.hpp"\nnamespace py = pybind11;\n',
    "python/gatepost/campaigns/run.py": "from ..accounts import Account\nfrom . import plan\nimport os\n",
    "python/gatepost/campaigns/plan.py": "from gatepost import _core\n",
    "python/gatepost/accounts/__init__.py": "",
    "python/gatepost/_core.pyi": "",
    "python/gatepost/errors.py": "import enum\n",
}


def test_lawful_tree_has_no_faults(layers: ModuleType, tmp_path: Path) -> None:
    root = write(tmp_path, LAWFUL)
    assert [*layers.cpp_faults(root), *layers.python_faults(root)] == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("cpp/gatepost/smtp/a.cpp", '\n#include "gatepost/net/x.hpp"\n', "smtp/a.cpp:2: smtp may not include net"),
        ("cpp/gatepost/codes/a.hpp", "/* one\ntwo */ void f(py::object);\n", "codes/a.hpp:2: pybind11 belongs"),
        ("cpp/gatepost/sink/a.hpp", "#include <gmime/gmime.h>\n", "sink/a.hpp:1: GMime and GLib belongs"),
        ("cpp/gatepost/smtp/a.hpp", "boost::asio::io_context& io;\n", "smtp/a.hpp:1: Asio belongs"),
        ("cpp/gatepost/attic/a.hpp", "", "module 'attic' has no place"),
    ],
)
def test_forbidden_cpp_line_is_named(layers: ModuleType, tmp_path: Path, name: str, text: str, fault: str) -> None:
    [found] = layers.cpp_faults(write(tmp_path, {name: text}))
    assert fault in found


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("errors.py", "import socket\n", "errors does no I/O"),
        ("accounts/a.py", "def f():\n    from ..campaigns import run\n", "accounts may not import campaigns"),
        ("history/a.py", "import gatepost.sinks\n", "history may not import sinks"),
        ("message.py", "from gatepost import Account\n", "message may not import __init__"),
        ("attic.py", "", "room 'attic' has no place"),
    ],
)
def test_forbidden_python_import_is_named(layers: ModuleType, tmp_path: Path, name: str, text: str, fault: str) -> None:
    tree = {"python/gatepost/campaigns/run.py": "", f"python/gatepost/{name}": text}
    [found] = layers.python_faults(write(tmp_path, tree))
    assert fault in found


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "from .b import x\n", "b.py": "def f():\n    from . import a\n"},
        {"__init__.py": "from .a import x\n", "a.py": "import gatepost.history\n"},
    ],
)
def test_circle_of_imports_is_named(layers: ModuleType, tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, {f"python/gatepost/history/{name}": text for name, text in files.items()})
    [found] = layers.circles(tmp_path)
    first, second, last = found.removeprefix("circle of imports: ").split(" imports ")
    assert {first, second} == {f"python/gatepost/history/{name}" for name in files}
    assert last == first


def test_lawful_tree_has_no_circle(layers: ModuleType, tmp_path: Path) -> None:
    assert [*layers.circles(write(tmp_path, LAWFUL))] == []
