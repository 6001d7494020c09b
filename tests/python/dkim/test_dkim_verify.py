import time

import pytest
from dkim_keys import LETTER, key_of, signer_of, table_of

import gatepost as gp


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signed_letter_passes_and_is_aligned(kind: str) -> None:
    signer = signer_of(kind)
    [result] = gp.dkim.verify(signer.sign(LETTER), table_of(signer))
    assert (result.status, result.reason, result.aligned) == ("pass", "none", True)
    assert (result.domain, result.selector, result.algorithm) == ("example.com", kind[0], f"{kind}-sha256")
    assert result.passed and result.signature and result.key_bits == key_of(kind).bits


def test_a_letter_without_signature_has_no_results() -> None:
    assert gp.dkim.verify(LETTER, {}) == []


def test_several_signers_sign_in_one_pass() -> None:
    signers = [signer_of("rsa"), signer_of("ed25519")]
    results = gp.dkim.verify(gp.dkim.sign(LETTER, signers), table_of(*signers))
    assert [result.passed for result in results] == [True, True]


def test_lf_lines_are_signed_as_crlf() -> None:
    signer = signer_of()
    signed = signer.sign(LETTER.replace(b"\r\n", b"\n"))
    assert signed == signed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert gp.dkim.verify(signed, table_of(signer))[0].passed


@pytest.mark.parametrize(
    ("change", "records", "status", "reason"),
    [
        (lambda raw: raw + b"more\r\n", None, "fail", "body_hash"),
        (lambda raw: raw.replace(b"Subject: ", b"Subject: Re: "), None, "fail", "signature"),
        (lambda raw: raw.replace(b"To: ", b"Words for a reader\r\nTo: "), None, "permerror", "letter"),
        (lambda raw: raw.replace(b"To: ", b"X: y\nFrom: evil@example.org\r\nTo: "), None, "permerror", "letter"),
        (lambda raw: raw, [], "permerror", "key_missing"),
        (lambda raw: raw, "v=DKIM1; p=", "permerror", "key_revoked"),
        (lambda raw: raw, ["v=DKIM1; p=AA", "v=DKIM1; p=AB"], "permerror", "key_ambiguous"),
        (lambda raw: raw, ["p=AA", " v = DKIM1; p=AB"], "permerror", "key_ambiguous"),
        (lambda raw: raw, ["v=spf1 -all", "v=DKIM2; p="], "permerror", "key_syntax"),
    ],
)
def test_a_failure_has_its_reason(change, records, status, reason) -> None:  # type: ignore[no-untyped-def]
    signer = signer_of()
    table = table_of(signer) if records is None else {signer.record_name: records}
    [result] = gp.dkim.verify(change(signer.sign(LETTER)), table)
    assert (result.status, result.reason) == (status, reason)
    assert result.explanation


@pytest.mark.parametrize("other", ["v=spf1 -all", "v = spf1 -all", "v=DKIM2; p=AA", "v=DKIM12; p=AA"])
def test_a_record_of_another_version_beside_the_key_is_passed_over(other: str) -> None:
    signer = signer_of()
    key = signer.key.dns_record()
    for records in ([other, key], [key, other], [other, key.removeprefix("v=DKIM1; ")]):
        [result] = gp.dkim.verify(signer.sign(LETTER), {signer.record_name: records})
        assert (result.status, result.reason) == ("pass", "none")


def test_a_dns_that_does_not_answer_is_a_temporary_error() -> None:
    signer = signer_of()
    [result] = gp.dkim.verify(signer.sign(LETTER), {signer.record_name: None})
    assert (result.status, result.reason) == ("temperror", "dns")


def test_a_signature_expires() -> None:
    signer = gp.DkimSigner("example.com", "e", key_of("ed25519"), valid_for=60)
    signed = signer.sign(LETTER)
    assert gp.dkim.verify(signed, table_of(signer))[0].passed
    assert gp.dkim.verify(signed, table_of(signer), now=time.time() + 61)[0].reason == "expired"


def test_the_signature_of_a_stranger_passes_and_is_not_aligned() -> None:
    signer = signer_of(domain="provider.net")
    [result] = gp.dkim.verify(signer.sign(LETTER), table_of(signer))
    assert result.passed and not result.aligned


def test_a_subdomain_is_aligned_where_the_organisation_publishes_dmarc() -> None:
    signer = signer_of(domain="mail.example.com")
    table = {**table_of(signer), "_dmarc.example.com": "v=DMARC1; p=none"}
    assert gp.dkim.verify(signer.sign(LETTER), table)[0].aligned


def test_alignment_that_cannot_be_looked_up_is_none() -> None:
    signer = signer_of(domain="mail.example.com")
    table = {**table_of(signer), "_dmarc.example.com": None}
    assert not gp.dkim.verify(signer.sign(LETTER), table)[0].aligned


def test_no_more_than_ten_signatures_are_looked_at() -> None:
    signer = signer_of()
    raw = LETTER
    for _ in range(12):
        raw = signer.sign(raw)
    results = gp.dkim.verify(raw, table_of(signer))
    assert [result.passed for result in results] == [True] * 10 + [False]
    assert (results[10].status, results[10].reason) == ("policy", "too_many_signatures")


def test_a_name_that_cannot_exist_has_no_key() -> None:
    raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=" + b"x" * 300 + "ё..com; s=s; h=From; bh=AA==; b=AA==\r\n".encode()
    [result] = gp.dkim.verify(raw + LETTER, {})
    assert result.reason == "key_missing"


def test_a_key_is_asked_for_once() -> None:
    class Counting:
        asked = 0

        def txt(self, name: str) -> list[str]:
            Counting.asked += 1
            return [key_of("ed25519").dns_record()]

    signer = signer_of()
    results = gp.dkim.verify(gp.dkim.sign(LETTER, [signer, signer]), Counting())  # type: ignore[arg-type]
    assert [result.passed for result in results] == [True, True] and Counting.asked == 1


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"To: a@b.com\r\n\r\nx", b"From: a@b.c\r\nFrom: d@e.f\r\n\r\nx"])
def test_a_letter_without_one_from_cannot_be_signed(raw: bytes) -> None:
    with pytest.raises(gp.InputError, match="From"):
        signer_of().sign(raw)
