"""How a sink speaks SMTP: what it announces, and what it forgives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .. import _core
from ..arguments import host_name, line, mapping, optional, refuse, some_of, wire_host, words
from ..options import Options, check_fields, put

EXTENSIONS = {
    "PIPELINING": "pipelining",
    "SIZE": "size",
    "8BITMIME": "eight_bit_mime",
    "SMTPUTF8": "smtp_utf8",
    "ENHANCEDSTATUSCODES": "enhanced_status_codes",
    "DSN": "dsn",
    "CHUNKING": "chunking",
    "BINARYMIME": "binary_mime",
    "REQUIRETLS": "require_tls",
    "LIMITS": "limits",
    "MT-PRIORITY": "mt_priority",
    "DELIVERBY": "deliver_by",
    "FUTURERELEASE": "future_release",
    "ETRN": "etrn",
    "VRFY": "vrfy",
    "HELP": "help",
}
"""EHLO keywords that can be left out, and what the core calls them."""

BREACHES = (
    *("bare_newlines", "nul_octets", "bare_lf_commands", "missing_brackets", "spaces_in_path", "unknown_parameters"),
    *("early_talk", "bad_pipelining", "bad_helo"),
)
"""Breaches of SMTP that a sink can forgive."""

_REPLY = re.compile(r"[2-5][0-9]{2}(?: .*)?")


def _host_name(name: str, value: object) -> None:
    host_name(name, value)
    if not value:
        raise refuse(name, "a host name", value)


def _breaches(name: str, value: object) -> None:
    some_of(*BREACHES)(name, [breach.removeprefix("-") for breach in words(name, value)])


def _reply(name: str, value: object) -> None:
    line(name, value)
    if not _REPLY.fullmatch(str(value)):
        raise refuse(name, 'a reply such as "250 2.0.0 Queuing started"', value)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkProtocol(Options):
    """How a sink speaks SMTP. Raises InputError for a wrong type or value.

    Args:
        host_name: Name of the sink in its greeting and its reply to EHLO. Default: "localhost".
        without_extensions: EHLO keywords to leave out, such as ["PIPELINING", "8BITMIME"]; what belongs to them is
            refused. Default: none.
        lenient: Breaches of SMTP to tolerate; they still add to the session's `warnings`. "-name" forbids one that is
            tolerated by default. Default: bare_lf_commands and spaces_in_path.

            bare_newlines: a CR or LF alone in a letter.
            nul_octets: a NUL in a letter.
            bare_lf_commands: a command that ends with LF alone.
            missing_brackets: MAIL FROM:a@b.
            spaces_in_path: MAIL FROM: <a@b>.
            unknown_parameters: MAIL FROM:<a@b> X=1.
            early_talk: data sent before the greeting.
            bad_pipelining: commands sent before the reply to EHLO, DATA and the like (RFC 2920 §3.1).
            bad_helo: EHLO with an invalid name.
        etrn_replies: Replies to ETRN by node (RFC 1985): {"example.com": "250 2.0.0 Queuing started"}. Default: 251
            for every node.
    """

    host_name: str = "localhost"
    without_extensions: str | Sequence[str] = ()
    lenient: str | Sequence[str] = ()
    etrn_replies: Mapping[str, str] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        check_fields(
            self,
            "protocol",
            {
                "host_name": _host_name,
                "without_extensions": some_of(*EXTENSIONS),
                "lenient": _breaches,
                "etrn_replies": optional(mapping(_reply)),
            },
        )
        put(self, "without_extensions", tuple(words("without_extensions", self.without_extensions)))
        put(self, "lenient", tuple(words("lenient", self.lenient)))
        if self.etrn_replies is not None:
            put(self, "etrn_replies", dict(self.etrn_replies))

    def _fill(self, sink: _core.SinkOptions) -> None:
        session = sink.listen.session
        session.host_name = wire_host("protocol.host_name", self.host_name)
        for keyword in self.without_extensions:
            setattr(session.extensions, EXTENSIONS[keyword], False)
        for breach in self.lenient:
            setattr(session.leniency, breach.removeprefix("-"), not breach.startswith("-"))
        if self.etrn_replies is not None:
            sink.etrn_replies = dict(self.etrn_replies)
