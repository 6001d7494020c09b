"""The options of an account by name, for those that hand them on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias, TypedDict

from ..arguments import Check, flag, instance, line, optional, refuse, secret_line, secret_text
from ..dkim import DkimSigner, SignerChoice
from ..sending.limits import Limits
from .auth import Auth
from .extensions import read_without
from .route import Route
from .timeouts import Timeouts
from .tls import Tls

Signers: TypeAlias = DkimSigner | Sequence[DkimSigner] | SignerChoice


class AccountOptions(TypedDict, total=False):
    """The arguments of `Account` but for where it is and who logs in."""

    name: str | None
    auth: Auth | None
    sender: str | None
    only_sender: bool | Literal["replace"]
    limits: Limits | None
    tls: Tls | None
    route: Route | None
    timeouts: Timeouts | None
    dkim: Signers
    provider: str | None
    one_round_trip: bool | None
    chunking: bool
    without: str | Collection[str]


def _only_sender(name: str, value: object) -> None:
    if not isinstance(value, bool) and value != "replace":
        raise refuse(name, 'True or False, or "replace"', value)


def _signers(name: str, value: object) -> None:
    if not isinstance(value, DkimSigner | SignerChoice | Sequence) or isinstance(value, str):
        raise refuse(name, "a DkimSigner, several, or a SignerChoice", value, secret=True)


CHECKS: dict[str, Check] = {
    "url": secret_text,
    "name": optional(line),
    "login": optional(line),
    "password": optional(secret_line),
    "auth": optional(instance(Auth)),
    "sender": optional(line),
    "only_sender": _only_sender,
    "limits": optional(instance(Limits)),
    "tls": optional(instance(Tls)),
    "route": optional(instance(Route)),
    "timeouts": optional(instance(Timeouts)),
    "dkim": _signers,
    "provider": optional(line),
    "one_round_trip": optional(flag),
    "chunking": flag,
    "without": read_without,
}
"""What each argument of `Account` has to be."""
