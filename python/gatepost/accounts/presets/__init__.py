"""Providers as data: where to connect, what they allow, and where that is known from. The facts stand in TOML files."""

from .known import preset_by_mx, preset_named, preset_names, preset_of_domain, preset_of_server
from .preset import Preset, Server
from .shipped import ALIASES, PRESETS

GMAIL_FORBIDDEN = frozenset(PRESETS["gmail"].limits.forbidden_attachments or ())

__all__ = [
    "ALIASES",
    "GMAIL_FORBIDDEN",
    "PRESETS",
    "Preset",
    "Server",
    "preset_by_mx",
    "preset_named",
    "preset_names",
    "preset_of_domain",
    "preset_of_server",
]
