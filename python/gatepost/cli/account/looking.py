"""gatepost account list, show, check, choose."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...accounts import AccountEntry, AccountsFile
from ...accounts.server_words import said_and_meaning
from ...accounts.state_store import status_words
from ...durations import duration
from ...language import gettext as _
from ...language import ngettext
from ..output import REFUSED, Json, console, print_json, spoken_errors
from .common import Name, SendTo, opened, say_findings, source_words, try_out

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
        words = _("No accounts in {file}; `gatepost account add NAME` makes one.")
        console.print(words.format(file=accounts.path))
        return
    titles = _("name"), _("state"), _("sender"), _("left"), _("last success")
    table = Table(box=None, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        state = Text(status_words(row["status"]), _COLOURS.get(row["status"], ""))
        table.add_row(row["name"], state, row["sender"] or "", _left(row["limits"]), _ago(row["last_success"]))
    console.print(table)
    for row in rows:
        if row["status"] not in ("active", "inactive"):
            console.print(f"{row['name']}: {row['since']}", soft_wrap=False)
            _explain(row["why"])
        elif row["last_error_at"] and row["last_error_at"] > (row["last_success"] or 0):
            console.print(_("{name}: failed {ago}").format(name=row["name"], ago=_ago(row["last_error_at"])))
            _explain(row["last_error"])


def _left(limits: list[dict[str, Any]]) -> str:
    words = _("{left} of {most} in {window}")
    lines = [
        words.format(left=f"{one['left']:,}", most=f"{one['most']:,}", window=duration(one["seconds"]))
        for one in limits
    ]
    return "\n".join(lines) or _("no limit")


def _explain(reason: str) -> None:
    """What was said, and below it what it means and what to do."""
    for words in said_and_meaning(reason):
        if words:
            console.print(Padding(words, (0, 0, 0, 2)))


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
            "warm_up": str(accounts.warm_up(entry)),
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
        facts = {
            _("name"): row["name"], _("state"): row["since"], _("server"): row["server"], _("login"): row["login"],
            _("sender"): row["sender"], _("aliases"): ", ".join(row["aliases"]), _("login by"): row["login_by"],
            _("password from"): row["password_from"], _("file"): row["file"], _("log"): row["log"],
        }  # fmt: skip
        for title, value in facts.items():
            if value:
                console.print(f"{title}: {value}")
            if title == _("state"):
                _explain(row["why"])
        if row["warm_up"]:
            console.print(_("warm-up: {words}").format(words=row["warm_up"]))
        for limit in row["limits"]:
            words = ngettext("{most} letter in {window}", "{most} letters in {window}", limit["most"])
            words = words.format(most=f"{limit['most']:,}", window=duration(limit["seconds"]))
            left = _("{left} left").format(left=f"{limit['left']:,}")
            console.print(_("limit: {limit}, {left}").format(limit=words, left=left))
        for rule, source in row["rules"].items():
            console.print(_("rule: {rule}: {source}").format(rule=rule, source=source))
        if row["last_success"]:
            console.print(_("last success: {ago}").format(ago=_ago(row["last_success"])))
        if row["last_error_at"]:
            console.print(_("last error: {ago}").format(ago=_ago(row["last_error_at"])))
            if row["last_error"] != row["why"]:
                _explain(row["last_error"])


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
        "since": state._in_short(),
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
    return _("nobody has it") if found is None else source_words(found.source)


def _oauth_words(accounts: AccountsFile, entry: AccountEntry) -> str:
    """How an account stands that logs in by OAuth; "" for others."""
    keeper = accounts._tokens(entry)
    if keeper is None:
        return ""
    tokens = keeper.read()
    words = _("OAuth 2.0, client {client}").format(client=keeper.client_id) + "; "
    if tokens is None or tokens.refused:
        why = _("refused ({why})").format(why=tokens.refused) if tokens else _("nobody has signed in")
        return f"{words}{why}: gatepost account sign-in {entry.name}"
    if tokens.renew_at is None:
        return words + _("signed in")
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(tokens.renew_at))
    return words + _("signed in, access token until {moment}").format(moment=moment)


def _ago(at: float | None) -> str:
    return _("{time} ago").format(time=duration(max(0.0, time.time() - at))) if at else _("never")
