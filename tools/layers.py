"""Reads every #include and import and fails on an arrow that docs/architecture.md does not draw, and on circles."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# C++: a module may include itself, core, and these.
CPP_ARROWS: dict[str, set[str]] = {
    "core": set(),
    "codes": set(),
    "crypto": set(),
    "dkim": {"crypto"},
    "mime": set(),
    "smtp": {"codes", "crypto"},
    "net": {"smtp", "codes", "crypto"},
    "engine": {"net", "smtp", "mime", "dkim", "codes", "crypto"},
    "sink": {"net", "smtp", "mime", "dkim", "codes", "crypto"},
}
# What may be named in these modules alone ("bindings" is cpp/bindings); comments do not count.
CPP_TOKENS: list[tuple[str, re.Pattern[str], set[str]]] = [
    ("pybind11", re.compile(r"\bpy::|\bpybind11\b"), {"bindings"}),
    ("GMime and GLib", re.compile(r"#include\s*<(?:gmime|glib|gio)|\bg_mime_|\bGMime[A-Z]"), {"mime"}),
    ("Asio", re.compile(r"\basio::|boost/asio"), {"net", "engine", "sink"}),
]

# Python: a room may import itself and any room below it; rooms of one level do not know each other ...
PYTHON_LEVELS: list[set[str]] = [
    {"_core", "_categories"},
    {"arguments", "errors", "codes", "language"},
    {"addresses", "clocks", "durations", "files", "process", "shown"},
    {"terminal", "options", "pem"},
    {"store", "message", "dns"},
    {"dkim"},
    {"sending"},
    {"accounts", "domains"},
    {"history"},
    {"campaigns", "sinks"},
    {"demo"},
    {"cli"},
    {"__init__", "__main__", "pytest_plugin"},
]
# ... but for these.
PYTHON_SAME_LEVEL = {
    ("errors", "codes"),
    ("codes", "arguments"),
    ("codes", "language"),
    ("language", "arguments"),
    ("__main__", "__init__"),
    ("pytest_plugin", "__init__"),
}
NO_IO_ROOMS = {"errors", "codes"}
IO_MODULES = {"asyncio", "http", "io", "os", "pathlib", "shutil", "socket", "sqlite3", "ssl", "subprocess", "tempfile"}


def without_comments(source: str) -> str:
    """C++ text with comments blanked, line numbers kept; string literals stay."""
    pattern = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return pattern.sub(lambda m: m[0] if m[0][0] == '"' else "\n" * m[0].count("\n"), source)


def cpp_faults(root: Path) -> Iterator[str]:
    """One line per forbidden include or token."""
    for path in sorted([*root.glob("cpp/**/*.hpp"), *root.glob("cpp/**/*.cpp")]):
        where = path.relative_to(root)
        module = where.parts[2] if where.parts[1] == "gatepost" else where.parts[1]
        if module != "bindings" and module not in CPP_ARROWS:
            yield f"{where}: module '{module}' has no place in tools/layers.py and docs/architecture.md"
            continue
        for number, line in enumerate(without_comments(path.read_text()).splitlines(), 1):
            for target in re.findall(r'#include\s*[<"]gatepost/(\w+)/', line):
                if module != "bindings" and target not in CPP_ARROWS[module] | {module, "core"}:
                    yield f"{where}:{number}: {module} may not include {target}"
            for name, pattern, rooms in CPP_TOKENS:
                if pattern.search(line) and module not in rooms:
                    yield f"{where}:{number}: {name} belongs to {', '.join(sorted(rooms))} alone"


def imported(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, at its head or inside functions, relative names resolved.

    `from .x import a` yields the submodule x.a, where there is one, and else x itself.
    """
    folder = ["gatepost", *path.relative_to(package).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for name in sorted({_module(f"{module}.{alias.name}", package) or module for alias in node.names}):
                yield node.lineno, name


def _module(name: str, package: Path) -> str:
    """`name` where it is a module of ours, else ""."""
    return name if name.startswith("gatepost.") and _file(name, package) else ""


def _file(name: str, package: Path) -> Path | None:
    """The file of a module of ours; None where there is none."""
    stem = package.joinpath(*name.split(".")[1:])
    ends = (stem / "__init__.py", stem.with_suffix(".py"), stem.with_suffix(".pyi"))
    return next((file for file in ends if file.exists()), None)


def python_faults(root: Path) -> Iterator[str]:
    """One line per forbidden import."""
    package = root / "python" / "gatepost"
    level = {room: height for height, rooms in enumerate(PYTHON_LEVELS) for room in rooms}
    for path in sorted(package.glob("**/*.py")):
        where = path.relative_to(root)
        room = path.relative_to(package).parts[0].removesuffix(".py")
        if room not in level:
            yield f"{where}: room '{room}' has no place in tools/layers.py and docs/architecture.md"
            continue
        for number, name in imported(path, package):
            parts = name.split(".")
            if parts[0] != "gatepost":
                if room in NO_IO_ROOMS and parts[0] in IO_MODULES:
                    yield f"{where}:{number}: {room} does no I/O, so it may not import {name}"
                continue
            target = parts[1] if len(parts) > 1 else "__init__"
            if target not in level:
                yield f"{where}:{number}: no such room: {name}"
            elif target != room and level[target] >= level[room] and (room, target) not in PYTHON_SAME_LEVEL:
                yield f"{where}:{number}: {room} may not import {target}"


def circles(root: Path) -> Iterator[str]:
    """A line for the first circle of imports between files, where there is one; imports inside functions count."""
    package = root / "python" / "gatepost"
    arrows = {
        path: {_file(name, package) for _, name in imported(path, package) if name.split(".")[0] == "gatepost"} - {None}
        for path in sorted(package.glob("**/*.py"))
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        way = " imports ".join(str(path.relative_to(root)) for path in reversed(error.args[1]))
        yield f"circle of imports: {way}"


def main() -> int:
    faults = [*cpp_faults(ROOT), *python_faults(ROOT), *circles(ROOT)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
