"""Sink: an SMTP server for tests that behaves like a real gate and keeps what it receives."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from .base import SinkBase
from .globs import wire_glob
from .letter import Letter


class Sink(SinkBase):
    """A running SMTP sink, with a thread of its own; it listens once it is made. A context manager, or `close()` it.

    `profile`: "open" (the default; takes everything) or a real gate ("demo_gate"; see `gatepost.sinks.PROFILES`).
    `host`, `port`: where to listen; port 0 is picked by the system. `unix_path`: a Unix socket instead (mode 0600).
    `lmtp`: LMTP, a reply for each recipient; rules of the phase final then see one recipient at a time.

    `tls`: None (plain), "starttls" (required before mail), "starttls_optional" or "implicit". `certificate`: (PEM of
    the chain, PEM of the key); left out, one is made on the spot by an authority of the sink's own: see `ca_pem`,
    `ssl_context()`. `certificates_by_name`: others for clients that ask for a name (SNI), made where None.
    `client_ca_pem`: asks clients for certificates by these authorities. `min_tls`: "1.2" or "1.3".

    `users`: login to password; nobody else may send. The password is good as an OAuth token too. Without users every
    login is good. `mechanisms`: of AUTH, in order; () offers none. `allow`: networks that may connect ("10.0.0.0/8",
    "::1"), everybody else gets 554. `no_auth_from`: those that need not log in. `proxies`: those whose connections
    begin with a PROXY header. `xclient_from`: those that may use XCLIENT. "unix" stands for Unix sockets' clients.

    `rules`: further rules, before the profile's; `seed` is of their odds. `etrn_replies`: what ETRN is answered, a
    mapping of the node that it names to a reply ({"example.com": "250 2.0.0 Queuing started"}); other nodes get 251.
    `on_letter`: asked about each letter that the rules let pass, on a thread of the sink's; it returns None to accept,
    "discard", or a reply ("550 5.7.1 No"). Where it raises, the letter gets a 451, and `close()` raises it again. The
    letter's `id` there is not yet that of the inbox; with LMTP the reply is for all recipients.

    `dns`: where `letter.dkim` finds keys, a table as `gatepost.dkim.verify` takes it ({"s1._domainkey.example.com":
    key.dns_record()}), or a resolver.

    `lenient`: rules of SMTP that clients may break (bare_newlines, nul_octets, bare_lf_commands, missing_brackets,
    spaces_in_path, unknown_parameters, early_talk, bad_pipelining, bad_helo; "-name" forbids one that is allowed by
    itself); broken ones stand in the session's `warnings`. `without_extensions`: EHLO keywords to leave out.
    `limits`: message_bytes, recipients, line_bytes (512 or more), errors, auth_failures, idle_commands (in a row that
    further no letter; 100), commands (in a session; 100000, and 0 is no end), letters, recipient_domains,
    transcript_bytes, warnings, sessions_per_address (behind a proxy, those of the address that it names).
    `deadlines`: command, letter, write; seconds. `min_letter_rate`: bytes a second while a letter comes. Further
    options: `max_message_bytes`, `max_recipients`, `max_inbox_bytes` (the oldest letters go first), `max_sessions`,
    `keep_transcripts`, `host_name`.

    OSError where the port cannot be had, InputError naming any other fault.
    """

    def wait(
        self, n: int = 1, *, to: str = "*", from_: str = "*", subject: str = "", timeout: float = 5.0
    ) -> list[Letter]:
        """Waits until `n` letters that pass are in the inbox and returns all that pass, oldest first.

        SinkTimeout (an AssertionError) after `timeout` seconds says what did arrive, what was discarded and why, and
        the last transcripts. The filters are those of `select`.
        """
        found = self._core.wait(n, timeout, wire_glob(to), wire_glob(from_), subject)
        if len(found) < n:
            raise self._timeout(n, len(found), timeout, to, from_, subject)
        return [self._letter(stored) for stored in found]

    def expect_none(self, *, to: str = "*", from_: str = "*", subject: str = "", within: float = 0.0) -> None:
        """AssertionError where a letter that passes is in the inbox, or arrives within so many seconds."""
        if found := self._core.wait(1, within, wire_glob(to), wire_glob(from_), subject):
            raise self._unexpected(len(found), to, from_, subject)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._exit(error)
