"""An SMTP account: where to connect, who logs in, what it may send."""

from __future__ import annotations

import ipaddress
import warnings
import weakref
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Literal, Unpack
from urllib.parse import quote

from .. import _core
from ..arguments import check_all, line, named, optional, wire_host
from ..dkim import SignerChoice
from ..errors import InputError
from ..sending.limits import Limits
from ..sending.requests import SendRequests
from ..sending.results import Reply
from ..sending.tokens import AccessToken
from ..sending.watch import AccountWatch
from .auth import Auth
from .check import ask, check_account
from .extensions import check_uses, read_without
from .options import CHECKS, AccountOptions, Signers
from .presets import preset_named, preset_names
from .route import Route
from .sendmail import SendmailBridge
from .timeouts import Timeouts
from .tls import Tls
from .token import RenewedToken, check_token
from .url import SCHEMES, parse_url
from .url_options import UrlOptions

_BEFORE_IDLE = 0.8  # of the server's time for idle connections: ours end before it ends them
_LATER = 5.0  # seconds; a program is stopped after the engine has given its reply up


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _with_options(tls: Tls, route: Route, options: UrlOptions) -> tuple[Tls, Route]:
    """The same with what the URL says; of the HELO name `route` has the last word."""
    if not options.verify:
        tls = replace(tls, verify=False)
    if options.helo_name and not route.helo_name:
        route = replace(route, helo_name=options.helo_name)
    return tls, route


class Account:
    """An SMTP account: where to connect, how to log in, and what may be sent.

    It does not change once it is made. Password and token are never shown, logged or stored.

    Args:
        url: Where and how to connect: smtp:// (port 25, STARTTLS if offered), smtp+starttls:// (port 587, STARTTLS
            required), smtps:// (port 465, TLS from the first byte), smtp+plain:// (port 25, never encrypted), lmtp://
            (port 24, RFC 2033), a Unix socket as in smtp+unix:///run/gate.sock and lmtp+unix:///run/lmtp, or the
            command line of sendmail, sendmail:///usr/sbin/sendmail, run once for each letter. Login, password and port
            may be part of it, special characters percent-encoded, and options behind a "?": verify=false (see `Tls`),
            without=pipelining,size and helo_name=mail.example.org (see `Route`). Names may be international:
            smtps://почта.рф.
        name: Name of the account in reports. Default: the login, or host:port.
        login: Login, if it is not part of the URL.
        password: Password, if it is not part of the URL; a script may take it from the environment.
        auth: Access token, mechanisms and other details of the login (`Auth`). Default: login and password, if given.
        sender: Address for letters that have no From of their own, "news@example.com" or "News <news@example.com>".
            Default: the login, if it is an address.
        only_sender: Whether letters from any other address are refused without being sent. "replace": they go out from
            the account's own, whose address stands in From; the one it replaced goes into Reply-To, unless the letter
            has one, and `SendResult.replaced_sender` names it. Default: False.
        limits: How much may be sent, over how many connections (`Limits`). Default: no limits, 4 connections.
        tls: Certificates and versions of TLS (`Tls`). Default: verify the server's certificate, TLS 1.2 or later.
        route: Proxy, source address, HELO name (`Route`). Default: a direct connection, under the machine's own name.
        timeouts: Seconds that each phase may take (`Timeouts`). Default: from 10 (connect) to 600 (final reply).
        dkim: Signer of the letters, or several. Those for the domain of From sign; if there are none, those for the
            nearest domain above it. A `dkim.SignerChoice` also names signers for all other domains. Default: letters
            are not signed.
        provider: Provider whose replies to expect, such as "yandex". Default: found by the host.
        one_round_trip: Whether the next letter's commands go together with the end of a letter (RFC 2920), for servers
            known to handle this well. Default: only where a preset says so.
        chunking: Whether letters go with BDAT if the server offers CHUNKING (RFC 3030). Default: False.
        without: EHLO keywords of extensions to leave unused, as if the server did not offer them: {"pipelining"}, for
            servers that break with them. Default: none.

    Raises:
        InputError: An argument has a wrong type or value. The message names it as it was written
            ("account: password ...", "limits.per_hour ...") and never shows a secret.
    """

    def __init__(
        self,
        url: str,
        name: str | None = None,
        *,
        login: str | None = None,
        password: str | None = None,
        auth: Auth | None = None,
        sender: str | None = None,
        only_sender: bool | Literal["replace"] = False,
        limits: Limits | None = None,
        tls: Tls | None = None,
        route: Route | None = None,
        timeouts: Timeouts | None = None,
        dkim: Signers = (),
        provider: str | None = None,
        one_round_trip: bool | None = None,
        chunking: bool = False,
        without: str | Collection[str] = (),
    ) -> None:
        check_all(CHECKS, locals(), "account: ")
        parsed = parse_url(url)
        self.host, self.port = parsed.host, parsed.port
        self.unix_path, self.program = parsed.unix_path, parsed.program
        self._wire_host = wire_host("account URL", parsed.host)
        self._scheme = parsed.scheme
        self.security = SCHEMES[parsed.scheme].security
        self.lmtp = SCHEMES[parsed.scheme].lmtp
        self.limits = limits or Limits()
        self.tls, self.route = _with_options(tls or Tls(), route or Route(), parsed.options)
        self.timeouts = timeouts or Timeouts()
        self.auth = auth or Auth()
        self.login = login if login is not None else parsed.login
        self._password = password if password is not None else parsed.password
        self._check_login()
        self.name = name or self.login or parsed.unix_path or parsed.program or f"{self.host}:{self.port}"
        self.sender_name, self.sender = self._find_sender(sender)
        self.only_sender, self.replace_sender = only_sender is True, only_sender == "replace"
        if only_sender and self.sender is None:
            raise InputError("account: only_sender needs a sender address; pass sender=..., or a login that is one")
        if self.route.proxy is not None and (self.unix_path or self.program):
            raise InputError(f"account: a {'program' if self.program else 'Unix socket'} is not reached by a proxy")
        self.requests: SendRequests | None = None  # what letters ask for that bring no requests of their own
        self._rules: Mapping[str, str] = {}  # of limits: who says so
        self._limits_from = ""  # whose limits it keeps to without having been told to, in words
        self._watch: AccountWatch | None = None
        self._bridge: SendmailBridge | None = None  # to the program
        self._idle = 0.0  # seconds after which the server ends a connection that is not used; 0: not known
        with named("account: dkim"):
            self.dkim = dkim if isinstance(dkim, SignerChoice) else SignerChoice(dkim)
        self.provider = provider if provider is not None else _core.provider_of_host(self._wire_host)
        self._one_round_trip = bool(one_round_trip)
        self._chunking = chunking
        self.without = read_without("account: without", without) | parsed.options.without
        check_uses(self.without, self._needs())
        if not self.tls.verify and self.security != "none":
            warnings.warn(
                f"account {self.name}: the server's certificate is not verified; whoever stands between may read"
                " letters and passwords",
                stacklevel=2,
            )

    @classmethod
    def preset(
        cls,
        provider: str,
        /,
        *,
        login: str | None = None,
        password: str | None = None,
        host: str | None = None,
        **options: Unpack[AccountOptions],
    ) -> Account:
        """An account at a provider whose host, port, security and limits are known.

        Args:
            provider: Name of the preset; `Account.presets()` lists them.
            login: Login, unless everybody has the same there.
            password: Password, unless everybody has the same there.
            host: Host name, for providers that assign one to each customer.
            options: Other arguments of `Account`, which win over the preset's. `limits` are merged field by field: a
                field that is given wins, one that is None keeps the preset's value. So `Limits(recipients=5)` still
                keeps to the provider's letters a day; give a higher number to lift a limit, and an empty set to allow
                all attachments.

        Raises:
            InputError: There is no such preset, or an argument has a wrong type or value.
        """
        key, preset = preset_named(provider)
        for option, value in (("login", login), ("password", password)):
            CHECKS[option](f"account: {option}", value)
        optional(line)("account: host", host)
        host = host or preset.host
        if not host:
            raise InputError(f"account: {key} gives its host name with the contract; pass host=...")
        scheme = next(name for name, scheme in SCHEMES.items() if scheme.security == preset.security)
        given = options.get("limits")
        CHECKS["limits"]("account: limits", given)
        options["limits"] = preset.limits if given is None else given.completed_by(preset.limits)
        login = preset.login_for(login) if login else preset.login
        if options.get("sender") is None:
            options["sender"] = preset.sender_for(login)
        options.setdefault("name", key if preset.login else None)
        options.setdefault("only_sender", preset.only_sender)
        options.setdefault("provider", preset.provider or None)
        if options.get("one_round_trip") is None:
            options["one_round_trip"] = preset.one_round_trip
        account = cls(f"{scheme}://{host}:{preset.port}", login=login, password=password or preset.password, **options)
        account._idle = preset.idle
        account._rules = {
            name.removeprefix("limits."): f"preset {key}: {source}"
            for name, source in preset.sources.items()
            if name == "from" or getattr(given, name.removeprefix("limits."), None) is None
        }
        return account

    @staticmethod
    def presets() -> list[str]:
        """The names that `Account.preset` knows."""
        return preset_names()

    def check(self, send_to: str | None = None) -> list[str]:
        """Connects, secures the connection and logs in; `send_to` also sends a test letter there.

        Returns what was found, a sentence each. Raises the SendError that a real letter would meet.
        """
        findings = check_account(self, send_to)
        if self._bridge is not None:
            findings = [one.replace(f"unix:{self._bridge.path}", self.masked_url) for one in findings]
        return findings

    def noop(self) -> Reply:
        """Connects, logs in and says NOOP (RFC 5321 §4.1.1.9)."""
        return self._ask("noop")

    def vrfy(self, address: str) -> Reply:
        """Asks whether an address is known (RFC 5321 §3.5.1). Many servers answer 252 whatever they know."""
        return self._ask("vrfy", "address", address)

    def expn(self, mailing_list: str) -> Reply:
        """Asks for the members of a list, a line each (RFC 5321 §3.5.2)."""
        return self._ask("expn", "mailing_list", mailing_list)

    def help(self, topic: str = "") -> Reply:
        """Asks for help (RFC 5321 §4.1.1.8)."""
        return self._ask("help", "topic", topic)

    def etrn(self, node: str) -> Reply:
        """Asks the server to send what it holds for `node`, a domain, "@domain" or "#queue" (RFC 1985)."""
        return self._ask("etrn", "node", node)

    def _rule(self, name: str) -> str:
        """Where a rule of this account comes from, for those whom it stops."""
        return self._rules.get(name, "the account's own limits" if name != "from" else "the account's own rule")

    def _ask(self, command: str, name: str = "", argument: str = "") -> Reply:
        """`name`: what the caller calls the command's argument."""
        line(name, argument)
        with named(name):
            return ask(self, command, argument)

    def _check_login(self) -> None:
        if self.auth.access_token is not None and self._password:
            raise InputError("account: a password and auth.access_token; give one of them")
        secret = self._password or self.auth.access_token or self.tls.certificate_pem
        if self.program and (self.login or secret):
            raise InputError("account: a program asks for no login; it sends as whoever runs it")
        if self.login and not secret:
            raise InputError("account: a login but no password; put it into the URL or pass password=...")

    def _needs(self) -> dict[str, str]:
        """The extensions that it cannot do without, and why."""
        needs = {}
        if self.security == "starttls":
            needs["starttls"] = f"there is no TLS, which {self._scheme}:// requires"
        if self.login or self.auth.access_token is not None:
            needs["auth"] = "nobody can log in, and the account has a login"
        if self._chunking:
            needs["chunking"] = "chunking=True is of no use"
        if self.route.xclient:
            needs["xclient"] = "route.xclient is of no use"
        return needs

    def _find_sender(self, sender: str | None) -> tuple[str, str | None]:
        """Name and address."""
        if sender is not None:
            with named("account: sender"):
                name, address = _core.parse_mailbox(sender)
            return name, address
        if "@" not in self.login:
            return "", None
        try:
            return "", _core.normalise_address(self.login)
        except InputError:  # a login may look like an address and be none: demo.demo@smtpgate is fine, a@b@c is not
            return "", None

    @property
    def _asks_for_tokens(self) -> bool:
        """Whether somebody has to be asked for the access token."""
        return callable(self.auth.access_token)

    def _access_token(self, refused: str = "") -> AccessToken:
        """The token to log in with: the fixed one, or asked for now; "" where there is none."""
        token = self.auth.access_token
        if isinstance(token, RenewedToken):
            return token.fresh(refused)
        return AccessToken(check_token(token()) if callable(token) else token or "")

    @property
    def _counted_as(self) -> tuple[str, int, str]:
        """Whose letters the server counts: all that go to this host and port with this login."""
        if self.unix_path:
            return f"unix:{self.unix_path}", 0, self.login
        if self.program:
            return f"sendmail:{self.program}", 0, ""
        try:
            return ipaddress.ip_address(self.host).compressed, self.port, self.login
        except ValueError:
            return self.host, self.port, self.login

    def _lane_options(self) -> _core.LaneOptions:
        """The same for the engine; without a token that has to be asked for."""
        lane = _core.LaneOptions()
        lane.name = self.name
        if self._idle:
            lane.idle = min(lane.idle, self._idle * _BEFORE_IDLE)
        lane.signers = self.dkim._core_choice()
        self.limits._fill(lane)
        lane.limiter = _core.AccountLimiter(*self._counted_as, self.limits.windows)
        connect = lane.connect
        target = _core.Target()
        target.host, target.port = self._wire_host, self.port
        target.unix_path = self._socket_of_program() if self.program else self.unix_path
        target.shown = self.host
        connect.targets = [target]
        self.tls._fill(connect)
        self.route._fill(connect)
        self.timeouts._fill(connect)
        session = connect.session
        session.security, session.lmtp = self.security, self.lmtp
        session.provider = self.provider
        session.one_round_trip, session.chunking = self._one_round_trip, self._chunking
        session.without = sorted(keyword.upper() for keyword in self.without)
        self.auth._fill(session, near=bool(self.unix_path) or _is_loopback(self.host))
        identity = session.identity
        identity.host, identity.port = self._wire_host, self.port
        identity.login, identity.password = self.login, self._password
        identity.access_token = "" if self._asks_for_tokens else self._access_token().value
        return lane

    def _socket_of_program(self) -> str:
        """Where the program's letters are handed in: by a thread of this process."""
        if self._bridge is None or not self._bridge.here:
            self._bridge = SendmailBridge(self.program, self.timeouts.final_reply + _LATER)
            weakref.finalize(self, self._bridge.close)
        return self._bridge.path

    @property
    def masked_url(self) -> str:
        """The URL with stars for the password."""
        user = f"{self.login}:****@" if self.login else ""
        if self.unix_path or self.program:
            return f"{self._scheme}://{user}{quote(self.unix_path or self.program)}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self._scheme}://{user}{host}:{self.port}"

    def __repr__(self) -> str:
        limits = "".join(f", at most {most} in {window:g} s" for most, window in self.limits.windows)
        unverified = "" if self.tls.verify or self.security == "none" else ", certificate not verified"
        return f"<Account {self.name}: {self.masked_url}{unverified}{limits}>"

    def __reduce__(self) -> Any:
        raise TypeError("an Account holds a password and is not pickled; make it again from the URL")
