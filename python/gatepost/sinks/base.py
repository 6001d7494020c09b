"""What Sink and AsyncSink have in common: the server, its address, its rules and what it received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import _core
from ..errors import InputError
from .clock import SinkClock
from .globs import wire_glob
from .letter import Letter
from .profiles import profile_named
from .report import SinkTimeout, describe_filter, state, transcripts
from .rules import RuleFields, Rules
from .session import SessionRecord

if TYPE_CHECKING:
    from ..accounts import Account

_SCHEMES = {None: "smtp", "starttls": "smtp+starttls", "implicit": "smtps"}
_CERTIFICATE_HOURS = 24 * 7


class SinkBase:
    """A running SMTP sink; `Sink` says what its arguments mean."""

    def __init__(
        self,
        profile: str | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: str | None = None,
        users: Mapping[str, str] | None = None,
        rules: Iterable[RuleFields] = (),
        seed: int = 1,
        host_name: str = "localhost",
        max_message_bytes: int = 30 << 20,
        max_recipients: int = 1000,
        max_inbox_bytes: int = 1 << 30,
        max_sessions: int = 1000,
        keep_transcripts: bool = True,
    ) -> None:
        self.profile = profile_named(profile)
        if tls not in _SCHEMES:
            raise InputError(f"tls: {tls!r} is none of None, 'starttls', 'implicit'")
        if users is None:
            users = {self.profile.login: self.profile.password} if self.profile.login else {}
        self._users = dict(users)
        self._tls = tls
        self.host = host
        self.ca_pem = ""
        certificate: _core.CertificatePair = {"certificate_pem": "", "key_pem": ""}
        if tls is not None:
            authority = _core.make_authority("gatepost sink", _CERTIFICATE_HOURS)
            names = list(dict.fromkeys(("localhost", "127.0.0.1", "::1", host, host_name)))
            certificate = _core.make_server_certificate(authority, names, _CERTIFICATE_HOURS)
            self.ca_pem = authority["certificate_pem"]
        self._core = _core.Sink(
            host=host,
            port=port,
            host_name=host_name,
            certificate_pem=certificate["certificate_pem"],
            key_pem=certificate["key_pem"],
            implicit_tls=tls == "implicit",
            require_tls=tls == "starttls",
            require_auth=bool(self._users),
            users=self._users,
            max_message_bytes=max_message_bytes,
            max_recipients=max_recipients,
            max_inbox_bytes=max_inbox_bytes,
            max_sessions=max_sessions,
            keep_transcripts=keep_transcripts,
            seed=seed,
        )
        self.port = self._core.port
        self.rules = Rules(self._core)
        self.clock = SinkClock(self._core)
        try:
            for rule in (*rules, *self.profile.rules):
                self._add_rule(rule)
        except BaseException:
            self.close()
            raise

    def _add_rule(self, rule: RuleFields) -> None:
        unknown = sorted(set(rule) - set(RuleFields.__annotations__))
        if unknown:
            raise InputError(f"rules: no field {unknown[0]!r}; there are {', '.join(RuleFields.__annotations__)}")
        if "phase" not in rule:
            raise InputError("rules: a rule needs a phase")
        self.rules.add(**rule)

    # --- where it is ---

    @property
    def url(self) -> str:
        """Its address for a sender, the login in it where one is needed: "smtp://login:password@127.0.0.1:12345"."""
        return self._url(next(iter(self._users.items()), None))

    def _url(self, user: tuple[str, str] | None) -> str:
        login = f"{quote(user[0], safe='')}:{quote(user[1], safe='')}@" if user else ""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"{_SCHEMES[self._tls]}://{login}{f'[{host}]' if ':' in host else host}:{self.port}"

    def account(self, login: str | None = None, password: str | None = None, **options: Any) -> Account:
        """An account that sends into this sink and trusts its certificate; `options` as for `gatepost.Account`."""
        from ..accounts import Account

        user = next(iter(self._users.items()), None)
        if login is not None:
            user = (login, self._users.get(login, "") if password is None else password)
        elif user is not None and password is not None:
            user = (user[0], password)
        return Account(self._url(user), **{"ca_pem": self.ca_pem, "one_round_trip": True, **options})

    # --- what came ---

    @property
    def letters(self) -> list[Letter]:
        """The inbox, oldest first."""
        return self.select()

    @property
    def discarded(self) -> list[Letter]:
        """Letters that were accepted and thrown away, each with its reason in `.discarded`."""
        return [Letter(stored) for stored in self._core.discarded()]

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
        return [Letter(stored) for stored in self._core.letters(wire_glob(to), wire_glob(from_), subject)]

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

    def close(self) -> None:
        """Stops listening and drops who is connected. What was received stays readable."""
        self._core.close()

    def __repr__(self) -> str:
        return f"<Sink {self.profile.name} at {self._url(None)}: {self.received} letters>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{letter.id}</td><td>{escape(letter.envelope.from_)}</td>"
            f"<td>{escape(', '.join(letter.envelope.to))}</td><td>{escape(letter.subject)}</td></tr>"
            for letter in self.letters[-50:]
        )
        head = "<tr><th>id</th><th>from</th><th>to</th><th>subject</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"
