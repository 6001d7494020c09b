"""From an aiosmtpd.smtp.SMTP to the options of a gatepost.Sink that should behave like it."""

from __future__ import annotations

import importlib.resources
from typing import Any

from aiosmtpd.smtp import BOGUS_LIMIT, SMTP

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
    options: dict[str, Any] = {
        "host_name": smtpd.hostname,
        "lenient": LENIENT,
        "without_extensions": tuple(_left_out(smtpd)),
        "max_message_bytes": smtpd.data_size_limit if smtpd.data_size_limit is not None else UNLIMITED,
        "users": {LOGIN: PASSWORD},
        "no_auth_from": () if smtpd._auth_required else LOOPBACK,
        "mechanisms": ("LOGIN", "PLAIN") if smtpd.tls_context or not smtpd._auth_require_tls else (),
        "deadlines": {"command": float(smtpd._timeout_duration)},
        "tls": "implicit" if implicit_tls else _starttls(smtpd),
    }
    if smtpd._enforce_call_limit:
        # aiosmtpd counts each verb by itself and the sink all of them, the EHLO too.
        options["limits"] = {"idle_commands": smtpd._call_limit_default + 1, "errors": BOGUS_LIMIT}
    if smtpd._proxy_timeout is not None:
        options["proxies"] = LOOPBACK
        options["deadlines"]["command"] = smtpd._proxy_timeout
    if options["tls"] is not None:
        options["certificate"] = _certificate()
    return options


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


def _certificate() -> tuple[str, str]:
    """The suite's own; an SSLContext does not say what it was loaded with."""
    certs = importlib.resources.files("aiosmtpd.tests.certs")
    return (certs / "server.crt").read_text(), (certs / "server.key").read_text()
