"""What each argument of a sink has to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..arguments import (
    Check,
    check_all,
    flag,
    instance,
    line,
    mapping,
    optional,
    refuse,
    secret_text,
    whole_number,
)
from ..errors import InputError
from .access import SinkAccess
from .http.options import SinkHttp
from .limits import SinkLimits, SinkTimeouts
from .listen_address import LOOPBACK
from .protocol import SinkProtocol
from .tls import MODES, SinkTls


def check_arguments(given: Mapping[str, Any]) -> None:
    """Checks the arguments of `Sink`; those of rules are checked where each is added."""
    check_all(_CHECKS, given, "sink: ")
    if given["unix_path"] is not None and (given["port"] or given["host"] != LOOPBACK):
        raise InputError("sink: unix_path takes the place of host and port; give one or the other")


def _tls(name: str, value: object) -> None:
    if isinstance(value, str) and value in MODES:
        return
    if not isinstance(value, SinkTls):
        raise refuse(name, f"one of {', '.join(MODES)}, or a SinkTls", value, secret=not isinstance(value, str))


def _rules(name: str, value: object) -> None:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise refuse(name, "a list of rules, each a dict of the arguments of sink.rules.add", value)


def _on_letter(name: str, value: object) -> None:
    if not callable(value):
        raise refuse(name, "a function", value)


def _http(name: str, value: object) -> None:
    if not isinstance(value, bool | SinkHttp):
        raise refuse(name, "True, or a SinkHttp", value)


_CHECKS: dict[str, Check] = {
    "profile": optional(line),
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
    "http": optional(_http),
    "seed": whole_number(0, 2**64 - 1),
}
