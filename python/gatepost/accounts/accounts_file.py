"""The accounts of one file, by name, and which of them a letter goes through."""

from __future__ import annotations

import difflib
import getpass
import os
import reprlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import flag, line, mapping, moment, named, optional, refuse, secret_line
from ..errors import GatepostError, InputError
from ..language import gettext as _
from ..message import Address, BaseMessage
from ..sending.warm_up import WarmUp
from .account import Account
from .choice import Choice, choose, sender_of
from .file.document import change_toml, read_toml
from .file.editing import change_table, table_of
from .file.entry import AccountEntry, read_entry
from .log_file import LogFile
from .logs import LogOptions
from .oauth.kept import CLIENT_SECRET, TOKENS, KeptTokens
from .oauth.page import SignInPage
from .oauth.places import GivenSecrets, SecretsOf
from .oauth.sign_in import sign_in
from .places import accounts_path, state_folder
from .secret_store import Secrets
from .secret_store.command import first_line
from .state_store import ACTIVE, INACTIVE, PAUSED, AccountState, StateStore
from .watch import KeptWatch

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


class UnknownAccount(InputError, KeyError):
    """There is no account of this name in the file."""

    __str__ = InputError.__str__


class AccountsFile(Mapping[str, Account]):
    """The accounts of a TOML file: `AccountsFile()["news"]`, or `gatepost.accounts["news"]` for short.

    Args:
        path: The file. Default: that of the environment's GATEPOST_ACCOUNTS, else accounts.toml in the platform's
            config folder. It is read anew at each use; one that is not there has no accounts.

    Each table of the file is an account: `preset`, or `url`, or `host` with `port` and `security` ("tls", "starttls",
    "starttls if offered", "none"), or `internal = true`; `login`, `sender`, `aliases`, `active`,
    `allow_another_sender`, `created`, `password_command`; tables `limits`, `tls`, `route`, `timeouts`, `auth`,
    `requests`, `log` with the fields of Limits, Tls, Route, Timeouts, Auth, SendRequests, LogOptions; `oauth` with
    `client_id`, for those who log in by OAuth 2.0; tables `[[dkim]]` with domain, selector and key_file. It has no
    secrets: those come from the environment, `password_command`, the system's keyring or an encrypted file. InputError
    names file, table and key of what is wrong.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = accounts_path(path)
        folder = state_folder(self.path)
        self._secrets = Secrets(self.path, folder, lambda: list(self))
        self._states = StateStore(folder)
        self._logs = folder / "logs"

    # --- by name -------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Account:
        """The account of this name. UnknownAccount where there is none; InputError where it is not active, or a secret
        or a key is missing."""
        entry = self.entry(name)
        if not entry.active:
            raise InputError(f"account {name} is not active; `gatepost account edit {name} --set active=true`")
        return self._open(entry)

    def __iter__(self) -> Iterator[str]:
        return iter(read_toml(self.path))

    def __len__(self) -> int:
        return len(read_toml(self.path))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in read_toml(self.path)

    def __repr__(self) -> str:
        return f"<AccountsFile {self.path}>"

    def entry(self, name: str) -> AccountEntry:
        """What the file says of one account."""
        if isinstance(name, str):
            line("account name", name)
        tables = read_toml(self.path)
        if not isinstance(name, str) or name not in tables:
            near = difflib.get_close_matches(name if isinstance(name, str) else "", tables, n=1, cutoff=0.6)
            shown = reprlib.repr(name) if isinstance(name, str) else type(name).__name__
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(tables) or 'none'}"
            raise UnknownAccount(f"{self.path}: there is no account named {shown}; {hint}")
        return read_entry(name, tables[name], self.path, list(tables).index(name))

    def entries(self) -> list[AccountEntry]:
        """What the file says of all accounts, in its order."""
        return [read_entry(name, table, self.path, i) for i, (name, table) in enumerate(read_toml(self.path).items())]

    def _open(self, entry: AccountEntry, given: dict[str, str] | None = None, watched: bool = True) -> Account:
        """The account to send through, active or not. `given`: secrets by kind that are not kept yet; `watched`: what
        it does is written into its state and log."""

        def secret(kind: str) -> str | None:
            if given and kind in given:
                return secret_line(kind, given[kind])
            found = self._secrets.find(entry.name, kind, entry.password_command)
            if found is None:
                raise self._secrets.missing(entry.name, kind)
            return found.value

        token = self._tokens(entry, given) or _token_command(entry)
        account = entry.open(secret, token)
        if watched:
            account._watch = KeptWatch(entry.name, self._states, self.log(entry), renews=token is not None)
        return account

    def _tokens(self, entry: AccountEntry, given: dict[str, str] | None = None) -> KeptTokens | None:
        """Gives the access tokens of an account that logs in by OAuth; None for others."""
        if (oauth := entry.oauth) is None:
            return None
        settings, provider = oauth

        def failed(words: str) -> None:
            with suppress(GatepostError):  # what is raised says it too
                self._states.failed(entry.name, time.time(), words)

        place = GivenSecrets(given) if given and TOKENS in given else SecretsOf(entry.name, self._secrets)
        return KeptTokens(entry.name, provider, settings.client_id, place, self.folder, failed)

    # --- signing in by OAuth -------------------------------------------------------------------------------------

    def sign_in(
        self,
        name: str,
        show: Callable[[SignInPage], None],
        *,
        ask: Callable[[], str] | None = None,
        client_secret: str | None = None,
    ) -> str:
        """Has a person sign in at the provider of an account that logs in by OAuth, and keeps the tokens; says where.

        Args:
            name: The account.
            show: Called with a `SignInPage`: the page that the person has to open, and the code to type there, if any.
            ask: Where the provider wants a browser and theirs is on another machine: asks for the address at which it
                ended. Default: the browser comes back to this machine.
            client_secret: Secret of the client, which is kept too. Default: the one that is kept already, or that of
                the environment.

        Raises:
            SignInNeeded: The person refused, or was too late.
            TokenError: The provider gave no tokens.
            InputError: The account does not log in by OAuth, or a setting, a secret or a package is missing.
        """
        if not callable(show):
            raise refuse("show", "a function that takes a SignInPage", show)
        if ask is not None and not callable(ask):
            raise refuse("ask", "a function that returns an address", ask)
        optional(secret_line)("client_secret", client_secret)
        tokens = self._tokens(self.entry(name))
        if tokens is None:
            words = _(
                "account {name} does not log in by OAuth;"
                " `gatepost account edit {name} --set oauth.client_id=...` makes it do so"
            )
            raise InputError(words.format(name=name))
        given = sign_in(tokens, show, ask, client_secret)
        if client_secret is not None:
            self._secrets.keep(name, client_secret, CLIENT_SECRET)
        where = tokens.keep(given)
        self._changed(name)
        return where

    # --- by sender -----------------------------------------------------------------------------------------------

    def for_sender(self, sender: BaseMessage | str) -> Account:
        """The account for letters from this sender, "Иван <ivan@example.com>", or for this letter.

        By the address in From, then by its name; where several fit, the newest. Aliases fit, and addresses such as
        ivan+shop@example.com. Accounts that are inactive or paused are never chosen. InputError where none fits.
        """
        return self[self._name_for(sender)]

    def _name_for(self, sender: BaseMessage | str) -> str:
        choice = self._choose(sender_of("sender", sender))
        if choice.name is None:
            raise InputError(f"{self.path}: no account fits {choice}")
        return choice.name

    def explain(self, letter: BaseMessage | str) -> Choice:
        """Which account a letter, or letters from this sender, would go through, and why; `str()` says it in words."""
        return self._choose(sender_of("letter", letter))

    def _choose(self, sender: Address) -> Choice:
        entries = self.entries()
        paused = [entry.name for entry in entries if entry.active and self.state(entry).status != ACTIVE]
        return choose(sender, entries, paused)

    # --- how they stand ------------------------------------------------------------------------------------------

    def state(self, account: str | AccountEntry) -> AccountState:
        """How an account stands."""
        entry = account if isinstance(account, AccountEntry) else self.entry(account)
        state = self._states.read(entry.name)
        return state if entry.active else AccountState(INACTIVE, last_success=state.last_success)

    def left(self, account: str | AccountEntry) -> list[tuple[int, float, int]]:
        """What is left of each limit of letters, as (most letters, seconds, left), counted over all processes."""
        entry = account if isinstance(account, AccountEntry) else self.entry(account)
        windows = self.warm_up(entry).windows()
        now = time.time()
        if not windows or not self._states.path.exists():
            return [(most, window, most) for most, window in windows]
        times = self._states.store.sent_times(entry.name, now - max(window for _, window in windows))
        return [(most, window, max(0, most - sum(at > now - window for at in times))) for most, window in windows]

    def warm_up(self, account: str | AccountEntry) -> WarmUp:
        """How far the warm-up of an account is; `str()` says it in words, "" where it has none or it is over."""
        entry = account if isinstance(account, AccountEntry) else self.entry(account)
        store = self._states.store if self._states.path.exists() else None
        return WarmUp(entry.name, entry.account.limits, store)

    def log(self, account: str | AccountEntry) -> LogFile:
        """The log file of an account."""
        entry = account if isinstance(account, AccountEntry) else self.entry(account)
        return LogFile(self._logs, entry.name, entry.log)

    def pause(self, name: str, why: str = "", *, until: datetime | float | None = None, by: str | None = None) -> None:
        """Lets nothing go through an account, in no process, until a moment, or until somebody resumes it.

        `by`: who says so; by default the user of this machine.
        """
        entry = self.entry(name)
        line("why", why)
        who = getpass.getuser() if by is None else line("by", by)
        end = optional(moment)("until", until)
        self._states.stop(entry.name, PAUSED, why, end, who)

    def resume(self, name: str) -> None:
        """Lets letters go through an account again, whoever paused it."""
        self._states.resume(self.entry(name).name)

    # --- changing the file ---------------------------------------------------------------------------------------

    def add(self, name: str, settings: Mapping[str, Any], *, password: str | None = None) -> AccountEntry:
        """Writes a new account into the file and keeps its password safe elsewhere; see the class for the settings.

        InputError, and nothing is written, where there is one of this name, or where a setting is wrong. Its
        `created`, where none is given, is this moment. One that logs in by OAuth needs `sign_in` besides.
        """
        optional(secret_line)("password", password)
        return self._add(name, settings, {} if password is None else {"password": password})

    def _add(self, name: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> AccountEntry:
        """`secrets` by their kinds."""
        table = {"created": datetime.now().replace(microsecond=0), **self._draft(name, settings).table}

        def put(document: TOMLDocument) -> None:
            if name in document:
                raise InputError(f"{self.path}: there is an account {name!r} already")
            document[name] = table

        if name in self:
            raise InputError(f"{self.path}: there is an account {name!r} already")
        try:
            for kind, value in secrets.items():
                self._secrets.keep(name, value, kind)
            change_toml(self.path, put, self._check_only(name))
        except BaseException:
            if secrets:
                self._secrets.forget(name)
            raise
        return self.entry(name)

    def edit(self, name: str, changes: Mapping[str, Any]) -> None:
        """Changes settings of an account: {"sender": "News <news@example.com>", "limits.per_hour": 20}.

        None removes a setting. Comments stay. Its log begins anew, and what a server had against it is forgotten, as it
        is another account now.
        """
        self._changed_entry(name, changes)
        change_toml(self.path, lambda document: change_table(document[name], changes), self._check_only(name))
        self._changed(name)

    def remove(self, name: str) -> None:
        """Removes an account with its secrets, its state and its log."""
        if name not in self:
            self.entry(name)  # says which there are
        try:
            self.log(name).clear()
        except InputError:
            LogFile(self._logs, name, LogOptions()).clear()  # what is wrong with an account does not keep it
        change_toml(self.path, lambda document: document.pop(name), lambda tables: None)
        self._secrets.forget(name)
        self._states.forget(name)

    def keep_password(self, name: str, password: str, *, of_proxy: bool = False) -> str:
        """Keeps an account's password, or that of its proxy, in the system's keyring or in an encrypted file; says
        where."""
        flag("of_proxy", of_proxy)
        where = self._secrets.keep(self.entry(name).name, password, "proxy" if of_proxy else "password")
        self._changed(name)
        return where

    def _draft(self, name: str, settings: Mapping[str, Any]) -> AccountEntry:
        """What `add` would write."""
        line("name", name)
        mapping(lambda name, value: value)("settings", settings)
        with named("settings"):
            return read_entry(name, table_of(settings), self.path, len(self))

    def _changed_entry(self, name: str, changes: Mapping[str, Any]) -> AccountEntry:
        """What `edit` would make of an account."""
        mapping(lambda name, value: value)("changes", changes)
        if name not in self:
            self.entry(name)  # says which there are
        table = deepcopy(read_toml(self.path)[name])
        with named("changes"):
            change_table(table, changes)
            return read_entry(name, table, self.path, 0)

    def _changed(self, name: str) -> None:
        self.log(name).clear()
        self._states.end_of_servers(name)

    def _check_only(self, name: str) -> Callable[[dict[str, Any]], None]:
        """Others may be wrong already: they are mended one at a time."""

        def check(tables: dict[str, Any]) -> None:
            read_entry(name, tables[name], self.path, 0)

        return check

    @property
    def folder(self) -> Path:
        """Where state, logs and encrypted secrets are kept."""
        return self._logs.parent


def _token_command(entry: AccountEntry) -> Callable[[], str] | None:
    command = entry.token_command
    if command is None:
        return None
    return lambda: first_line(command, f"account {entry.name}: auth.token_command")
