"""gatepost account edit, remove, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...accounts import AccountEntry, AccountsFile
from ...accounts.file.building import with_whole_paths
from ...errors import InputError
from ...language import gettext as _
from ...language import ngettext
from ..output import REFUSED, Json, console, print_json, spoken_errors
from .common import (
    Check,
    Name,
    PasswordStdin,
    SendTo,
    Set,
    ask_password,
    opened,
    say_findings,
    settings_of,
    source_words,
    try_out,
)


def edit(
    name: Name,
    set_: Set = None,
    unset: Annotated[list[str] | None, typer.Option(help="KEY to remove.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    proxy_password: Annotated[bool, typer.Option("--proxy-password", help="Ask for that of the proxy.")] = False,
    password_stdin: PasswordStdin = False,
    check: Check = True,
    send_to: SendTo = None,
) -> None:
    """Change settings or the password of an account, once the changed one has connected and logged in."""
    with spoken_errors():
        accounts = opened()
        changes: dict[str, Any] = {**settings_of(set_ or ()), **dict.fromkeys(unset or ())}
        if not changes and not (password or proxy_password or password_stdin):
            raise InputError(_("nothing to change: pass --set KEY=VALUE, --unset KEY or --password"))
        entry = accounts._changed_entry(name, changes)
        new = None
        if proxy_password or password or password_stdin:
            whose = _("the proxy of {name}").format(name=name) if proxy_password else name
            new = ask_password(whose, password_stdin)
        if check and entry.active:
            secrets = {} if new is None else {"proxy" if proxy_password else "password": new}
            found = try_out(accounts._open(entry, secrets, watched=False), send_to, saves=True)
            say_findings(found[-2 if send_to else -1 :])
        if changes:
            accounts.edit(name, changes)
            console.print(_("Account {name} is changed.").format(name=name))
        if new is not None:
            where = source_words(accounts.keep_password(name, new, of_proxy=proxy_password))
            console.print(_("Its password is kept: {where}.").format(where=where))


def remove(name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove an account with its password, state and log."""
    with spoken_errors():
        accounts = opened()
        if name not in accounts:
            accounts.entry(name)  # says which there are
        if not yes:
            question = _("Remove account {name}, its password, state and log?").format(name=name)
            if not typer.confirm(question, err=True):
                raise typer.Exit(REFUSED)
        accounts.remove(name)


def import_(
    file: Annotated[Path, typer.Argument(help="Another accounts file (TOML).")],
    replace: Annotated[bool, typer.Option("--replace", help="Accounts of the same name too.")] = False,
    as_json: Json = False,
) -> None:
    """Take the accounts of another file over. Passwords are not part of it: `account edit NAME --password`."""
    with spoken_errors():
        accounts, others = opened(), AccountsFile(file)
        if not file.exists():
            raise InputError(_("{file}: there is no such file").format(file=file))
        taken, left = [], []
        for entry in others.entries():  # all are read before the first is taken
            if entry.name in accounts and not replace:
                left.append(entry.name)
                continue
            if entry.name in accounts:
                accounts.remove(entry.name)
            accounts.add(entry.name, with_whole_paths(entry.table, others.path.parent))
            taken.append(entry.name)
        if as_json:
            print_json({"imported": taken, "left_out": left})
            return
        for name in taken:
            console.print(f"{name}{_needs(accounts, accounts.entry(name))}")
        for name in left:
            console.print(_("{name}: left out, as there is one of this name (--replace)").format(name=name))
        words = ngettext("{count} account was taken over.", "{count} accounts were taken over.", len(taken))
        console.print(words.format(count=len(taken)))


def _needs(accounts: AccountsFile, entry: AccountEntry) -> str:
    """What is missing before an imported account can log in."""
    if entry.oauth is not None and accounts._secrets.find(entry.name, "tokens") is None:
        return f": gatepost account sign-in {entry.name}"
    if entry.logs_in and accounts._secrets.find(entry.name) is None:
        return f": gatepost account edit {entry.name} --password"
    return ""
