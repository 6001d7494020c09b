import pytest

import gatepost as gp
from gatepost.domains import AuthenticationResults, authenticate

KEY = gp.DkimKey.generate("ed25519")
SIGNER = gp.DkimSigner("example.com", "s1", KEY)
LETTER = b"From: Ivan <ivan@example.com>\r\nSubject: x\r\n\r\nHello\r\n"
DNS = {
    SIGNER.record_name: KEY.dns_record(),
    "example.com": "v=spf1 ip4:192.0.2.1 -all",
    "_dmarc.example.com": "v=DMARC1; p=reject",
}


def seen(raw: bytes = LETTER, ip: str = "192.0.2.1", mail_from: str = "ivan@example.com", **more: object):  # type: ignore[no-untyped-def]
    return authenticate(raw, ip=ip, mail_from=mail_from, helo="mx.example.com", resolver={**DNS, **more})


@pytest.mark.parametrize(
    ("raw", "ip", "mail_from", "spf", "dkim", "dmarc", "by"),
    [
        (SIGNER.sign(LETTER), "192.0.2.1", "ivan@example.com", "pass", ["pass"], "pass", "dkim"),
        (SIGNER.sign(LETTER), "192.0.2.9", "ivan@example.com", "fail", ["pass"], "pass", "dkim"),
        (LETTER, "192.0.2.1", "ivan@example.com", "pass", [], "pass", "spf"),
        (LETTER, "192.0.2.9", "ivan@example.com", "fail", [], "fail", ""),
        (SIGNER.sign(LETTER) + b"x", "192.0.2.1", "a@other.net", "none", ["fail"], "fail", ""),
        (b"Subject: x\r\n\r\n", "192.0.2.1", "ivan@example.com", "pass", [], "permerror", ""),
        (b"From: a@b.com, c@d.com\r\n\r\n", "192.0.2.1", "ivan@example.com", "pass", [], "permerror", ""),
    ],
)
def test_each_check_and_dmarc_over_them(raw, ip, mail_from, spf, dkim, dmarc, by) -> None:  # type: ignore[no-untyped-def]
    report = seen(raw, ip, mail_from)
    assert (report.spf.result, [one.status for one in report.dkim]) == (spf, dkim)
    assert (report.dmarc.result, report.dmarc.by) == (dmarc, by)


def test_what_nobody_answered_might_have_passed() -> None:
    report = seen(SIGNER.sign(LETTER), "192.0.2.9", **{SIGNER.record_name: None})
    assert report.dmarc.result == "temperror"


def test_the_header_says_what_was_found() -> None:
    value = seen(SIGNER.sign(LETTER)).value("mx.example.net")
    results = AuthenticationResults.parse(value)
    found = {one.method: one.result for one in results.results}
    assert found == {"spf": "pass", "dkim": "pass", "dmarc": "pass", "arc": "none"}
    values = {f"{one.ptype}.{one.name}": one.value for each in results.results for one in each.properties}
    assert values["smtp.mailfrom"] == "ivan@example.com"
    assert (values["header.d"], values["header.s"], values["header.a"]) == ("example.com", "s1", "ed25519-sha256")
    assert (values["header.from"], values["smtp.remote-ip"]) == ("example.com", "192.0.2.1")


def test_a_bounce_shows_the_helo_name_and_a_failure_what_the_domain_asks_for() -> None:
    value = seen(mail_from="", ip="192.0.2.9").value("mx.example.net")
    assert "smtp.helo=mx.example.com" in value
    assert "policy.dmarc=reject" in value


def test_our_header_replaces_what_was_forged_in_our_name() -> None:
    forged = b"Authentication-Results: mx.example.net; dmarc=pass\r\n" + LETTER
    raw = seen(forged, "192.0.2.9").add_to(forged, "mx.example.net")
    assert raw.count(b"Authentication-Results:") == 1
    assert b"dmarc=fail" in raw and raw.endswith(LETTER)


@pytest.mark.parametrize(
    "value", ["exa\r\n mple.com", "evil.com\r\n\tx", "a b", '";x=', "x" * 400, "\N{ZERO WIDTH SPACE}"]
)
def test_values_of_a_hostile_letter_cannot_leave_their_place(value: str) -> None:
    signature = f"DKIM-Signature: v=1; a=rsa-sha256; d={value}; s={value}; h=From; bh=AA==; b=AA==\r\n".encode()
    report = authenticate(signature + LETTER, ip="192.0.2.1", mail_from=f"{value}@example.com", helo=value, resolver={})
    header = report.header("mx.example.net")
    assert all(line.startswith("\t") for line in header.removesuffix("\r\n").split("\r\n")[1:])
    methods = [one.method for one in AuthenticationResults.parse(header.partition(":")[2]).results]
    assert methods == ["spf", "dkim", "dmarc", "arc"]


def test_the_results_are_what_arc_seals() -> None:
    report = seen(SIGNER.sign(LETTER))
    sealed = gp.dkim.seal_arc(SIGNER.sign(LETTER), SIGNER, report.value("mx.example.net"), chain=report.arc)
    chain = gp.dkim.verify_arc(sealed, DNS)
    assert chain.passed
    assert AuthenticationResults.parse(chain.sets[0].authentication_results) == report.results("mx.example.net")
