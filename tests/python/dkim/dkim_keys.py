"""Keys and their records for the tests here. Made once: an RSA key takes its time."""

from functools import cache

import gatepost as gp


@cache
def key_of(kind: str) -> gp.DkimKey:
    return gp.DkimKey.generate(kind)


def signer_of(kind: str = "ed25519", domain: str = "example.com", **options: str) -> gp.DkimSigner:
    return gp.DkimSigner(domain, kind[0], key_of(kind), **options)


def table_of(*signers: gp.DkimSigner) -> dict[str, str]:
    return {signer.record_name: signer.key.dns_record() for signer in signers}


LETTER = (
    "From: =?utf-8?B?0JjQstCw0L0=?= <ivan@example.com>\r\n"
    "To: olga@example.net\r\n"
    "Subject: =?utf-8?B?0J/RgNC40LLQtdGC?=\r\n"
    "Date: Sun, 22 Nov 2026 10:00:00 +0300\r\n"
    "Message-ID: <1@example.com>\r\n"
    "\r\n"
    "Дорогая Ольга,\r\n\r\n  два  пробела \r\n\r\n\r\n"
).encode()
