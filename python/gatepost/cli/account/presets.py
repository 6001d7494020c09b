"""gatepost account presets."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from ...accounts.presets import Preset, preset_named, preset_names
from ...durations import duration
from ...language import gettext as _
from ..output import Json, console, print_json, spoken_errors


def presets(
    name: Annotated[str | None, typer.Argument(help="One of them: all that is known, with sources.")] = None,
    as_json: Json = False,
) -> None:
    """The providers whose servers and limits are known."""
    with spoken_errors():
        if name is not None:
            key, preset = preset_named(name)
            facts = facts_of(key, preset)
            if as_json:
                print_json(facts)
            else:
                for title, value in facts.items():
                    for line in value if isinstance(value, list) else [value]:
                        console.print(f"{_titles().get(title, title)}: {line}")
            return
        rows = [(key, preset_named(key)[1]) for key in preset_names()]
        if as_json:
            print_json([facts_of(key, preset) for key, preset in rows])
            return
        titles = _("preset"), _("provider"), _("server"), _("limits")
        table = Table(*titles, box=None, header_style="bold")
        for key, preset in rows:
            words = _("{most} in {window}")
            limits = ", ".join(
                words.format(most=f"{most:,}", window=duration(window)) for most, window in preset.limits.windows
            )
            table.add_row(key, preset.title, f"{preset.host or _yours()}:{preset.port}", limits)
        console.print(table)


def _titles() -> dict[str, str]:
    return {
        "preset": _("preset"),
        "provider": _("provider"),
        "aliases": _("aliases"),
        "login": _("login"),
        "limits": _("limits"),
        "mechanisms": _("mechanisms"),
        "idle connections": _("idle connections"),
        "oauth client": _("oauth client"),
        "before the first login": _("before the first login"),
        "seen": _("seen"),
    }


def _login_form(form: str) -> str:
    forms = {
        "address": _("the whole address"),
        "name": _("what stands before the @"),
        "either": _("the address, or what stands before its @"),
    }
    return forms.get(form, "")


def facts_of(key: str, preset: Preset) -> dict[str, Any]:
    """What is known of a provider, and where from."""
    facts: dict[str, Any] = {"preset": key, "provider": preset.title, "aliases": ", ".join(preset.aliases)}
    for kind in ("smtp", "imap", "pop"):
        server = getattr(preset, kind)
        if server is not None:
            also = "".join(
                ", " + _("or {port} {security}").format(port=port, security=how) for port, how in server.also
            )
            facts[kind] = f"{server.host or _yours()} {server.port} {server.security}{also} ({_source(preset, kind)})"
    facts["login"] = preset.login or _login_form(preset.login_form)
    if preset.mechanisms:
        facts["mechanisms"] = f"{', '.join(preset.mechanisms)} ({_source(preset, 'mechanisms')})"
    if preset.idle:
        words = _("are ended after {seconds} s ({source})")
        facts["idle connections"] = words.format(seconds=f"{preset.idle:g}", source=_source(preset, "idle"))
    if (oauth := preset.oauth) is not None:
        facts["oauth"] = _("{way}; tokens of {url} for {scope} ({source})").format(
            way=_("a code typed on any device")
            if oauth.flow == "device"
            else _("a browser that comes back to this machine"),
            url=oauth.token_url, scope=oauth.scope, source=_source(preset, "oauth"),
        )  # fmt: skip
        client = _("its id, and its secret") if oauth.secret else _("its id")
        where = _("{client}, from {page}").format(client=client, page=oauth.register)
        facts["oauth client"] = where if oauth.register else client
    facts["limits"] = [
        f"{name.removeprefix('limits.')} {_words(getattr(preset.limits, name.removeprefix('limits.')))} ({source})"
        for name, source in preset.sources.items()
        if name.startswith("limits.")
    ]
    if preset.only_sender:
        facts["From"] = _("the account's own address alone ({source})").format(source=_source(preset, "from"))
    facts["before the first login"] = preset.advice
    facts["seen"] = list(preset.seen)
    return {title: value for title, value in facts.items() if value}


def _source(preset: Preset, fact: str) -> str:
    return preset.sources.get(fact, _("your own preset"))


def _yours() -> str:
    return _("(yours)")


def _words(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else ", ".join(sorted(value))
