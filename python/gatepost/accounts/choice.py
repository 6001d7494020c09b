"""Which account a letter goes through: by the address in From, then by the sender's name, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from ..addresses import split_address
from ..language import gettext as _
from ..message import Address, BaseMessage
from ..message.addresses import read_one
from .file.entry import AccountEntry
from .presets import preset_of_server


class Considered(NamedTuple):
    """One account, and what speaks for or against it. `rank` is None where it cannot be chosen."""

    name: str
    why: str
    rank: tuple[int, bool, tuple[float, int]] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The account that a letter goes through, and why. `str()` has a line for each account, the chosen one first."""

    sender: str
    name: str | None  # None: none fits
    considered: tuple[Considered, ...]

    def __str__(self) -> str:
        words = _("From {sender}: account {name}") if self.name else _("From {sender}: no account fits")
        head = words.format(sender=self.sender, name=self.name)
        return "\n".join([head, *(f"  {one.name}: {one.why}" for one in self.considered)])


def sender_of(name: str, letter: BaseMessage | str) -> Address:
    """Whom a letter is from; an address is taken as it is. InputError begins with `name`."""
    return letter.from_ if isinstance(letter, BaseMessage) else read_one(name, letter)


def choose(sender: Address, entries: Iterable[AccountEntry], paused: Sequence[str] = ()) -> Choice:
    """The best account for this sender. Accounts that are inactive or `paused` are never chosen."""
    considered = [_consider(sender, entry, entry.name in paused) for entry in entries]
    fitting = sorted((one for one in considered if one.rank is not None), key=lambda one: one.rank or (), reverse=True)
    if len(fitting) > 1:
        best, second = fitting[0], fitting[1]
        fitting[0] = best._replace(why=f"{best.why}; {_before(best, second)}")
    rest = [one for one in considered if one.rank is None]
    return Choice(str(sender), fitting[0].name if fitting else None, (*fitting, *rest))


def _before(best: Considered, second: Considered) -> str:
    assert best.rank is not None and second.rank is not None
    if best.rank[0] != second.rank[0]:
        return _("a closer fit than {name}").format(name=second.name)
    if best.rank[1] != second.rank[1]:
        return _("its sender name is the letter's, that of {name} is not").format(name=second.name)
    return _("newer than {name}").format(name=second.name)


def _consider(sender: Address, entry: AccountEntry, paused: bool) -> Considered:
    account = entry.account
    fit, why = _fit(sender.address, entry)
    if fit == 0:
        return Considered(entry.name, why, None)
    if not entry.active:
        return Considered(entry.name, _("{why}, but it is not active").format(why=why), None)
    if paused:
        return Considered(entry.name, _("{why}, but it is paused").format(why=why), None)
    same_name = bool(sender.name) and sender.name.casefold() == account.sender_name.casefold()
    why = _("{why} and name").format(why=why) if same_name else why
    return Considered(entry.name, why, (fit, same_name, entry.age))


def _fit(address: str, entry: AccountEntry) -> tuple[int, str]:
    """3: its own address, 2: an alias, 1: a plus-address of one of these, 0: neither."""
    own = entry.account.sender
    if own is not None and _same(address, own):
        return 3, _("sends from {address}").format(address=own)
    if (alias := _alias(address, entry)) is not None:
        return 2, _("takes {address}").format(address=alias)
    local, domain = split_address(address)
    base, plus, _tag = local.partition("+")
    if plus and base:
        plain = f"{base}@{domain}"
        if (own is not None and _same(plain, own)) or _alias(plain, entry) is not None:
            return 1, _("takes plus-addresses of {address}").format(address=plain)
    return 0, _("sends from {address}").format(address=own) if own else _("has no sender address")


def _same(one: str, other: str) -> bool:
    """Local parts of providers do not tell cases apart."""
    return one.casefold() == other.casefold()


def _alias(address: str, entry: AccountEntry) -> str | None:
    for alias in entry.aliases:
        if fnmatchcase(address.casefold(), alias.casefold()):
            return alias
    own = entry.account.sender
    preset = preset_of_server(entry.account.host, entry.account.port)
    if own is None or preset is None:
        return None
    local, domain = split_address(own)
    other_local, other_domain = split_address(address)
    if domain in preset.same_mailbox and other_domain in preset.same_mailbox and _same(local, other_local):
        words = _("{address}, the same mailbox at {provider}")
        return words.format(address=f"{local}@{other_domain}", provider=preset.title)
    return None
