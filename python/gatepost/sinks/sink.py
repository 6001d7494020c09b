"""Sink: an SMTP server for tests that behaves like a real gate and keeps what it receives."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from ..arguments import patience, whole_number
from .base import SinkBase
from .globs import letter_filter
from .letter import Letter


class Sink(SinkBase):
    """An SMTP server for tests. It keeps what it receives, behaves like a real gate, and runs on a thread of its own.

    It listens as soon as it is made. Use it in a `with` block, or call `close()`.

    Args:
        profile: "open" accepts everything, "demo_gate", "sendsay", "rusender", "gmail" and others behave like real
            gates (`gatepost.sinks.PROFILES`); also the name of a profile in the user's folder, or the path of a .toml
            file. Default: "open".
        host: IP address or host name to listen on. Default: "127.0.0.1".
        port: Port to listen on. Default: 0, which lets the system pick one.
        unix_path: Path of a Unix socket to listen on (mode 0600) instead of host and port. Default: none.
        lmtp: Whether to speak LMTP, with a reply for each recipient (RFC 2033). Rules for the phase "final" then see
            one recipient at a time. Default: False.
        tls: "starttls" (required before MAIL), "starttls_optional", "implicit" (TLS from the first byte), or a
            `SinkTls`, which also sets certificates and versions. Default: that of the profile, or no TLS.
        users: Passwords by login. Nobody else may send; a password also works as an OAuth token. Default: those of the
            profile. Without users, every login is accepted and none is required.
        access: Networks that may connect, networks with privileges, AUTH mechanisms (`SinkAccess`). Default: everybody
            may connect.
        protocol: Host name, extensions to leave out, breaches of SMTP to tolerate (`SinkProtocol`). Default: all
            extensions; strict.
        limits: Sizes and counts at which letters and sessions are refused (`SinkLimits`). Default: 30 MiB and 1,000
            recipients a letter, 1 GiB of inbox.
        timeouts: Seconds to wait for clients (`SinkTimeouts`). Default: 300 for a command, 600 for a letter.
        rules: Rules to begin with, each a dict of the fields of `RuleFields`. They come before the profile's. Default:
            none.
        seed: Seed for rules with `odds`. Default: 1.
        on_letter: Function that is called with each `Letter` the rules let through, on a thread of the sink. It returns
            None to accept the letter, "discard" to accept and drop it, or a reply such as "550 5.7.1 No". If it raises,
            the letter gets a 451 reply, and `close()` raises the same exception. The letter's `id` is not its id in the
            inbox yet; with LMTP, the reply is for all recipients. Default: none.
        dns: Where `letter.dkim` looks up keys: a table such as {"s1._domainkey.example.com": key.dns_record()}, or a
            resolver. Default: no keys.
        http: True to answer HTTP as well, on loopback and a port picked by the system (`http_url`): Mailpit's REST API
            and one of its own; or a `SinkHttp`, which says where and for whom. Default: no HTTP.

    Raises:
        InputError: An argument has a wrong type or value. The message names it as it was written ("sink: port ...",
            "limits.recipients ...") and never shows a secret.
        OSError: The address or port cannot be had.
    """

    def wait(
        self, n: int = 1, *, to: str = "*", from_: str = "*", subject: str = "", timeout: float = 5.0
    ) -> list[Letter]:
        """Waits until `n` matching letters are in the inbox and returns all that match, oldest first.

        SinkTimeout (an AssertionError) after `timeout` seconds says what did arrive, what was discarded and why, and
        the last transcripts. The filters are those of `select`.
        """
        found = self._core.wait(
            whole_number(0)("n", n), patience("timeout", timeout), *letter_filter(to, from_, subject)
        )
        if len(found) < n:
            raise self._timeout(n, len(found), timeout, to, from_, subject)
        return [self._letter(stored) for stored in found]

    def assert_none(self, *, to: str = "*", from_: str = "*", subject: str = "", within: float = 0.0) -> None:
        """Raises AssertionError if a matching letter is in the inbox or arrives within `within` seconds.

        The filters are those of `select`.
        """
        if found := self._core.wait(1, patience("within", within), *letter_filter(to, from_, subject)):
            raise self._unexpected(len(found), to, from_, subject)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._exit(error)
