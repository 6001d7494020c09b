"""dkimpy verifies what we sign, and we what it signs, over generated letters; likewise ARC."""

from __future__ import annotations

import base64
import itertools

import dkim as dkimpy
import pytest
from dkim_keys import LETTER, key_of, signer_of, table_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gatepost as gp

FORMS = list(itertools.product(("simple", "relaxed"), repeat=2))
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Bodies of what canonical forms are about: spaces, tabs, empty lines, no last line end, Cyrillic. On a last line of
# spaces without a line end dkimpy thinks otherwise; on the wire every line has one.
pieces = st.sampled_from(["a", "Привет", " ", "  ", "\t", "\r\n", "\r\n\r\n", ".", "=", "\u2028", "x" * 80])
bodies = st.lists(pieces, max_size=30).map("".join).map(lambda body: body + "\r\n" if body[-1:] in " \t" else body)
values = st.lists(st.sampled_from(["слово", "word", " ", "  ", "\t", "\r\n ", "\r\n\t", ";", ":"]), max_size=8).map(
    "".join
)


@st.composite
def letters(draw: st.DrawFn) -> bytes:
    headers = ["From: Иван <ivan@example.com>", "To: olga@example.net"]
    headers += [
        f"{name}: x{draw(values)}x"
        for name in draw(st.lists(st.sampled_from(["Subject", "Cc", "X-Other"]), max_size=20))
    ]
    order = draw(st.permutations(headers))
    return ("\r\n".join(order) + "\r\n\r\n" + draw(bodies)).encode()


def private_key(kind: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """As dkimpy wants it: PEM for RSA, the base64 of 32 bytes for Ed25519."""
    path = key_of(kind).save(tmp_path_factory.mktemp("key") / "key.pem")
    pem = path.read_bytes()
    if kind == "rsa":
        return pem
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return base64.b64encode(der[-32:])


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def secret(kind: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return private_key(kind, tmp_path_factory)


def dns_of(table: dict[str, str]):  # type: ignore[no-untyped-def]
    return lambda name, timeout=5: table.get(name.decode().rstrip("."), "").encode() or None


@pytest.mark.parametrize(("header", "body"), FORMS)
@quick
@given(raw=letters())
def test_dkimpy_verifies_what_we_sign(kind: str, header: str, body: str, raw: bytes) -> None:
    signer = signer_of(kind, header=header, body=body)
    assert dkimpy.verify(signer.sign(raw), dnsfunc=dns_of(table_of(signer)))


@pytest.mark.parametrize(("header", "body"), FORMS)
@quick
@given(raw=letters())
def test_we_verify_what_dkimpy_signs(kind: str, secret: bytes, header: str, body: str, raw: bytes) -> None:
    signature = dkimpy.sign(
        raw,
        b"s",
        b"example.com",
        secret,
        canonicalize=(header.encode(), body.encode()),
        signature_algorithm=f"{kind}-sha256".encode(),
        include_headers=[b"From", b"To", b"Subject", b"Cc"],
    )
    [result] = gp.dkim.verify(signature + raw, {"s._domainkey.example.com": key_of(kind).dns_record()})
    assert result.passed, result


@quick
@given(raw=letters(), at=st.integers(0, 10_000), byte=st.integers(1, 255))
def test_of_a_changed_letter_both_say_the_same(raw: bytes, at: int, byte: int) -> None:
    signer = signer_of()
    signed = bytearray(signer.sign(raw))
    at = at % (len(signed) - len(raw)) if at % 2 else len(signed) - 1 - at % len(raw)
    signed[at] ^= byte
    table = table_of(signer)
    [*ours] = gp.dkim.verify(bytes(signed), table)
    try:
        theirs = dkimpy.verify(bytes(signed), dnsfunc=dns_of(table))
    except Exception:  # dkimpy raises where a letter is no letter
        theirs = False
    if any(result.passed for result in ours):
        assert theirs


def test_dkimpy_verifies_our_arc_chain() -> None:
    signers = [signer_of("rsa"), signer_of("rsa", domain="list.example.net"), signer_of("rsa", domain="last.example")]
    table = table_of(*signers)
    raw = signers[0].sign(LETTER)
    for number, signer in enumerate(signers, 1):
        raw = gp.dkim.seal_arc(raw, signer, f"mx{number}.example.net; spf=pass smtp.mailfrom=a@b.com", resolver=table)
        status, seen, reason = dkimpy.arc_verify(raw, dnsfunc=dns_of(table))
        assert status == dkimpy.CV_Pass, reason
        assert len(seen) == number


def test_we_verify_the_arc_chain_of_dkimpy(tmp_path_factory: pytest.TempPathFactory) -> None:
    table = {"s._domainkey.example.com": key_of("rsa").dns_record()}
    raw = LETTER
    for number in range(1, 4):
        chain = f"arc={'none' if number == 1 else 'pass'}"
        header = f"Authentication-Results: mx{number}.example.net; {chain}; spf=pass smtp.mailfrom=a@b.com\r\n".encode()
        host = f"mx{number}.example.net".encode()
        secret = private_key("rsa", tmp_path_factory)
        raw = b"".join(dkimpy.arc_sign(header + raw, b"s", b"example.com", secret, host)) + header + raw
        result = gp.dkim.verify_arc(raw, table)
        assert (result.status, result.reason, len(result.sets)) == ("pass", "none", number)
        assert result.sets[-1].authentication_results.startswith(f"mx{number}.example.net;")


@quick
@given(at=st.integers(0, 10_000), byte=st.integers(1, 255))
def test_of_a_changed_chain_both_say_the_same(at: int, byte: int) -> None:
    signer = signer_of("rsa")
    table = table_of(signer)
    raw = gp.dkim.seal_arc(LETTER, signer, "mx.example.net; spf=none", resolver=table)
    raw = gp.dkim.seal_arc(raw, signer, "mx.example.net; arc=pass", resolver=table)
    changed = bytearray(raw)
    changed[at % len(raw)] ^= byte
    ours = gp.dkim.verify_arc(bytes(changed), table)
    try:
        theirs, _, reason = dkimpy.arc_verify(bytes(changed), dnsfunc=dns_of(table))
    except Exception as error:  # dkimpy raises where a letter is no letter
        theirs, reason = dkimpy.CV_Fail, str(error)
    if ours.passed:
        assert theirs == dkimpy.CV_Pass, reason
