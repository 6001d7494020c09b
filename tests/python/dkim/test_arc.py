import re
from typing import Any

import pytest
from dkim_keys import LETTER, signer_of, table_of

import gatepost as gp

RESULTS = "mx.example.net; spf=pass smtp.mailfrom=ivan@example.com; dkim=pass header.d=example.com; arc=none"
SIGNER = signer_of()
TABLE = table_of(SIGNER)


def sealed(times: int, raw: bytes = LETTER) -> bytes:
    for _ in range(times):
        raw = gp.dkim.seal_arc(raw, SIGNER, RESULTS, resolver=TABLE)
    return raw


def test_a_letter_without_a_chain_has_none() -> None:
    result = gp.dkim.verify_arc(LETTER, {})
    assert (result.status, result.passed, result.sets) == ("none", False, ())


@pytest.mark.parametrize("sets", [1, 2, 5, 50])
def test_a_sealed_chain_passes_and_tells_who_sealed(sets: int) -> None:
    result = gp.dkim.verify_arc(sealed(sets), TABLE)
    assert (result.status, result.reason, len(result.sets)) == ("pass", "none", sets)
    assert [one.chain for one in result.sets] == ["none", *["pass"] * (sets - 1)]
    assert {(one.domain, one.selector) for one in result.sets} == {("example.com", "e")}
    assert " ".join(result.sets[0].authentication_results.split()) == RESULTS


def test_no_line_of_a_seal_is_longer_than_76() -> None:
    header = sealed(2).partition(b"From:")[0]
    assert max(len(line) for line in header.split(b"\r\n")) <= 76


def test_a_51st_set_is_refused() -> None:
    with pytest.raises(gp.InputError, match="50"):
        sealed(51)


def changed(pattern: bytes, by: bytes, raw: bytes) -> bytes:
    other, times = re.subn(pattern, by, raw, count=1, flags=re.DOTALL)
    assert times == 1
    return other


@pytest.mark.parametrize(
    ("change", "reason", "instance", "part"),
    [
        (lambda raw: raw + b"more", "body_hash", 2, "message_signature"),
        (lambda raw: changed(b"Subject: ", b"Subject: Re: ", raw), "signature", 2, "message_signature"),
        (lambda raw: changed(b"i=1; mx", b"i=1; my", raw), "signature", 1, "seal"),
        (lambda raw: changed(b"i=2; mx", b"i=2; my", raw), "signature", 2, "seal"),
        (lambda raw: changed(b"i=2; a=", b"i=3; a=", raw), "chain_incomplete", 0, ""),
        (lambda raw: changed(b"ARC-Seal: i=2", b"ARC-Seal: i=51", raw), "chain_too_long", 0, ""),
        (lambda raw: changed(b"ARC-Seal: i=2", b"ARC-Seal: i=two", raw), "chain_incomplete", 0, ""),
        (lambda raw: changed(b"ARC-Seal: i=2", b"X-Seal: i=2", raw), "chain_incomplete", 0, ""),
        (lambda raw: changed(b"ARC-Seal: ", b"ARC-Seal: i=1; cv=none\r\nARC-Seal: ", raw), "chain_incomplete", 0, ""),
        (lambda raw: changed(b"cv=none", b"cv=pass", raw), "chain_value", 1, "seal"),
        (lambda raw: changed(b"cv=pass", b"cv=none", raw), "chain_value", 2, "seal"),
        (lambda raw: changed(b"cv=pass", b"cv=fail", raw), "chain_broken_before", 2, "seal"),
        (lambda raw: changed(b"cv=pass", b"cv=perhaps", raw), "syntax", 2, "seal"),
        (lambda raw: changed(b"cv=pass;", b"cv=pass; h=from;", raw), "syntax", 2, "seal"),
        (lambda raw: changed(b"h=From:", b"h=ARC-Seal:From:", raw), "syntax", 2, "message_signature"),
    ],
)
def test_a_chain_that_was_tampered_with_fails_where_it_was(change: Any, reason: str, instance: int, part: str) -> None:
    result = gp.dkim.verify_arc(change(sealed(2)), TABLE)
    assert (result.status, result.reason, result.instance, result.part) == ("fail", reason, instance, part)
    assert result.explanation


def test_a_key_that_the_dns_does_not_give_fails_the_chain() -> None:
    assert gp.dkim.verify_arc(sealed(1), {}).reason == "key_missing"
    assert gp.dkim.verify_arc(sealed(1), {SIGNER.record_name: None}).reason == "dns"


def test_a_letter_changed_on_the_way_is_sealed_as_it_came() -> None:
    raw = sealed(1)
    chain = gp.dkim.verify_arc(raw, TABLE)
    changed_letter = raw.replace(b"Subject: ", b"Subject: [list] ")
    resealed = gp.dkim.seal_arc(changed_letter, SIGNER, RESULTS, chain=chain)
    assert gp.dkim.verify_arc(resealed, TABLE).passed


def test_a_broken_chain_is_sealed_as_broken_and_nobody_adds_to_it() -> None:
    broken = gp.dkim.seal_arc(sealed(1) + b"more", SIGNER, RESULTS, resolver=TABLE)
    assert gp.dkim.verify_arc(broken, TABLE).reason == "chain_broken_before"
    with pytest.raises(gp.InputError, match="nothing may be added"):
        gp.dkim.seal_arc(broken, SIGNER, RESULTS, resolver=TABLE)


@pytest.mark.parametrize(
    ("results", "chain"),
    [
        ("mx.example.net; none\r\nBcc: all@example.com", "none"),
        ("mx\n", "none"),
        ("", "none"),
        ("mx", "none"),
        ("mx;", "none"),
        ("; none", "none"),
        (" ; spf=pass", "none"),
        ("mx; spf", "none"),
        (RESULTS, "pass"),
        (RESULTS, "broken"),
    ],
)
def test_a_seal_of_nonsense_is_refused(results: str, chain: str) -> None:
    with pytest.raises(gp.InputError):
        gp.dkim.seal_arc(LETTER, SIGNER, results, chain=chain)


@pytest.mark.parametrize("results", ["mx; none", "mx 1 ;\r\n\tNone ", "mx.example.net; spf=pass"])
def test_results_of_a_host_are_sealed(results: str) -> None:
    raw = gp.dkim.seal_arc(LETTER, SIGNER, results, chain="none")
    assert gp.dkim.verify_arc(raw, TABLE).passed


class Counting(gp.dns.TableResolver):
    """Remembers what it was asked."""

    def __init__(self, table: dict[str, str]) -> None:
        super().__init__(table)
        self.asked: list[str] = []

    def txt(self, name: str) -> list[str]:
        self.asked.append(name)
        return super().txt(name)


HOSTS = [gp.DkimSigner(f"host{i}.example.com", "s", gp.DkimKey.generate("ed25519")) for i in range(1, 5)]
KEYS = table_of(*HOSTS)


def passed_on(raw: bytes = LETTER) -> bytes:
    """Sealed by each host, with other keys for its signatures than for its seals."""
    for host in HOSTS:
        raw = gp.dkim.seal_arc(raw, host, RESULTS, resolver=KEYS)
    return raw


def asked_about(raw: bytes) -> list[str]:
    """The hosts whose keys were asked for."""
    dns = Counting(KEYS)
    gp.dkim.verify_arc(raw, dns)
    return [name.partition(".")[2].removeprefix("_domainkey.").partition(".")[0] for name in dns.asked]


def test_the_dns_is_asked_for_each_key_once_and_for_those_alone_that_rfc_8617_needs() -> None:
    raw = passed_on()
    assert asked_about(raw) == ["host4", "host1", "host2", "host3"]
    # The signature of a host that came before the newest is not verified, so nobody asks for its key.
    other = re.sub(rb"(ARC-Message-Signature: i=1;.*?d=)host1", rb"\1other", raw, count=1, flags=re.DOTALL)
    assert "other" not in asked_about(other)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (lambda raw: LETTER, []),
        (lambda raw: raw + b"more", ["host4"]),
        (lambda raw: changed(b"cv=pass", b"cv=fail", raw), []),
        (lambda raw: changed(b"ARC-Seal: i=2", b"X-Seal: i=2", raw), []),
        (lambda raw: changed(b"ARC-Seal: i=4", b"ARC-Seal: i=51", raw), []),
        (lambda raw: changed(b"cv=none", b"cv=pass", raw), []),
        (lambda raw: changed(b"i=1; mx", b"i=1; my", raw), ["host4", "host1"]),
    ],
)
def test_the_dns_is_not_asked_once_a_chain_is_known_to_fail(change: Any, asked: list[str]) -> None:
    assert asked_about(change(passed_on())) == asked


def test_an_error_of_a_resolver_comes_through() -> None:
    class Broken(gp.dns.TableResolver):
        def txt(self, name: str) -> list[str]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gp.dkim.verify_arc(sealed(1), Broken({}))
