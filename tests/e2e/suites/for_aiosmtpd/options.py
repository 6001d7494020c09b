"""From an aiosmtpd.smtp.SMTP to the options of a gatepost.Sink that should behave like it."""

from __future__ import annotations

import importlib.resources
from dataclasses import replace
from typing import Any

from aiosmtpd.smtp import BOGUS_LIMIT, SMTP

import gatepost as gp

# What aiosmtpd lets pass. bare_newlines: it keeps a lone LF in a letter, as the sink then does too.
LENIENT = ("missing_brackets", "spaces_in_path", "bad_pipelining", "bare_newlines", "early_talk")
# Neither SIZE, SMTPUTF8, 8BITMIME nor AUTH, which depend on the options; HELP and VRFY are served by aiosmtpd.
NOT_IN_AIOSMTPD = (
    "PIPELINING",
    "ENHANCEDSTATUSCODES",
    "DSN",
    "CHUNKING",
    "BINARYMIME",
    "REQUIRETLS",
    "LIMITS",
    "MT-PRIORITY",
    "DELIVERBY",
    "ETRN",
    "FUTURERELEASE",
)
LOGIN, PASSWORD = "goodlogin", "goodpasswd"  # what the suite's auth_callback lets in
LOOPBACK = ("127.0.0.0/8", "::1/128")
UNLIMITED = 1 << 40


def sink_options(smtpd: SMTP, implicit_tls: bool) -> dict[str, Any]:
    """Keyword arguments of gatepost.Sink, but for where it listens."""
    proxied = smtpd._proxy_timeout is not None
    return {
        "users": {LOGIN: PASSWORD},
        "protocol": gp.SinkProtocol(
            host_name=smtpd.hostname, lenient=LENIENT, without_extensions=tuple(_left_out(smtpd))
        ),
        "access": gp.SinkAccess(
            mechanisms=("LOGIN", "PLAIN") if smtpd.tls_context or not smtpd._auth_require_tls else (),
            no_auth_from=() if smtpd._auth_required else LOOPBACK,
            proxies=LOOPBACK if proxied else (),
        ),
        "limits": _limits(smtpd),
        "timeouts": gp.SinkTimeouts(command=float(smtpd._proxy_timeout if proxied else smtpd._timeout_duration)),
        "tls": _tls("implicit" if implicit_tls else _starttls(smtpd)),
    }


def _limits(smtpd: SMTP) -> gp.SinkLimits:
    limits = gp.SinkLimits(message_bytes=smtpd.data_size_limit if smtpd.data_size_limit is not None else UNLIMITED)
    if not smtpd._enforce_call_limit:
        return limits
    # aiosmtpd counts each verb by itself and the sink all of them, the EHLO too.
    return replace(limits, idle_commands=smtpd._call_limit_default + 1, errors=BOGUS_LIMIT)


def _left_out(smtpd: SMTP) -> list[str]:
    left_out = list(NOT_IN_AIOSMTPD)
    if not smtpd.enable_SMTPUTF8:
        left_out.append("SMTPUTF8")
    if smtpd._decode_data:
        left_out.append("8BITMIME")
    if smtpd.data_size_limit is None:
        left_out.append("SIZE")
    return left_out


def _starttls(smtpd: SMTP) -> str | None:
    if smtpd.tls_context is None:
        return None
    return "starttls" if smtpd.require_starttls else "starttls_optional"


def _tls(mode: str | None) -> gp.SinkTls | None:
    """With the suite's own certificate; an SSLContext does not say what it was loaded with."""
    if mode is None:
        return None
    certs = importlib.resources.files("aiosmtpd.tests.certs")
    return gp.SinkTls(mode=mode, certificate=((certs / "server.crt").read_text(), (certs / "server.key").read_text()))
