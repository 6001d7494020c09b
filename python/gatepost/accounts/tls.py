"""How an account's connections are encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import _core, pem
from ..arguments import flag, line, one_of, wire_host
from ..errors import InputError
from ..options import SECRET, Options, check_fields, copy_fields
from .roots import fallback_roots


def _host(name: str, value: object) -> None:
    wire_host(name, line(name, value))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Tls(Options):
    """How connections to a server are encrypted. Whether and when they are, the account's URL says.

    Raises InputError for a wrong type or value; the message never shows a key.

    Args:
        verify: Whether the server's certificate must be valid. Default: True. Accounts without it warn (UserWarning):
            whoever stands between may read letters and passwords.
        verify_name: Name that the certificate must have. Default: the account's host.
        ca_pem: Certificates of authorities to trust besides the system's, as PEM text. Default: none. On a system
            without any, those of the package certifi are trusted.
        certificate_pem: The client's own certificate and its chain, as PEM text; the mechanism EXTERNAL logs in by it.
            Default: none.
        key_pem: Key of that certificate, as PEM text, not encrypted. Default: none.
        min_version: Oldest version of TLS to accept, "1.2" or "1.3". Default: "1.2".
        resume: Whether new connections resume earlier TLS sessions (RFC 8446 §2.2). Default: True.
    """

    verify: bool = True
    verify_name: str = ""
    ca_pem: str = ""
    certificate_pem: str = ""
    key_pem: str = field(default="", metadata=SECRET)
    min_version: str = "1.2"
    resume: bool = True

    def __post_init__(self) -> None:
        check_fields(
            self,
            "tls",
            {
                "verify": flag,
                "verify_name": _host,
                "ca_pem": pem.certificates,
                "certificate_pem": pem.certificates,
                "key_pem": pem.private_key,
                "min_version": one_of("1.2", "1.3"),
                "resume": flag,
            },
        )
        if bool(self.certificate_pem) != bool(self.key_pem):
            raise InputError("tls.certificate_pem and tls.key_pem go together")

    def _fill(self, connect: _core.ConnectOptions) -> None:
        copy_fields(self, connect.tls)
        connect.tls.verify_name = wire_host("tls.verify_name", self.verify_name)
        connect.tls.fallback_roots_file = fallback_roots()
        connect.session.client_certificate = bool(self.certificate_pem)
