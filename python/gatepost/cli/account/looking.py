"""gatepost account list, show, check, choose."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ...accounts import AccountEntry, AccountsFile
from ...durations import duration
from ..output import REFUSED, Json, console, print_json, spoken_errors
from .common import Name, SendTo, opened, say_findings, try_out

_LOOK_EACH = 2.0  # seconds
_COLOURS = {"active": "green", "inactive": "dim", "paused": "yellow", "blocked": "red", "not activated": "red"}


def list_(
    watch: Annotated[bool, typer.Option("--watch", help="Look again every two seconds, until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """How all accounts stand: what a person looks at in the morning."""
    with spoken_errors():
        accounts = opened()
        while True:
            _list(accounts, [_row(accounts, entry) for entry in accounts.entries()], as_json)
            if not watch:
                return
            time.sleep(_LOOK_EACH)
            if console.is_terminal and not as_json:
                console.clear()


def _list(accounts: AccountsFile, rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    if not rows:
        console.print(f"No accounts in {accounts.path}; `gatepost account add NAME` makes one.")
        return
    table = Table("account", "state", "sender", "left", "last success", box=None, header_style="bold")
    for row in rows:
        left = ", ".join(f"{one['left']:,} of {one['most']:,} in {duration(one['seconds'])}" for one in row["limits"])
        state = Text(row["status"], _COLOURS.get(row["status"], ""))
        table.add_row(row["name"], state, row["sender"] or "", left or "no limit", _ago(row["last_success"]))
    console.print(table)
    for row in rows:
        if row["status"] not in ("active", "inactive"):
            console.print(f"{row['name']}: {row['state']}")
        elif row["last_error_at"] and row["last_error_at"] > (row["last_success"] or 0):
            console.print(f"{row['name']}: failed {_ago(row['last_error_at'])}: {row['last_error']}")


def show(name: Name, as_json: Json = False) -> None:
    """All that is known of an account, but for its secrets."""
    with spoken_errors():
        accounts = opened()
        entry = accounts.entry(name)
        account, row = entry.account, _row(accounts, entry)
        row |= {
            "file": str(accounts.path),
            "log": str(accounts.log(entry).path),
            "created": entry.created or None,
            "aliases": list(entry.aliases),
            "provider": account.provider or "",
            "rules": {rule: source for rule, source in account._rules.items() if rule in ("from", *_ASKED)},
            "password_from": _password_source(accounts, entry),
            "login_by": _oauth_words(accounts, entry),
            "options": [
                repr(one) for one in (account.limits, account.route, account.timeouts) if "()" not in repr(one)
            ],
        }
        if as_json:
            print_json(row)
            return
        for title in (
            "name",
            "state",
            "server",
            "login",
            "sender",
            "aliases",
            "login_by",
            "password_from",
            "file",
            "log",
        ):
            value = ", ".join(row[title]) if isinstance(row[title], list) else row[title]
            if value:
                console.print(f"{title.replace('_', ' ')}: {value}")
        for limit in row["limits"]:
            console.print(f"limit: {limit['most']:,} in {duration(limit['seconds'])}, {limit['left']:,} left")
        for rule, source in row["rules"].items():
            console.print(f"rule: {rule}: {source}")
        for title in ("last_success", "last_error_at"):
            if row[title]:
                words = f": {row['last_error']}" if title == "last_error_at" else ""
                console.print(f"{title.removesuffix('_at').replace('_', ' ')}: {_ago(row[title])}{words}")


_ASKED = ("per_minute", "per_hour", "per_day", "recipients", "message_bytes", "forbidden_attachments")


def check(name: Name, send_to: SendTo = None, as_json: Json = False) -> None:
    """Connect and log in, whether the account is active or not; say what was found."""
    with spoken_errors():
        accounts = opened()
        findings = try_out(accounts._open(accounts.entry(name)), send_to)
        if as_json:
            print_json({"name": name, "findings": findings})
        else:
            say_findings(findings)


def choose(
    sender: Annotated[str, typer.Argument(help='"Иван <ivan@example.com>"')],
    as_json: Json = False,
) -> None:
    """Say which account letters from this sender go through, and why. Exit code 1 where none fits."""
    with spoken_errors():
        choice = opened().explain(sender)
        if as_json:
            considered = [{"name": one.name, "why": one.why, "fits": one.rank is not None} for one in choice.considered]
            print_json({"sender": choice.sender, "account": choice.name, "considered": considered})
        else:
            console.print(str(choice))
        if choice.name is None:
            raise typer.Exit(REFUSED)


def _row(accounts: AccountsFile, entry: AccountEntry) -> dict[str, Any]:
    account, state = entry.account, accounts.state(entry)
    return {
        "name": entry.name,
        "status": state.status,
        "state": state.in_words(),
        "why": state.why,
        "until": state.until,
        "by": state.by,
        "server": account.masked_url,
        "login": account.login,
        "sender": f"{account.sender_name} <{account.sender}>" if account.sender_name else account.sender,
        "limits": [{"most": most, "seconds": s, "left": left} for most, s, left in accounts.left(entry)],
        "last_success": state.last_success,
        "last_error_at": state.last_error_at,
        "last_error": state.last_error,
    }


def _password_source(accounts: AccountsFile, entry: AccountEntry) -> str:
    if not entry.logs_in:
        return ""
    if entry.password_command is not None:
        return "password_command"
    found = accounts._secrets.find(entry.name)
    return "nobody has it" if found is None else found.source


def _oauth_words(accounts: AccountsFile, entry: AccountEntry) -> str:
    """How an account stands that logs in by OAuth; "" for others."""
    keeper = accounts._tokens(entry)
    if keeper is None:
        return ""
    tokens = keeper.read()
    words = f"OAuth 2.0, client {keeper.client_id}; "
    if tokens is None or tokens.refused:
        why = "nobody has signed in" if tokens is None else f"refused ({tokens.refused})"
        return f"{words}{why}: gatepost account sign-in {entry.name}"
    if tokens.renew_at is None:
        return f"{words}signed in"
    return f"{words}signed in, access token until {time.strftime('%Y-%m-%d %H:%M', time.localtime(tokens.renew_at))}"


def _ago(at: float | None) -> str:
    return "never" if not at else f"{duration(max(0.0, time.time() - at))} ago"
