"""The profiles of the package, and those of the user."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files as resources
from pathlib import Path

from ... import files
from ...errors import InputError
from .profile import Profile, read_profile


class _Shipped(Mapping[str, Profile]):
    """By name, each read when it is first asked for."""

    def __getitem__(self, name: str) -> Profile:
        if name not in _names():
            raise KeyError(name)
        return _shipped(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


PROFILES: Mapping[str, Profile] = _Shipped()
"""The profiles of the package by name."""


@cache
def _names() -> tuple[str, ...]:
    found = (file.name for file in resources(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def _shipped(name: str) -> Profile:
    return read_profile(name, tomllib.loads(resources(__package__).joinpath(f"{name}.toml").read_text("utf-8")))


def profile_names() -> list[str]:
    """Those of the package, and the user's own."""
    own = {path.stem for path in user_folder().glob("*.toml")} if user_folder().is_dir() else set()
    return [*PROFILES, *sorted(own - set(PROFILES))]


def user_folder() -> Path:
    """Where the user's own profiles are, NAME.toml each."""
    from platformdirs import user_config_path

    return user_config_path("gatepost") / "sinks"


def profile_named(name: str) -> Profile:
    """The user's profile of this name, else the package's, or that of a path to a .toml file. InputError names those
    that there are."""
    path = Path(name) if name.endswith(".toml") else None
    if path is None and name in _names():
        return PROFILES[name]
    path = path or user_folder() / f"{name}.toml"
    if not path.is_file():
        raise InputError(f"profile: there is no {name!r}; there are {', '.join(PROFILES)}, those in {user_folder()}"
                         " and any path to a .toml file")  # fmt: skip
    try:
        return read_profile(path.stem, tomllib.loads(files.read_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"profile {name}: {error}") from None
