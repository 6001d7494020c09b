"""What Sink and AsyncSink have in common: the server, its address, its rules and what it received."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Unpack

from .. import _core
from ..arguments import (
    Check,
    check_all,
    flag,
    instance,
    line,
    mapping,
    named,
    one_of,
    optional,
    refuse,
    secret_line,
    secret_text,
    whole_number,
    wire_host,
)
from ..dns import Resolver, resolver_of
from ..errors import InputError
from ..process import Home
from .access import SinkAccess
from .certificates import Certificates, PemPair, check_by_name, check_pair
from .clock import SinkClock
from .globs import letter_filter
from .letter import Letter
from .limits import SinkLimits, SinkTimeouts
from .listen_address import ListenAddress
from .on_letter import LetterJudge, OnLetter, end
from .profiles import PROFILES
from .protocol import SinkProtocol
from .report import SinkTimeout, describe_filter, state, transcripts
from .rules import RuleFields, Rules
from .session import SessionRecord
from .tls import MODES, SinkTls

if TYPE_CHECKING:
    import ssl

    from ..accounts import Account
    from ..accounts.options import AccountOptions


def _tls(name: str, value: object) -> None:
    if isinstance(value, str) and value in MODES:
        return
    if not isinstance(value, SinkTls):
        raise refuse(name, f"one of {', '.join(MODES)}, or a SinkTls", value, secret=not isinstance(value, str))


def _rules(name: str, value: object) -> None:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise refuse(name, "a list of rules, each a dict of the arguments of sink.rules.add", value)


def _rule(name: str, value: object) -> None:
    mapping(lambda name, value: None, RuleFields.__annotations__)(name, value)
    if "phase" not in value:  # type: ignore[operator]
        raise InputError(f"{name}: a rule needs a phase")


def _on_letter(name: str, value: object) -> None:
    if not callable(value):
        raise refuse(name, "a function", value)


_CHECKS: dict[str, Check] = {
    "profile": optional(one_of(*PROFILES)),
    "host": line,
    "port": whole_number(0, 65535),
    "unix_path": optional(line),
    "lmtp": flag,
    "tls": optional(_tls),
    "users": optional(mapping(secret_text, secret=True)),
    "access": optional(instance(SinkAccess)),
    "protocol": optional(instance(SinkProtocol)),
    "limits": optional(instance(SinkLimits)),
    "timeouts": optional(instance(SinkTimeouts)),
    "rules": _rules,
    "on_letter": optional(_on_letter),
    "seed": whole_number(0, 2**64 - 1),
}


class SinkBase:
    """A running SMTP sink; `Sink` says what its arguments mean."""

    def __init__(
        self,
        profile: str | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        unix_path: str | None = None,
        lmtp: bool = False,
        tls: str | SinkTls | None = None,
        users: Mapping[str, str] | None = None,
        access: SinkAccess | None = None,
        protocol: SinkProtocol | None = None,
        limits: SinkLimits | None = None,
        timeouts: SinkTimeouts | None = None,
        rules: Iterable[RuleFields] = (),
        seed: int = 1,
        on_letter: OnLetter | None = None,
        dns: Resolver | Mapping[Any, Any] | None = None,
    ) -> None:
        check_all(_CHECKS, locals(), "sink: ")
        self._home = Home()
        self.profile = PROFILES["open" if profile is None else profile]
        if users is None:
            users = {self.profile.login: self.profile.password} if self.profile.login else {}
        self._users = dict(users)
        with named("sink: dns"):
            self._letter = partial(Letter, dns=resolver_of(dns or {}))
        encryption = SinkTls(mode=tls) if isinstance(tls, str) else tls
        self._address = ListenAddress(host, port, unix_path or "", lmtp, encryption.mode if encryption else None)
        options = _core.SinkOptions()
        options.users = self._users
        options.seed = seed
        options.decide_letters = on_letter is not None
        listen = options.listen
        listen.host, listen.port, listen.unix_path = wire_host("sink: host", host), port, unix_path or ""
        listen.session.lmtp = lmtp
        listen.session.require_auth = bool(self._users)
        chosen = protocol or SinkProtocol()
        chosen._fill(options)
        (access or SinkAccess())._fill(options)
        (limits or SinkLimits())._fill(options)
        (timeouts or SinkTimeouts())._fill(options)
        self._certificates: Certificates | None = None
        if encryption is not None:
            hosts = ("localhost", "127.0.0.1", "::1", host, chosen.host_name)
            self._certificates = encryption._certificates(hosts)
            encryption._fill(options, self._certificates)
        self._core = _core.Sink(options)
        self._address.port = self._core.port
        self.rules = Rules(self._core)
        self.clock = SinkClock(self._core)
        self._judge: LetterJudge | None = None
        self._errors_told = False
        try:
            for index, rule in enumerate(rules):
                _rule(f"sink: rules[{index}]", rule)
                self.rules.add(**rule)
            for rule in self.profile.rules:
                self.rules.add(**rule)
            if on_letter is not None:
                self._judge = LetterJudge(self._core, self._letter, on_letter)
                self._judge.start()
                weakref.finalize(self, end, self._core, self._judge.stopping)
        except BaseException:
            self._core.close()
            raise

    # --- where it is ---

    @property
    def host(self) -> str:
        """Where it listens."""
        return self._address.host

    @property
    def port(self) -> int:
        """Where it listens; 0 for a Unix socket."""
        return self._address.port

    @property
    def unix_path(self) -> str:
        """The Unix socket at which it listens, or ""."""
        return self._address.unix_path

    @property
    def url(self) -> str:
        """Its address for a sender, the login in it where one is needed: "smtp://login:password@127.0.0.1:12345"."""
        return self._address.url(next(iter(self._users.items()), None))

    def account(
        self, login: str | None = None, password: str | None = None, **options: Unpack[AccountOptions]
    ) -> Account:
        """An account that sends into this sink.

        Args:
            login: Login. Default: that of the sink's first user, if it has any.
            password: Password. Default: the one of that user.
            options: Other arguments of `gatepost.Account`. `tls` trusts the sink's certificate, unless it has a
                `ca_pem` of its own.
        """
        from ..accounts import Account, Tls

        optional(line)("login", login)
        optional(secret_line)("password", password)
        user = next(iter(self._users.items()), None)
        if login is not None:
            user = (login, self._users.get(login, "") if password is None else password)
        elif user is not None and password is not None:
            user = (user[0], password)
        tls = options.get("tls") or Tls()
        if isinstance(tls, Tls) and not tls.ca_pem:
            options["tls"] = replace(tls, ca_pem=self.ca_pem)
        options.setdefault("one_round_trip", True)
        return Account(self._address.url(user), **options)

    # --- its certificates ---

    @property
    def ca_pem(self) -> str:
        """What a client must trust (PEM): the sink's own authority, or the given certificate; "" without TLS."""
        return self._certificates.ca_pem if self._certificates else ""

    def ssl_context(self) -> ssl.SSLContext:
        """For clients of Python's own: trusts this sink and nobody else. InputError without TLS."""
        import ssl

        if self._certificates is None:
            raise InputError("tls: this sink has none")
        return ssl.create_default_context(cadata=self.ca_pem)

    def reload_certificate(
        self,
        certificate: PemPair | None = None,
        certificates_by_name: Mapping[str, PemPair | None] | None = None,
    ) -> None:
        """Shows other certificates to connections to come; without arguments, fresh ones by the same authority.

        Names that are not given stay. InputError says what cannot be read; the old ones stay then.
        """
        if self._certificates is None:
            raise InputError("tls: this sink has none")
        optional(check_pair)("certificate", certificate)
        optional(check_by_name)("certificates_by_name", certificates_by_name)
        renewed = self._certificates.renewed(certificate, certificates_by_name or {})
        self._core.reload_certificate(renewed.shown, renewed.shown_by_name)
        self._certificates = renewed

    # --- what came ---

    @property
    def letters(self) -> list[Letter]:
        """The inbox, oldest first."""
        return self.select()

    @property
    def discarded(self) -> list[Letter]:
        """Letters that were accepted and thrown away, each with its reason in `.discarded`."""
        return [self._letter(stored) for stored in self._core.discarded()]

    @property
    def sessions(self) -> list[SessionRecord]:
        """The last connections: those that are over, and behind them those still open."""
        return [SessionRecord.of(row) for row in self._core.sessions()]

    @property
    def received(self) -> int:
        """How many letters were accepted so far, discarded ones included."""
        return self._core.received

    def select(self, *, to: str = "*", from_: str = "*", subject: str = "") -> list[Letter]:
        """Letters of the inbox by globs on a recipient and on MAIL FROM, and by a part of the decoded subject."""
        return [self._letter(stored) for stored in self._core.letters(*letter_filter(to, from_, subject))]

    def _timeout(self, n: int, found: int, timeout: float, to: str, from_: str, subject: str) -> SinkTimeout:
        wanted = f"{n} letter{'s' if n != 1 else ''}{describe_filter(to, from_, subject)}"
        return SinkTimeout(f"waited {timeout:g} s for {wanted}; {found} came\n{self._state()}")

    def _unexpected(self, found: int, to: str, from_: str, subject: str) -> AssertionError:
        what = describe_filter(to, from_, subject)
        return AssertionError(f"expected no letter{what}, but {found} came\n{self._state()}")

    def _state(self) -> str:
        return state(self.letters, self.discarded, self.sessions)

    def clear(self) -> None:
        """Empties inbox, discarded letters and closed sessions; rules and clock stay."""
        self._core.clear()

    def transcripts(self) -> str:
        """The last conversations as text, secrets masked."""
        return transcripts(self.sessions)

    # --- its end ---

    @property
    def rule_errors(self) -> list[BaseException]:
        """What `on_letter` raised so far; each cost its letter a 451."""
        return list(self._judge.errors) if self._judge else []

    def close(self) -> None:
        """Stops listening and drops who is connected. What was received stays readable.

        Raises the first of `rule_errors`, once.
        """
        self._stop()
        errors = self.rule_errors
        if errors and not self._errors_told:
            self._errors_told = True
            if len(errors) > 1:
                errors[0].add_note(f"on_letter failed {len(errors)} times; sink.rule_errors has them all")
            raise errors[0]

    def _stop(self) -> None:
        if self._judge:
            self._judge.stop()
        else:
            self._core.close()

    def _exit(self, error: BaseException | None) -> None:
        """The end of a with block: what `on_letter` raised does not hide what the block raised."""
        if error is None:
            self.close()
        else:
            self._stop()

    def __repr__(self) -> str:
        letters = f"{self.received} letters" if self._home.here else "of the parent process"
        return f"<Sink {self.profile.name} at {self._address.url(None)}: {letters}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{letter.id}</td><td>{escape(letter.envelope.from_)}</td>"
            f"<td>{escape(', '.join(letter.envelope.to))}</td><td>{escape(letter.subject)}</td></tr>"
            for letter in self.letters[-50:]
        )
        head = "<tr><th>id</th><th>from</th><th>to</th><th>subject</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"
