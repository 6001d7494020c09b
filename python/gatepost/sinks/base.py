"""What Sink and AsyncSink have in common: the server, its address, its rules and what it received."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Unpack

from .. import _core
from ..arguments import line, named, optional, secret_line, whole_number
from ..dns import Resolver, resolver_of
from ..errors import InputError
from ..process import Home
from .access import SinkAccess
from .certificates import Certificates, PemPair, check_by_name, check_pair
from .checks import check_arguments
from .clock import SinkClock
from .gate import Gate
from .globs import letter_filter
from .http.options import SinkHttp
from .letter import Letter
from .limits import SinkLimits, SinkTimeouts
from .listen_address import LOOPBACK, ListenAddress
from .on_letter import LetterJudge, OnLetter, end
from .profiles import profile_named
from .protocol import SinkProtocol
from .report import SinkTimeout, describe_filter, state, transcripts
from .rule_fields import RuleFields, check_rule
from .rules import Rules
from .session import SessionRecord
from .tls import SinkTls

if TYPE_CHECKING:
    import ssl

    from ..accounts import Account
    from ..accounts.options import AccountOptions
    from .http.server import HttpServer


_NO_TLS = "this sink has no TLS; make it with tls='starttls'"
_cursor = whole_number(0, 2**64 - 1)


class SinkBase:
    """A running SMTP sink; `Sink` says what its arguments mean."""

    def __init__(
        self,
        profile: str | None = None,
        *,
        host: str = LOOPBACK,
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
        http: bool | SinkHttp | None = None,
    ) -> None:
        check_arguments(locals())
        self._home = Home()
        self.profile = profile_named("open" if profile is None else profile)
        self._users = dict(self.profile.users if users is None else users)
        tls = tls or self.profile.tls or None
        self._letter = partial(Letter, dns=resolver_of({} if dns is None else dns, "sink: dns"))
        encryption = SinkTls(mode=tls) if isinstance(tls, str) else tls
        self._address = ListenAddress(host, port, unix_path or "", lmtp, encryption.mode if encryption else None)
        options = _core.SinkOptions()
        options.users = self._users
        options.seed = seed
        options.decide_letters = on_letter is not None
        self._address._fill(options)
        options.listen.session.require_auth = bool(self._users)
        chosen = protocol or SinkProtocol()
        for some in (chosen, access or SinkAccess(), self._limits(limits), timeouts or SinkTimeouts()):
            some._fill(options)
        self._certificates: Certificates | None = None
        if encryption is not None:
            hosts = ("localhost", LOOPBACK, "::1", host, chosen.host_name)
            self._certificates = encryption._certificates(hosts)
            encryption._fill(options, self._certificates)
        self._core = _core.Sink(options)
        self._address.port = self._core.port
        self._rules, self._clock, self._gate = Rules(self._core), SinkClock(self._core), Gate(self._core)
        self._judge: LetterJudge | None = None
        self._errors_told = False
        self._http: HttpServer | None = None
        try:
            self._begin(rules, on_letter)
            if http:
                from .http.server import HttpServer

                self._http = HttpServer(self, SinkHttp() if http is True else http)
        except BaseException:
            self._core.close()
            raise

    def _begin(self, rules: Iterable[RuleFields], on_letter: OnLetter | None) -> None:
        for index, rule in enumerate(rules):
            check_rule(f"sink: rules[{index}]", rule)
            with named(f"sink: rules[{index}]"):
                self.rules.add(**rule)
        for rule in self.profile.rules:
            self.rules.add(**rule)
        for name, value in self.profile.state.items():
            setattr(self._gate, name, value)
        if on_letter is not None:
            self._judge = LetterJudge(self._core, self._letter, on_letter)
            self._judge.start()
            weakref.finalize(self, end, self._core, self._judge.stopping)

    def _limits(self, given: SinkLimits | None) -> SinkLimits:
        if given is not None:
            return given
        most = {"recipients": self.profile.recipients, "message_bytes": self.profile.message_bytes}
        return SinkLimits(**{name: value for name, value in most.items() if value})

    __init__.__qualname__ = "Sink.__init__"  # what Python calls it where an argument is misspelt

    # --- where it is ---

    @property
    def host(self) -> str:
        """The IP address or host name at which it listens."""
        return self._address.host

    @property
    def port(self) -> int:
        """The port at which it listens; 0 for a Unix socket."""
        return self._address.port

    @property
    def unix_path(self) -> str:
        """The Unix socket at which it listens, or ""."""
        return self._address.unix_path

    @property
    def url(self) -> str:
        """Its address for a sender, the login in it where one is needed: "smtp://login:password@127.0.0.1:12345"."""
        return self._address.url(next(iter(self._users.items()), None))

    @property
    def address(self) -> str:
        """Its address without a login: "smtp://127.0.0.1:12345"."""
        return self._address.url(None)

    @property
    def http_url(self) -> str:
        """Where it answers HTTP: "http://127.0.0.1:8025"; "" without `http`."""
        return self._http.url if self._http else ""

    @property
    def http_token(self) -> str | None:
        """The secret that HTTP requests must bring; None where they need none."""
        return self._http.token if self._http else None

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

    @property
    def rules(self) -> Rules:
        """The rules by which it answers: `sink.rules.add(phase="rcpt", reply="452 4.2.2 Mailbox full")`."""
        return self._rules

    @property
    def gate(self) -> Gate:
        """What rules know of its users, for tests to read and set: `sink.gate.balance = 3`."""
        return self._gate

    @property
    def clock(self) -> SinkClock:
        """Its time of day, for greylisting and the times of letters: `sink.clock.advance(hours=1)`."""
        return self._clock

    # --- its certificates ---

    @property
    def ca_pem(self) -> str:
        """What a client must trust (PEM): the sink's own authority, or the given certificate; "" without TLS."""
        return self._certificates.ca_pem if self._certificates else ""

    def ssl_context(self) -> ssl.SSLContext:
        """For clients of Python's own: trusts this sink and nobody else. InputError without TLS."""
        import ssl

        if self._certificates is None:
            raise InputError(_NO_TLS)
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
            raise InputError(_NO_TLS)
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

    def select(self, *, to: str = "*", from_: str = "*", subject: str = "", after: int = 0) -> list[Letter]:
        """Letters of the inbox, oldest first.

        Args:
            to: Glob that one of the recipients matches. Default: "*".
            from_: Glob that MAIL FROM matches. Default: "*".
            subject: Part of the decoded subject. Default: "".
            after: Id of a letter; only those that came later. Default: 0, which means all.
        """
        passing = letter_filter(to, from_, subject)
        return [self._letter(stored) for stored in self._core.letters(*passing, after=_cursor("after", after))]

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
        if self._http:
            self._http.door.mailbox.cleared()

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
        if self._http and self._home.here:
            self._http.close()
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
