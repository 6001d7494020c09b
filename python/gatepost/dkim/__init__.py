"""DKIM and ARC: keys, signing, sealing, verification (RFC 6376, 8301, 8463, 8617)."""

from .arc import ArcResult, ArcSet, seal_arc, verify_arc
from .choice import SignerChoice
from .keys import DkimKey
from .signer import DkimSigner, sign, wire_domain
from .verify import DkimResult, author_domain, verify

__all__ = [
    "ArcResult",
    "ArcSet",
    "DkimKey",
    "DkimResult",
    "DkimSigner",
    "SignerChoice",
    "author_domain",
    "seal_arc",
    "sign",
    "verify",
    "verify_arc",
    "wire_domain",
]
