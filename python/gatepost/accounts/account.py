"""An SMTP account: where to connect, who logs in, what it may send."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .. import _core
from ..dkim import DkimSigner, SignerChoice
from ..errors import InputError
from ..sending.results import Reply
from .arguments import check_arguments, check_mechanisms
from .check import ask, check_account
from .presets import ALIASES, DAY, HOUR, PRESETS
from .proxy import ProxyHeader, check_header, parse_proxy
from .roots import fallback_roots
from .token import TokenSource, check_token
from .url import SCHEMES, parse_url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Account:
    """One SMTP account. Immutable; password and token are never shown, logged or stored.

    `url` is smtp:// (port 25, STARTTLS where offered), smtp+starttls:// (587, required), smtps:// (465, TLS from the
    first byte), lmtp:// (24, RFC 2033), or a Unix socket: smtp+unix:///run/gate.sock, lmtp+unix:///run/lmtp. Login,
    password and port stand as usual; percent-encode what is special in them. `login` and `password` may be given apart,
    so that a script takes them from the environment.

    Letters: `name` (in reports; default: the login or host:port), `sender` (address of letters that bring no From;
    default: the login where it is an address), `sender_name`, `only_sender` (From must be `sender`; R2, P3),
    `max_per_minute`, `max_per_hour`, `max_per_day` (C3: never more in any such window), `max_message_bytes`,
    `max_recipients` (per letter), `forbidden_attachments` (lower-case file endings), `chunking` (BDAT where offered,
    RFC 3030), `provider` (whose replies to expect).

    DKIM: `dkim` (a DkimSigner, or several): a letter is signed by those of the domain in From, else by those of the
    nearest domain above it, else by `dkim_default`, else not at all (G5).

    Login: `access_token` (OAuth 2.0: a str, or a function that returns one, asked at the first use and once more when
    the server refuses the token), `authzid` (on whose behalf), `mechanisms` (those allowed; default: the strongest that
    both sides speak), `allow_cleartext_auth` (a login without TLS; default: towards this machine only).

    TLS: `verify` (the server's certificate), `verify_name` (where it differs from the host), `ca_pem` (PEM text trusted
    besides the system's roots; certifi's where the system has none), `certificate_pem` and `key_pem` (the client's own;
    EXTERNAL logs in by them), `min_tls` ("1.2" or "1.3"), `resume_tls` (go on with earlier sessions).

    Connection: `timeout` (seconds to connect; B5: 10), `deadlines` (seconds by phase: dns, connect, tls, greeting,
    command, data_block, final_reply), `max_connections`, `letters_per_connection` (0: no cap but the server's),
    `helo_name`, `proxy` (socks5://login:password@host:1080 or http://host:3128), `source_address` (of this machine),
    `proxy_protocol` ((version, source, port, destination, port), sent first of all), `xclient` (attributes of XCLIENT,
    ADDR, NAME, LOGIN ...; for tests), `one_round_trip` (RFC 2920 groups across letters; default: only where a
    preset says that the server is good at it).

    Raises InputError naming what is wrong. Requirements P1 to P7, C1 to C3, B1, B5.
    """

    def __init__(
        self,
        url: str,
        name: str | None = None,
        *,
        login: str | None = None,
        password: str | None = None,
        sender: str | None = None,
        sender_name: str = "",
        only_sender: bool = False,
        max_per_minute: int | None = None,
        max_per_hour: int | None = None,
        max_per_day: int | None = None,
        max_connections: int = 4,
        letters_per_connection: int = 0,
        max_message_bytes: int | None = None,
        max_recipients: int | None = None,
        forbidden_attachments: frozenset[str] = frozenset(),
        timeout: float = 10.0,
        deadlines: Mapping[str, float] | None = None,
        verify: bool = True,
        verify_name: str = "",
        ca_pem: str = "",
        helo_name: str = "",
        provider: str | None = None,
        allow_cleartext_auth: bool | None = None,
        one_round_trip: bool | None = None,
        chunking: bool = False,
        mechanisms: str | Sequence[str] = (),
        access_token: TokenSource | None = None,
        authzid: str = "",
        certificate_pem: str = "",
        key_pem: str = "",
        min_tls: str = "1.2",
        resume_tls: bool = True,
        proxy: str | None = None,
        source_address: str = "",
        proxy_protocol: ProxyHeader | None = None,
        xclient: Mapping[str, str] | None = None,
        dkim: DkimSigner | Sequence[DkimSigner] = (),
        dkim_default: DkimSigner | Sequence[DkimSigner] | None = None,
    ) -> None:
        check_arguments(locals())
        parsed = parse_url(url)
        self.host = parsed.host
        self.port = parsed.port
        self.unix_path = parsed.unix_path
        self._scheme = parsed.scheme
        self.security = SCHEMES[parsed.scheme].security
        self.lmtp = SCHEMES[parsed.scheme].lmtp
        self.login = login if login is not None else parsed.login
        self._password = password if password is not None else parsed.password
        self._token_source = check_token(access_token) if isinstance(access_token, str) else access_token
        if self._token_source is not None and self._password:
            raise InputError("account: a password and an access_token; give one of them")
        if self.login and not self._password and self._token_source is None and not certificate_pem:
            raise InputError("account: a login but no password; put it into the URL or pass password=...")
        self.name = name or self.login or parsed.unix_path or f"{self.host}:{self.port}"
        self.sender = self._find_sender(sender)
        self.sender_name = sender_name
        self.only_sender = only_sender
        if only_sender and self.sender is None:
            raise InputError("account: only_sender needs a sender address; pass sender=...")
        self.limits = self._find_limits(((max_per_minute, 60.0), (max_per_hour, HOUR), (max_per_day, DAY)))
        self.max_connections = max_connections
        self.letters_per_connection = letters_per_connection
        self.max_message_bytes = max_message_bytes
        self.max_recipients = max_recipients
        self.forbidden_attachments = frozenset(forbidden_attachments)
        self.dkim = SignerChoice(dkim, dkim_default)
        self.provider = provider if provider is not None else _core.provider_of_host(self.host)
        if bool(certificate_pem) != bool(key_pem):
            raise InputError("account: certificate_pem and key_pem go together")
        if proxy is not None and self.unix_path:
            raise InputError("account: a Unix socket is not reached by a proxy")
        self._tls = {
            "verify": verify,
            "verify_name": verify_name,
            "ca_pem": ca_pem,
            "certificate_pem": certificate_pem,
            "key_pem": key_pem,
            "min_tls": min_tls,
            "resume_tls": resume_tls,
        }
        self._route = {
            "unix_path": self.unix_path,
            "proxy": parse_proxy(proxy) if proxy is not None else None,
            "source_address": self._find_source(source_address),
            "proxy_header": check_header(proxy_protocol) if proxy_protocol is not None else None,
        }
        self._deadlines = {"connect": timeout, **(deadlines or {})}
        near = bool(self.unix_path) or _is_loopback(self.host)
        self._session = {
            "lmtp": self.lmtp,
            "helo_name": helo_name,
            "allow_cleartext_auth": near if allow_cleartext_auth is None else allow_cleartext_auth,
            "one_round_trip": bool(one_round_trip),
            "chunking": chunking,
            "mechanisms": check_mechanisms(mechanisms),
            "authzid": authzid,
            "xclient": list((xclient or {}).items()),
        }

    @classmethod
    def preset(
        cls,
        provider: str,
        *,
        login: str | None = None,
        password: str | None = None,
        host: str | None = None,
        **options: Any,
    ) -> Account:
        """An account of a known provider with its host, port, security and limits (`Account.presets()` lists them).

        `login` is completed where the provider wants the whole address. Any option of `Account` may be given and wins.
        """
        key = ALIASES.get(provider.lower(), provider.lower())
        if key not in PRESETS:
            raise InputError(f"account: no preset {provider!r}; there are {', '.join(sorted(PRESETS))}")
        preset = PRESETS[key]
        host = host or preset.host
        if not host:
            raise InputError(f"account: {key} gives its host name with the contract; pass host=...")
        scheme = next(name for name, scheme in SCHEMES.items() if scheme.security == preset.security)
        options.setdefault("name", key if preset.login else None)
        for option in ("max_message_bytes", "max_recipients", "only_sender", "forbidden_attachments", "provider"):
            options.setdefault(option, getattr(preset, option))
        if options.get("one_round_trip") is None:
            options["one_round_trip"] = preset.one_round_trip
        account = cls(
            f"{scheme}://{host}:{preset.port}",
            login=login or preset.login,
            password=password or preset.password,
            **options,
        )
        if not any(option in options for option in ("max_per_minute", "max_per_hour", "max_per_day")):
            account.limits = preset.limits
        return account

    @staticmethod
    def presets() -> list[str]:
        """The names that `Account.preset` knows."""
        return sorted(PRESETS)

    def check(self, send_to: str | None = None) -> list[str]:
        """Connects, secures the connection and logs in; `send_to` also sends a test letter there (B2).

        Returns what was found, a sentence each. Raises the SendError that a real letter would meet.
        """
        return check_account(self, send_to)

    def noop(self) -> Reply:
        """Connects, logs in and says NOOP (RFC 5321 §4.1.1.9)."""
        return self._ask("noop")

    def vrfy(self, address: str) -> Reply:
        """Asks whether an address is known (RFC 5321 §3.5.1). Many servers answer 252 whatever they know."""
        return self._ask("vrfy", address)

    def expn(self, mailing_list: str) -> Reply:
        """Asks for the members of a list, a line each (RFC 5321 §3.5.2)."""
        return self._ask("expn", mailing_list)

    def help(self, topic: str = "") -> Reply:
        """Asks for help (RFC 5321 §4.1.1.8)."""
        return self._ask("help", topic)

    def etrn(self, node: str) -> Reply:
        """Asks the server to send what it holds for `node`, a domain, "@domain" or "#queue" (RFC 1985)."""
        return self._ask("etrn", node)

    def _ask(self, command: str, argument: str = "") -> Reply:
        return ask(self, command, argument)

    def _find_sender(self, sender: str | None) -> str | None:
        if sender is not None:
            return _core.parse_mailbox(sender)[1]
        if "@" not in self.login:
            return None
        try:
            return _core.normalise_address(self.login)
        except InputError:  # a login may look like an address and be none: demo.demo@smtpgate is fine, a@b@c is not
            return None

    @staticmethod
    def _find_limits(given: Sequence[tuple[int | None, float]]) -> tuple[tuple[int, float], ...]:
        return tuple((most, window) for most, window in given if most is not None)

    @staticmethod
    def _find_source(address: str) -> str:
        try:
            return str(ipaddress.ip_address(address)) if address else ""
        except ValueError:
            raise InputError(f"account: source_address {address!r} is no IP address") from None

    @property
    def _asks_for_tokens(self) -> bool:
        """Whether somebody has to be asked for the access token."""
        return callable(self._token_source)

    def _access_token(self) -> str:
        """The token to log in with: the fixed one, or asked for now; "" where there is none."""
        return check_token(self._token_source()) if callable(self._token_source) else self._token_source or ""

    def _lane_options(self) -> dict[str, Any]:
        """Keyword arguments of the engine's add_lane; without a token that has to be asked for."""
        return {
            "name": self.name,
            "host": self.host,
            "port": self.port,
            "security": self.security,
            "login": self.login,
            "password": self._password,
            "access_token": "" if self._asks_for_tokens else self._access_token(),
            "fallback_roots_file": fallback_roots(),
            "provider": self.provider,
            "max_connections": self.max_connections,
            "letters_per_connection": self.letters_per_connection,
            "limits": list(self.limits),
            "deadlines": dict(self._deadlines),
            "max_bytes": self.max_message_bytes,
            **self.dkim._lane_options(),
            **self._tls,
            **self._route,
            **self._session,
        }

    @property
    def masked_url(self) -> str:
        """The URL with stars for the password."""
        user = f"{self.login}:****@" if self.login else ""
        if self.unix_path:
            return f"{self._scheme}://{user}{quote(self.unix_path)}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self._scheme}://{user}{host}:{self.port}"

    def __repr__(self) -> str:
        limits = "".join(f", at most {most} in {window:g} s" for most, window in self.limits)
        return f"<Account {self.name}: {self.masked_url}{limits}>"

    def __reduce__(self) -> Any:
        raise TypeError("an Account holds a password and is not pickled; make it anew from the URL")
