"""One provider, and how its table in a TOML file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple

from ...arguments import Check, check_all, flag, line, one_of, refuse, seconds, some_of, texts, whole_number
from ...errors import InputError
from ...sending.limits import Limits
from ..auth import MECHANISMS
from ..oauth.provider import CHECKS as OAUTH
from ..oauth.provider import OAuthProvider, read_provider

MB = 1 << 20
SECURITY = {"tls": "implicit_tls", "starttls": "starttls", "none": "none"}
"""What the files call it, and the core's name."""

FORMS = ("address", "name", "either")


class Server(NamedTuple):
    """Where a provider is reached. `also`: other ports, each with its security."""

    host: str
    port: int
    security: str  # as the files name it
    also: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider."""

    host: str  # "": comes with the contract
    port: int
    security: str  # as the core names it
    limits: Limits = field(default_factory=Limits)
    only_sender: bool = False  # From must be the account's own address
    provider: str = ""  # whose replies the classifier expects
    login: str = ""  # where everybody logs in alike
    password: str = ""
    source: str = ""
    one_round_trip: bool = False  # known to take the next letter's commands behind a letter's end (RFC 2920)
    title: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()  # of the addresses there
    same_mailbox: frozenset[str] = frozenset()  # domains in which one name is one mailbox
    mx: tuple[str, ...] = ()  # ends of the MX hosts of domains whose mail is there
    login_form: str = ""  # one of FORMS; "": not known
    smtp: Server | None = None
    imap: Server | None = None
    pop: Server | None = None
    oauth: OAuthProvider | None = None
    mechanisms: tuple[str, ...] = ()  # of logging in that the provider's documents name
    idle: float = 0.0  # seconds after which the server ends a connection that is not used; 0: not known
    advice: str = ""  # what has to be done before one can log in
    seen: tuple[str, ...] = ()  # what senders met beyond what is documented
    sources: Mapping[str, str] = field(
        default_factory=dict
    )  # of each fact: "limits.per_day" -> "guide ..., 2026-11-30"

    def login_for(self, login: str) -> str:
        """The login as the provider wants it: completed to an address, or cut to what stands before the @."""
        if self.login_form == "address" and "@" not in login and self.domains:
            return f"{login}@{self.domains[0]}"
        name, _, domain = login.rpartition("@")
        if self.login_form == "name" and name and domain.lower() in self.domains:
            return name
        return login

    def sender_for(self, login: str) -> str | None:
        """The address behind a login that is not one; None where that is not known."""
        if "@" in login or not login or not self.domains or self.login_form not in ("name", "either"):
            return None
        return f"{login}@{self.domains[0]}"


_SERVER: dict[str, Check] = {"host": line, "port": whole_number(1, 65535), "security": one_of(*SECURITY)}
_TEXTS = ("title", "provider", "advice")
_LISTS = ("aliases", "domains", "mx", "seen")
_KEYS = (
    *(*_TEXTS, *_LISTS, "same_mailbox", "one_round_trip"),
    *("smtp", "imap", "pop", "login", "oauth", "mechanisms", "idle", "from", "limits"),
)
_LIMITS = {"message_mb": "message_bytes"} | {
    one.name: one.name for one in fields(Limits) if one.name != "message_bytes"
}


def read_preset(name: str, table: object, sourced: bool) -> Preset:
    """The preset of a table. InputError names the key that is wrong. `sourced`: each fact must name its source."""
    facts = _table(name, table, _KEYS)
    for key in _TEXTS:
        line(f"[{name}] {key}", facts.get(key, ""))
    for key in _LISTS:
        texts(f"[{name}] {key}", facts.get(key, []))
    for key in ("same_mailbox", "one_round_trip"):
        flag(f"[{name}] {key}", facts.get(key, False))
    if "smtp" not in facts:
        raise InputError(f"[{name}] has no smtp: where letters are handed in")
    sources: dict[str, str] = {}
    servers = {key: _server(name, key, facts[key], sources, sourced) for key in ("smtp", "imap", "pop") if key in facts}
    login = _sourced(name, "login", facts, ("form", "name", "password"), sources, sourced)
    if "form" in login:
        one_of(*FORMS)(f"[{name}.login] form", login["form"])
    sender = _sourced(name, "from", facts, ("only_sender",), sources, sourced)
    flag(f"[{name}.from] only_sender", sender.get("only_sender", False))
    oauth = _sourced(name, "oauth", facts, tuple(OAUTH), sources, sourced)
    given = {key: value for key, value in oauth.items() if key not in ("source", "date")}
    mechanisms = _sourced(name, "mechanisms", facts, ("names",), sources, sourced)
    idle = _sourced(name, "idle", facts, ("seconds",), sources, sourced)
    smtp = servers["smtp"]
    domains = tuple(facts.get("domains", ()))
    return Preset(
        smtp.host,
        smtp.port,
        SECURITY[smtp.security],
        _limits(name, facts.get("limits", {}), sources, sourced),
        sender.get("only_sender", False),
        facts.get("provider", ""),
        line(f"[{name}.login] name", login.get("name", "")),
        line(f"[{name}.login] password", login.get("password", "")),
        sources.get("smtp", ""),
        facts.get("one_round_trip", False),
        facts.get("title", name),
        tuple(facts.get("aliases", ())),
        domains,
        frozenset(domains) if facts.get("same_mailbox") else frozenset(),
        tuple(facts.get("mx", ())),
        login.get("form", ""),
        smtp,
        servers.get("imap"),
        servers.get("pop"),
        read_provider(f"[{name}.oauth]", given) if given else None,
        tuple(some_of(*MECHANISMS)(f"[{name}.mechanisms] names", mechanisms.get("names", []))),
        seconds(f"[{name}.idle] seconds", idle["seconds"]) if "seconds" in idle else 0.0,
        facts.get("advice", ""),
        tuple(facts.get("seen", ())),
        sources,
    )


def _table(where: str, table: object, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise refuse(f"[{where}]", "a table", table)
    for key in table:
        if key not in keys:
            raise InputError(f"[{where}] {key!r} is not a key; keys are {', '.join(keys)}")
    return table


def _sourced(
    name: str, key: str, facts: dict[str, Any], keys: tuple[str, ...], sources: dict[str, str], sourced: bool
) -> dict[str, Any]:
    if key not in facts:
        return {}
    table = _table(f"{name}.{key}", facts[key], (*keys, "source", "date"))
    _note_source(f"{name}.{key}", key, table, sources, sourced)
    return table


def _note_source(where: str, key: str, table: dict[str, Any], sources: dict[str, str], sourced: bool) -> None:
    source, day = table.get("source"), table.get("date")
    if sourced and (not source or not isinstance(day, date)):
        raise InputError(f"[{where}] names no source or no date")
    if source is not None:
        sources[key] = f"{line(f'[{where}] source', source)}, {day}" if day else source


def _server(name: str, key: str, table: object, sources: dict[str, str], sourced: bool) -> Server:
    where = f"{name}.{key}"
    facts = _table(where, table, (*_SERVER, "also", "source", "date"))
    for wanted in _SERVER:
        if wanted not in facts:
            raise InputError(f"[{where}] has no {wanted}")
    check_all(_SERVER, facts, f"[{where}] ")
    also = facts.get("also", [])
    for one in also if isinstance(also, list) else [None]:
        if not isinstance(one, list) or len(one) != 2 or one[1] not in SECURITY:
            raise refuse(f"[{where}] also", 'a list of [port, "tls", "starttls" or "none"]', also)
        whole_number(1, 65535)(f"[{where}] also", one[0])
    _note_source(where, key, facts, sources, sourced)
    return Server(facts["host"], facts["port"], facts["security"], tuple((port, how) for port, how in also))


def _limits(name: str, table: object, sources: dict[str, str], sourced: bool) -> Limits:
    where = f"{name}.limits"
    given: dict[str, Any] = {}
    for key, fact in _table(where, table, tuple(_LIMITS)).items():
        value = fact
        if isinstance(fact, dict):
            _table(f"{where}.{key}", fact, ("is", "source", "date"))
            value = fact.get("is")
        elif sourced:
            raise InputError(f"[{where}] {key} names no source or no date")
        if isinstance(fact, dict):
            _note_source(f"{where}.{key}", f"limits.{_LIMITS[key]}", fact, sources, sourced)
        if key == "message_mb":
            value = whole_number(1, 1 << 20)(f"[{where}] {key}", value) * MB
        given[_LIMITS[key]] = value
    return Limits(**given)
