"""Where accounts are kept: the file itself, and the folder of what gatepost writes down about them."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from ..arguments import path

VARIABLE = "GATEPOST_ACCOUNTS"


def accounts_path(given: str | os.PathLike[str] | None = None) -> Path:
    """The accounts file: the one given, that of GATEPOST_ACCOUNTS, or accounts.toml in the platform's config folder."""
    chosen = given if given is not None else os.environ.get(VARIABLE) or _usual()
    return path("path", chosen).expanduser().absolute()


def _usual() -> Path:
    return platformdirs.user_config_path("gatepost") / "accounts.toml"


def state_folder(file: Path) -> Path:
    """The folder of its state, logs and encrypted secrets: the platform's, for a file elsewhere one beside it."""
    return platformdirs.user_state_path("gatepost") if file == _usual() else file.with_suffix(".state")


def make_private(folder: Path) -> Path:
    """The folder, made where it is not there; a new one is its owner's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
