"""Commands to paste: whole, quoted for the shell, with the store and the accounts that people chose."""

from __future__ import annotations

import json
import shlex
from typing import Any

import typer

from ..store import Store, without_secrets

_SENDING = ("run", "resume", "check", "test")
"""Commands of campaigns that take accounts."""
_NEGATED = {"verify": "--no-verify", "provider_limits": "--no-provider-limits"}
_campaign: list[str] = []  # its name, where the command has one
_store: list[str] = []  # as on the command line of this process
_through: dict[str, list[str]] = {}  # likewise, by option
_made: list[str] = []  # commands that were told
_kept: list[str] = []  # as when the campaign was checked or run last


def forget() -> None:
    """Another command begins."""
    _campaign.clear()
    _store.clear()
    _through.clear()
    _kept.clear()
    _made.clear()


def noted_name(value: str) -> str:
    """Callback of a campaign's name."""
    _campaign[:] = [value]
    return value


def campaign_name() -> str:
    """Of the campaign that this command is about; NAME where it is about none."""
    return _campaign[0] if _campaign else "NAME"


def noted_store(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
    """Callback of --store."""
    if _is_typed(ctx, param):
        _store[:] = ["--store", without_secrets(value)]
    return value


def noted(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
    """Callback of an option that says how letters are sent."""
    name = str(param.name)
    if _is_typed(ctx, param):
        option = f"--{name.replace('_', '-')}"
        if name in _NEGATED:
            _through[name] = [] if value else [_NEGATED[name]]
        elif isinstance(value, list | tuple):
            _through[name] = [part for one in value for part in (option, _without_password(str(one)))]
        else:
            _through[name] = [option, str(value)]
    return value


def remember(store: Store, uid: str) -> None:
    """Keeps how a campaign is sent, for commands of other days that say how to go on."""
    given = [part for option in _through.values() for part in option]
    if given and store.fact(_fact(uid)) != json.dumps(given):
        store.set_fact(_fact(uid), json.dumps(given))


def recall(store: Store, uid: str) -> None:
    """What `remember` kept of the campaign that is spoken of."""
    _kept[:] = json.loads(store.fact(_fact(uid)) or "[]")


def command(*words: str) -> str:
    """`gatepost WORDS`, with what it takes besides, as a shell reads it."""
    sends = words[0] == "campaign" and words[1] in _SENDING
    through = [part for option in _through.values() for part in option] or _kept
    _made.append(shlex.join(["gatepost", *words, *(through if sends else ()), *_store]))
    return _made[-1]


def parted(line: str) -> tuple[str, str, str]:
    """What stands before a command of ours, the command, and what stands behind it; all but the first may be empty."""
    found = max((one for one in _made if one in line), key=len, default="")
    return line.partition(found) if found else (line, "", "")


def _is_typed(ctx: typer.Context, param: typer.CallbackParam) -> bool:
    source = ctx.get_parameter_source(str(param.name))
    return source is not None and source.name == "COMMANDLINE"


def _fact(uid: str) -> str:
    return f"through:{uid}"


def _without_password(account: str) -> str:
    scheme, mark, rest = account.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    return f"{scheme}{mark}{login.partition(':')[0]}{at}{host}{slash}{path}" if mark else account
