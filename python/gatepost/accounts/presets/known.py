"""Presets by name, by domain and by host: a person's own, in presets.toml beside the accounts file, before ours."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from ...arguments import named, secret_text
from ...errors import InputError
from ..file.document import read_toml
from ..places import accounts_path
from .preset import Preset, read_preset
from .shipped import ALIASES, PRESETS

if TYPE_CHECKING:
    from ...dns import Resolver


def own_presets() -> dict[str, Preset]:
    """Those of the person who runs this, by their names in lower case. InputError names file, table and key."""
    file = accounts_path().parent / "presets.toml"
    return {name.lower(): _read(file, name, table) for name, table in read_toml(file).items()}


def _read(file: Path, name: str, table: object) -> Preset:
    with named(str(file)):
        return read_preset(name, table, sourced=False)


def preset_named(name: str) -> tuple[str, Preset]:
    """A preset by its name or an alias, with its own name. InputError names those that are near."""
    wanted = secret_text("account: provider", name).lower()
    own = own_presets()
    aliases = ALIASES | {alias.lower(): key for key, preset in own.items() for alias in preset.aliases}
    for known in (own, PRESETS):
        for key in (wanted, aliases.get(wanted, wanted)):
            if key in known:
                return key, known[key]
    names = sorted({*own, *PRESETS})
    near = difflib.get_close_matches(wanted, [*names, *aliases], n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise InputError(f"account: provider takes one of {', '.join(names)}{hint}")


def preset_names() -> list[str]:
    """All names, aliases not among them."""
    return sorted({*own_presets(), *PRESETS})


def preset_of_domain(domain: str) -> str | None:
    """The name of the preset for addresses of this domain."""
    wanted = domain.lower()
    return next((name for name, one in {**own_presets(), **PRESETS}.items() if wanted in one.domains), None)


def preset_by_mx(domain: str, resolver: Resolver) -> tuple[str, str] | None:
    """The name of the preset where the mail of a domain is, and the MX host that says so. TemporaryDnsError.

    A host is known by the preset's `mx`, else by the preset's domains: one below gmx.net is at gmx.net.
    """
    hosts = [host.lower().rstrip(".") for _, host in resolver.mx(domain)]
    presets = {**own_presets(), **PRESETS}
    for which in ("mx", "domains"):
        for host in hosts:
            for name, preset in presets.items():
                if any(host == end or host.endswith(f".{end}") for end in getattr(preset, which)):
                    return name, host
    return None


def preset_of_server(host: str, port: int) -> Preset | None:
    """The preset whose server this is."""
    for preset in {**own_presets(), **PRESETS}.values():
        also = preset.smtp.also if preset.smtp is not None else ()
        if preset.host and preset.host == host and port in (preset.port, *(other for other, _ in also)):
            return preset
    return None
