"""How a sink encrypts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import _core, pem
from ..arguments import one_of, optional
from ..options import SECRET, Options, check_fields, put
from .certificates import Certificates, PemPair, check_by_name, check_pair

MODES = ("starttls", "starttls_optional", "implicit")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkTls(Options):
    """How a sink encrypts. Raises InputError for a wrong type or value; the message never shows a key.

    Args:
        mode: "starttls" (required before MAIL), "starttls_optional", or "implicit" (TLS from the first byte). Default:
            "starttls".
        certificate: (certificate and its chain, key), both as PEM text. Default: None, which makes one by an authority
            of the sink's own; clients trust `sink.ca_pem` or use `sink.ssl_context()`.
        certificates_by_name: Certificates for clients that ask for a name (SNI, RFC 6066 §3), such as
            "mx.example.com" or "*.example.net"; None in place of a pair makes one. Default: none.
        client_ca_pem: Certificates of authorities, as PEM text, by which clients' certificates are asked for and
            verified. Default: clients are not asked.
        min_version: Oldest version of TLS to accept, "1.2" or "1.3". Default: "1.2".
    """

    mode: str = "starttls"
    certificate: PemPair | None = field(default=None, metadata=SECRET)
    certificates_by_name: Mapping[str, PemPair | None] | None = field(
        default=None, hash=False, metadata={"shown": lambda by_name: repr(dict.fromkeys(by_name, "****"))}
    )
    client_ca_pem: str = ""
    min_version: str = "1.2"

    def __post_init__(self) -> None:
        check_fields(
            self,
            "tls",
            {
                "mode": one_of(*MODES),
                "certificate": optional(check_pair),
                "certificates_by_name": optional(check_by_name),
                "client_ca_pem": pem.certificates,
                "min_version": one_of("1.2", "1.3"),
            },
        )
        if self.certificate is not None:
            put(self, "certificate", tuple(self.certificate))
        if self.certificates_by_name is not None:
            put(self, "certificates_by_name", dict(self.certificates_by_name))

    def _certificates(self, hosts: tuple[str, ...]) -> Certificates:
        """What it shows; `hosts` are in the certificate that is made on the spot."""
        return Certificates(hosts, self.certificate, self.certificates_by_name or {})

    def _fill(self, sink: _core.SinkOptions, certificates: Certificates) -> None:
        listen = sink.listen
        listen.certificate = certificates.shown
        if certificates.authority is not None:
            sink.authority = certificates.authority
        listen.certificates_by_name = certificates.shown_by_name
        listen.client_ca_pem = self.client_ca_pem
        listen.min_tls = self.min_version
        listen.session.implicit_tls = self.mode == "implicit"
        listen.session.require_tls = self.mode == "starttls"
