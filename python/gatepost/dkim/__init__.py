"""DKIM: keys, signing, verification (RFC 6376, 8301, 8463)."""

from .keys import DkimKey
from .signer import DkimSigner, sign
from .verify import DkimResult, verify

__all__ = ["DkimKey", "DkimResult", "DkimSigner", "sign", "verify"]
