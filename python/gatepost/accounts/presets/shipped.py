"""The presets that come with the package."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from .preset import Preset, read_preset


def _shipped() -> dict[str, Preset]:
    found: dict[str, Preset] = {}
    for file in ("mailboxes.toml", "services.toml"):
        tables = tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))
        found |= {name: read_preset(name, table, sourced=True) for name, table in tables.items()}
    return found


PRESETS = _shipped()
ALIASES = {alias: name for name, preset in PRESETS.items() for alias in preset.aliases}
