"""The examples of RFC 7208, appendix A, and what a record may do wrong."""

import pytest

import gatepost as gp
from gatepost.domains import check_spf

ZONE = {
    ("example.com", "A"): ["192.0.2.10", "192.0.2.11"],
    ("example.com", "MX"): ["10 mail-a.example.com", "20 mail-b.example.com"],
    ("amy.example.com", "A"): "192.0.2.65",
    ("bob.example.com", "A"): "192.0.2.66",
    ("mail-a.example.com", "A"): "192.0.2.129",
    ("mail-b.example.com", "A"): "192.0.2.130",
    ("example.org", "MX"): "10 mail-c.example.org",
    ("mail-c.example.org", "A"): "192.0.2.140",
    ("192.0.2.10", "PTR"): "example.com",
    ("192.0.2.11", "PTR"): "example.com",
    ("192.0.2.65", "PTR"): "amy.example.com",
    ("192.0.2.66", "PTR"): "bob.example.com",
    ("192.0.2.129", "PTR"): "mail-a.example.com",
    ("192.0.2.130", "PTR"): "mail-b.example.com",
    ("192.0.2.140", "PTR"): "mail-c.example.org",
    ("10.0.0.4", "PTR"): "bob.example.com",
}
ALL = {"10.0.0.4", "192.0.2.10", "192.0.2.11", "192.0.2.65", "192.0.2.66", "192.0.2.129", "192.0.2.130", "192.0.2.140"}


def passing(record: str, **more: object) -> set[str]:
    zone = {**ZONE, "example.com": record, **more}
    return {ip for ip in ALL if check_spf(ip, "a@example.com", resolver=zone).result == "pass"}


@pytest.mark.parametrize(
    ("record", "ips"),
    [
        ("v=spf1 +all", ALL),
        ("v=spf1 a -all", {"192.0.2.10", "192.0.2.11"}),
        ("v=spf1 a:example.org -all", set()),
        ("v=spf1 mx -all", {"192.0.2.129", "192.0.2.130"}),
        ("v=spf1 mx:example.org -all", {"192.0.2.140"}),
        ("v=spf1 mx mx:example.org -all", {"192.0.2.129", "192.0.2.130", "192.0.2.140"}),
        ("v=spf1 mx/30 mx:example.org/30 -all", {"192.0.2.129", "192.0.2.130", "192.0.2.140"}),
        ("v=spf1 ptr -all", {"192.0.2.10", "192.0.2.11", "192.0.2.65", "192.0.2.66", "192.0.2.129", "192.0.2.130"}),
        ("v=spf1 ip4:192.0.2.128/28 -all", {"192.0.2.129", "192.0.2.130", "192.0.2.140"}),
    ],
)
def test_the_simple_examples_of_the_rfc(record: str, ips: set[str]) -> None:
    assert passing(record) == ips


def test_several_domains_by_include_and_redirect() -> None:
    shared = {"example.org": "v=spf1 include:example.com include:example.net -all", "example.com": "v=spf1 a -all"}
    shared["example.net"] = "v=spf1 ip4:192.0.2.140 -all"
    shared["la.example.org"] = "v=spf1 redirect=example.org"
    for sender in ("a@example.org", "a@la.example.org"):
        assert check_spf("192.0.2.10", sender, resolver={**ZONE, **shared}).result == "pass"
        assert check_spf("192.0.2.140", sender, resolver={**ZONE, **shared}).result == "pass"
        assert check_spf("192.0.2.65", sender, resolver={**ZONE, **shared}).result == "fail"


def test_a_blocklist_by_macro() -> None:
    zone = {
        "example.com": "v=spf1 -include:ip4._spf.%{d} include:user._spf.%{d} -all",
        "ip4._spf.example.com": "v=spf1 exists:%{ir}.blocked.example.com -all",
        "user._spf.example.com": "v=spf1 exists:%{l1r+-}._users.example.com -all",
        ("mary._users.example.com", "A"): "127.0.0.2",
        ("65.2.0.192.blocked.example.com", "A"): "127.0.0.2",
    }
    assert check_spf("192.0.2.10", "mary@example.com", resolver=zone).result == "pass"
    assert check_spf("192.0.2.10", "mary+list@example.com", resolver=zone).result == "pass"
    assert check_spf("192.0.2.10", "fred@example.com", resolver=zone).result == "fail"
    assert check_spf("192.0.2.65", "mary@example.com", resolver=zone).result == "fail"


@pytest.mark.parametrize(
    ("records", "result"),
    [
        ({}, "none"),
        ({"example.com": "v=spf10 -all"}, "none"),
        ({"example.com": ["v=spf1 -all", "v=spf1 +all"]}, "permerror"),
        ({"example.com": None}, "temperror"),
        ({"example.com": "v=spf1 a:%{x}.com -all"}, "permerror"),
        ({"example.com": "v=spf1 ip4:192.0.2.1/33 -all"}, "permerror"),
        ({"example.com": "v=spf1 ip6:192.0.2.1 -all"}, "permerror"),
        ({"example.com": "v=spf1 include:missing.com -all"}, "permerror"),
        ({"example.com": "v=spf1 include:example.com -all"}, "permerror"),
        ({"example.com": "v=spf1 redirect=a.com redirect=b.com"}, "permerror"),
        ({"example.com": "v=spf1 a:a.com a:b.com a:c.com -all"}, "permerror"),
        ({"example.com": "v=spf1 all:x"}, "permerror"),
        ({"example.com": "v=spf1 ~all"}, "softfail"),
        ({"example.com": "v=spf1 ?all"}, "neutral"),
        ({"example.com": "v=spf1 unknown=anything"}, "neutral"),
        ({"example.com": "V=SPF1 -ALL"}, "fail"),
    ],
)
def test_what_a_record_may_be_has_its_result(records: dict[str, object], result: str) -> None:
    seen = check_spf("192.0.2.1", "a@example.com", resolver=records)
    assert seen.result == result
    assert seen.reason


def test_the_eleventh_look_up_is_too_many() -> None:
    def record(count: int) -> str:
        return " ".join(["v=spf1", *(f"a:h{n}.example.com" for n in range(count)), "-all"])

    zone = {(f"h{n}.example.com", "A"): "192.0.2.200" for n in range(11)}
    ten = check_spf("192.0.2.1", "a@example.com", resolver={"example.com": record(10), **zone})
    assert (ten.result, ten.lookups) == ("fail", 10)
    eleven = check_spf("192.0.2.1", "a@example.com", resolver={"example.com": record(11), **zone})
    assert (eleven.result, eleven.term) == ("permerror", "a:h10.example.com")


def test_a_bounce_is_checked_by_the_helo_name() -> None:
    zone = {"mx.example.com": "v=spf1 ip4:192.0.2.1 -all"}
    seen = check_spf("192.0.2.1", "", "mx.example.com", zone)
    assert (seen.result, seen.domain) == ("pass", "mx.example.com")


def test_an_ipv4_address_in_ipv6_form_is_that_ipv4_address() -> None:
    assert (
        check_spf("::ffff:192.0.2.1", "a@example.com", resolver={"example.com": "v=spf1 ip4:192.0.2.1"}).result
        == "pass"
    )


def test_the_explanation_is_the_domains_own() -> None:
    zone = {"example.com": "v=spf1 -all exp=why.%{d}", "why.example.com": "%{i} may not send for %{s}, ask %{r}"}
    seen = check_spf("192.0.2.1", "a@example.com", "", zone, receiver="mx.example.net")
    assert seen.explanation == "192.0.2.1 may not send for a@example.com, ask mx.example.net"


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(gp.InputError, match="takes an IP address"):
        check_spf("example.com", "a@example.com", resolver={})


IDN = {"xn--e1afmkfd.xn--p1ai": "v=spf1 ip4:192.0.2.5 exists:%{l}.x.example exists:%{o}.y.example -all"}


@pytest.mark.parametrize(
    ("ip", "sender", "helo", "more", "result"),
    [
        ("192.0.2.5", "пётр@пример.рф", "", {}, "pass"),
        ("192.0.2.5", "", "Пример.рф.", {}, "pass"),
        ("192.0.2.6", "пётр@пример.рф", "", {}, "fail"),
        ("192.0.2.6", "пётр@пример.рф", "", {("пётр.x.example", "A"): "127.0.0.2"}, "fail"),
        ("192.0.2.6", "пётр@пример.рф", "", {("xn--e1afmkfd.xn--p1ai.y.example", "A"): "127.0.0.2"}, "pass"),
    ],
)
def test_a_domain_with_letters_of_its_own_is_looked_up_as_a_labels(
    ip: str, sender: str, helo: str, more: dict[object, str], result: str
) -> None:
    """RFC 8616 §4; a local part outside ASCII matches nothing."""
    seen = check_spf(ip, sender, helo, {**IDN, **more})
    assert (seen.result, seen.domain) == (result, "xn--e1afmkfd.xn--p1ai")


@pytest.mark.parametrize("sender", ["", "a@", "a@com", "a@при мер.рф"])
def test_what_is_no_domain_has_no_policy_and_the_words_say_so(sender: str) -> None:
    seen = check_spf("192.0.2.1", sender, resolver={})
    assert seen.result == "none" and seen.reason.endswith("is not a domain to ask about")


@pytest.mark.parametrize("text", ["bad\r\nX: evil", "bad\n", "\x1b[2J", "нет", "\x7f"])
def test_an_explanation_with_controls_is_left_out(text: str) -> None:
    zone = {"example.com": "v=spf1 -all exp=e.example.com", "e.example.com": text}
    assert check_spf("192.0.2.1", "a@example.com", "h", zone).explanation == ""


def test_an_explanation_gets_no_controls_from_the_sender() -> None:
    zone = {"example.com": "v=spf1 -all exp=e.example.com", "e.example.com": "not %{l}"}
    assert check_spf("192.0.2.1", "a\r\nb@example.com", "h", zone).explanation == ""
    assert check_spf("192.0.2.1", "ab@example.com", "h", zone).explanation == "not ab"
