import json
import re
from typing import Any

import dns.zone
import pytest

import gatepost as gp
from gatepost.domains import replies
from gatepost.domains.finding import ExpectedReply

KEY = gp.DkimKey.generate("ed25519")
SIGNER = gp.DkimSigner("example.com", "s1", KEY)
GOOD: dict[Any, Any] = {
    "example.com": "v=spf1 include:spf.sendsay.ru ~all",
    "spf.sendsay.ru": "v=spf1 ip4:192.0.2.0/24 ~all",
    "s1._domainkey.example.com": KEY.dns_record(),
    "_dmarc.example.com": "v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
    "_mta-sts.example.com": "v=STSv1; id=20261122",
    "_smtp._tls.example.com": "v=TLSRPTv1; rua=mailto:tls@example.com",
    ("example.com", "MX"): "10 mx.example.com",
    ("mx.example.com", "A"): "192.0.2.1",
    ("192.0.2.1", "PTR"): "mx.example.com",
}


def look(changes: dict[Any, Any] | None = None, **options: Any) -> gp.domains.DomainReport:
    options = {"include": "spf.sendsay.ru", "dkim": [SIGNER], "ip": "192.0.2.1", **options}
    return gp.domains.check("example.com", resolver={**GOOD, **(changes or {})}, **options)


def test_a_domain_that_is_set_up_is_ok_in_every_topic() -> None:
    report = look()
    assert report.ok, str(report)
    assert {(one.topic, one.severity) for one in report.findings} == {
        (topic, "ok") for topic in ("SPF", "DKIM", "DMARC", "MX", "MTA-STS", "TLS-RPT", "PTR")
    }


SPF = "v=spf1 include:spf.sendsay.ru ~all"


@pytest.mark.parametrize(
    ("records", "severity", "words", "publish"),
    [
        ([], "error", "publishes no SPF record", SPF),
        ("v=spf1 mx ~all", "error", "does not include spf.sendsay.ru", "v=spf1 include:spf.sendsay.ru mx ~all"),
        (["v=spf1 mx -all", "v=spf1 a ~all"], "error", "2 SPF records", "v=spf1 include:spf.sendsay.ru mx a ~all"),
        ("v=spf1 nonsense ~all", "error", "cannot be read", None),
        (f"{SPF[:-4]}+all", "error", "lets anybody send", SPF),
        (f"{SPF[:-4]}all", "error", "lets anybody send", SPF),
        (f"{SPF[:-4]}?all", "warning", "says nothing about all others", SPF),
        (SPF[:-5], "warning", "does not say what of all others", SPF),
        (f"{SPF} a", "warning", "never looked at", None),
        (f"{SPF[:-4]}ptr ~all", "note", "ptr", None),
        (f"{SPF[:-4]}include:missing.com ~all", "error", "missing.com, which it includes, publishes no", SPF),
        ("v=spf1 redirect=spf.sendsay.ru", "ok", "redirect", None),
        (None, "unknown", "did not answer", None),
    ],
)
def test_spf(records: Any, severity: str, words: str, publish: str | None) -> None:
    [finding] = look({"example.com": records}).about("SPF")
    assert finding.severity == severity
    assert words in finding.message
    assert (finding.record and finding.record.value) == publish
    assert bool(finding.replies) == (severity == "error")


PROVIDER = {"spf.sendsay.ru": "v=spf1 ip4:192.0.2.0/24 ~all"}


@pytest.mark.parametrize(
    ("records", "words", "publish"),
    [
        ("v=spf1 +all", ["does not include", "+all"], SPF),
        ("v=spf1 mx", ["does not include", "no all"], "v=spf1 include:spf.sendsay.ru mx ~all"),
        ("v=spf1 -all include:spf.sendsay.ru", ["does not include"], "v=spf1 include:spf.sendsay.ru -all"),
        ("v=spf1 -include:spf.sendsay.ru mx ~all", ["does not include"], "v=spf1 include:spf.sendsay.ru mx ~all"),
        ("v=spf1 redirect=own.com", ["does not include"], "v=spf1 include:spf.sendsay.ru redirect=own.com"),
        (
            "v=spf1 include:missing.com mx exp=e.example.com +all",
            ["publishes no SPF", "does not include", "+all"],
            "v=spf1 include:spf.sendsay.ru mx exp=e.example.com ~all",
        ),
        (["v=spf1 redirect=own.com", "v=spf1 +all"], ["2 SPF"], "v=spf1 include:spf.sendsay.ru include:own.com ~all"),
        ("v=spf1 redirect=missing.com", ["missing.com, which it includes", "does not include"], None),
    ],
)
def test_whatever_is_wrong_with_an_spf_record_one_record_is_proposed(
    records: Any, words: list[str], publish: str | None
) -> None:
    own = {"example.com": records, "own.com": "v=spf1 ip4:192.0.2.1 -all"}
    findings = [one for one in look(own).about("SPF") if one.severity != "warning" or one.record]
    assert {one.record and one.record.value for one in findings} == {publish}
    assert [words for one, words in zip(findings, words, strict=True) if words not in one.message] == []
    if publish:
        again = look({**own, "example.com": publish}).about("SPF")
        assert [one.severity for one in again] == ["ok"]


def test_an_include_without_spf_is_named_and_not_published() -> None:
    findings = look({"example.com": "v=spf1 mx -all"}, include="typo.x.ru").about("SPF")
    assert [(one.severity, one.record) for one in findings] == [("error", None)]
    assert "typo.x.ru publishes no SPF records" in findings[0].message
    report = look({"example.com": []}, include="typo.x.ru")
    assert "include:typo.x.ru" not in str(report)


@pytest.mark.parametrize(
    ("includes", "severities", "published"),
    [(6, ["error"], True), (7, ["error", "warning"], True), (8, ["error", "error"], False)],
)
def test_the_look_ups_of_the_record_to_publish_are_counted_before_it_is_proposed(
    includes: int, severities: list[str], published: bool
) -> None:
    zone = {f"i{n}.net": "v=spf1 -all" for n in range(10)}
    zone["spf.sendsay.ru"] = "v=spf1 include:i8.net include:i9.net ~all"
    zone["example.com"] = " ".join(["v=spf1", *(f"include:i{n}.net" for n in range(includes)), "-all"])
    findings = look(zone).about("SPF")
    assert [one.severity for one in findings] == severities
    assert (findings[0].record is not None) == published


def test_the_look_ups_of_spf_are_counted_through_includes() -> None:
    nested = {f"i{n}.example.com": f"v=spf1 a include:i{n + 1}.example.com ~all" for n in range(5)}
    nested["i5.example.com"] = "v=spf1 ~all"

    def severity(record: str) -> str:
        [finding] = look({"example.com": record, **nested}, include=None).about("SPF")
        assert finding.severity == "ok" or "look-ups" in finding.message
        return finding.severity

    assert severity("v=spf1 include:i1.example.com ~all") == "ok"
    assert severity("v=spf1 include:i1.example.com mx ~all") == "warning"
    assert severity("v=spf1 include:i0.example.com ~all") == "error"


def test_an_spf_record_that_includes_itself_is_followed_once() -> None:
    report = look({"spf.sendsay.ru": "v=spf1 include:example.com include:spf.sendsay.ru ~all"})
    assert report.about("SPF")


@pytest.mark.parametrize(
    ("records", "severity", "words"),
    [
        ([], "error", "publishes no key"),
        (["a=b", "c=d"], "error", "2 records"),
        ("v=DKIM1; p=", "error", "revoked"),
        (gp.DkimKey.generate("ed25519").dns_record(), "error", "another key"),
        (gp.DkimKey.generate("rsa", 1024).dns_record(), "error", "another key"),
        (f"{KEY.dns_record()}; t=y", "warning", "t=y"),
        (None, "unknown", "did not answer"),
    ],
    ids=["no record", "two records", "revoked", "another ed25519 key", "an rsa key", "testing", "no answer"],
)
def test_dkim_of_a_signer(records: Any, severity: str, words: str) -> None:
    finding = look({SIGNER.record_name: records}).about("DKIM")[0]
    assert finding.severity == severity
    assert words in finding.message
    if severity == "error":
        assert finding.record is not None and finding.record.value == KEY.dns_record()


def test_a_key_that_is_strict_does_not_hold_for_an_identity_of_a_subdomain() -> None:
    strict = {SIGNER.record_name: f"{KEY.dns_record()}; t=s"}
    assert look(strict).about("DKIM")[0].severity == "ok"
    below = gp.DkimSigner("example.com", "s1", KEY, identity="@mail.example.com")
    [finding] = look(strict, dkim=below).about("DKIM")
    assert (finding.severity, "t=s" in finding.message) == ("error", True)
    assert finding.record is not None and finding.record.value == KEY.dns_record()


def test_dkim_of_selectors() -> None:
    weak = gp.DkimKey.generate("rsa", 1024).dns_record()
    report = look({"old._domainkey.example.com": weak}, selectors=["s1", "old", "gone"], dkim=())
    assert [one.severity for one in report.about("DKIM")] == ["ok", "warning", "error"]
    assert look(dkim=()).about("DKIM")[0].severity == "note"


def test_a_signer_of_another_organisation_does_not_count() -> None:
    other = gp.DkimSigner("provider.net", "s1", KEY)
    findings = look({other.record_name: KEY.dns_record()}, dkim=[other]).about("DKIM")
    assert [one.severity for one in findings] == ["ok", "error"]
    assert "alignment" in findings[1].message


@pytest.mark.parametrize(
    ("records", "severities", "words"),
    [
        ([], ["error"], "no DMARC policy"),
        ("v=DMARC1; p=none; rua=mailto:a@example.com", ["warning"], "only watches"),
        ("v=DMARC1; p=reject", ["ok", "note"], "reject"),
        ("v=DMARC1; p=reject; t=y; rua=mailto:a@example.com", ["ok", "note"], "reject"),
        ("v=DMARC1; p=refuse", ["error"], "neither a policy"),
        (["v=DMARC1; p=none", "v=DMARC1; p=none"], ["error"], "2 DMARC records"),
        ("v=DMARC1; p=reject; rua=mailto:a@reports.net", ["ok", "warning"], "reject"),
        (None, ["unknown"], "did not answer"),
    ],
)
def test_dmarc(records: Any, severities: list[str], words: str) -> None:
    findings = look({"_dmarc.example.com": records}).about("DMARC")
    assert [one.severity for one in findings] == severities
    assert words in findings[0].message


REJECT = "v=DMARC1; p=reject; sp=none; adkim=s; rua=mailto:d@example.com"


@pytest.mark.parametrize(
    ("records", "words", "publish"),
    [
        (
            "v=DMARC1; p=none; sp=reject; adkim=s; rua=mailto:d@example.com; fo=1",
            "(p=none)",
            "v=DMARC1; p=quarantine; sp=reject; adkim=s; rua=mailto:d@example.com; fo=1",
        ),
        ("v=DMARC1; p=non; rua=mailto:d@example.com", "p=non)", "v=DMARC1; p=quarantine; rua=mailto:d@example.com"),
        (
            "v=DMARC1; p=reject; sp=no; rua=mailto:d@example.com",
            "(sp=no)",
            "v=DMARC1; p=reject; sp=reject; rua=mailto:d@example.com",
        ),
        ("v=DMARC1; rua=mailto:d@example.com", "(no p=)", "v=DMARC1; p=quarantine; rua=mailto:d@example.com"),
        ("v=DMARC1; p=refuse; adkim=s", "neither", "v=DMARC1; p=none; adkim=s; rua=mailto:dmarc@example.com"),
        ([], "no DMARC policy", "v=DMARC1; p=none; rua=mailto:dmarc@example.com"),
        (
            ["v=DMARC1; p=none; rua=mailto:a@example.com", "v=DMARC1; p=reject; adkim=s"],
            "2 DMARC records",
            "v=DMARC1; p=reject; adkim=s; rua=mailto:a@example.com",
        ),
        ("v=DMARC1 p=reject", "must begin with", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"),
        ("V=dmarc1; p=reject; sp=none", "must begin", "v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.com"),
    ],
)
def test_only_what_is_wrong_in_a_dmarc_record_is_changed(records: Any, words: str, publish: str) -> None:
    finding = look({"_dmarc.example.com": records}).about("DMARC")[0]
    assert words in finding.message
    assert str(finding.record) == f"_dmarc.example.com TXT {publish}"


@pytest.mark.parametrize(
    ("published", "words"), [(REJECT, "(sp=none, by"), (REJECT.replace("reject; sp=", ""), "(p=none, by")]
)
def test_a_subdomain_that_is_only_watched_gets_a_record_of_its_own(published: str, words: str) -> None:
    zone = {"_dmarc.example.com": published, ("mail.example.com", "A"): ["192.0.2.5"]}
    finding = gp.domains.check("mail.example.com", resolver=zone).about("DMARC")[0]
    assert words in finding.message
    own = "v=DMARC1; p=quarantine; adkim=s; rua=mailto:d@example.com"
    assert str(finding.record) == f"_dmarc.mail.example.com TXT {own}"


def test_a_broken_record_is_named_though_that_of_the_organisation_holds() -> None:
    findings = gp.domains.check(
        "mail.example.com", resolver={**GOOD, "_dmarc.mail.example.com": "v=DMARC1, p=none"}
    ).about("DMARC")
    assert [one.severity for one in findings] == ["warning", "ok"]


def test_reports_to_strangers_need_their_consent() -> None:
    away = {"_dmarc.example.com": "v=DMARC1; p=reject; rua=mailto:a@reports.net"}
    consent = {"example.com._report._dmarc.reports.net": "v=DMARC1"}
    assert [one.severity for one in look({**away, **consent}).about("DMARC")] == ["ok"]


def test_a_subdomain_lives_by_the_policy_of_its_organisation() -> None:
    report = gp.domains.check("news.example.com", resolver=GOOD)
    assert report.about("DMARC")[0].severity == "ok"
    assert "by the record of example.com" in report.about("DMARC")[0].message


@pytest.mark.parametrize(
    ("changes", "severity", "words"),
    [
        ({("example.com", "MX"): []}, "error", "neither MX nor address"),
        ({("example.com", "MX"): [], ("example.com", "A"): "192.0.2.1"}, "warning", "no MX record"),
        ({("example.com", "MX"): "0 ."}, "error", "null MX"),
        ({("mx.example.com", "A"): []}, "error", "has no address"),
        ({("example.com", "MX"): ["10 mx.example.com", "20 gone.example.com"]}, "warning", "gone.example.com"),
        ({("example.com", "MX"): "10 192.0.2.1"}, "error", "not a host name"),
        ({("example.com", "MX"): None}, "unknown", "did not answer"),
    ],
)
def test_mx(changes: dict[Any, Any], severity: str, words: str) -> None:
    [finding] = look(changes).about("MX")
    assert (finding.severity, words in finding.message) == (severity, True)


@pytest.mark.parametrize(
    ("topic", "name"), [("MTA-STS", "_mta-sts.example.com"), ("TLS-RPT", "_smtp._tls.example.com")]
)
def test_what_is_said_of_tls_is_good_to_have(topic: str, name: str) -> None:
    assert look({name: []}).about(topic)[0].severity == "note"
    assert look({name: GOOD[name].partition(";")[0]}).about(topic)[0].severity == "warning"
    assert look({name: [GOOD[name]] * 2}).about(topic)[0].severity == "warning"


@pytest.mark.parametrize(
    ("changes", "severity", "record"),
    [
        ({("192.0.2.1", "PTR"): []}, "error", "1.2.0.192.in-addr.arpa PTR mail.example.com"),
        ({("192.0.2.1", "PTR"): "else.example.com"}, "error", "else.example.com A 192.0.2.1"),
        ({("192.0.2.1", "PTR"): None}, "unknown", "None"),
    ],
)
def test_ptr(changes: dict[Any, Any], severity: str, record: str) -> None:
    [finding] = look(changes).about("PTR")
    assert (finding.severity, str(finding.record)) == (severity, record)


def test_an_empty_zone_is_reported_in_words_in_html_and_in_json() -> None:
    report = gp.domains.check("пример.рф", include="spf.sendsay.ru", resolver=PROVIDER)
    assert not report.ok
    assert "xn--e1afmkfd.xn--p1ai: not ready to send" in str(report)
    assert 'publish: xn--e1afmkfd.xn--p1ai. TXT "v=spf1 include:spf.sendsay.ru ~all"' in str(report)
    assert "otherwise: sender_auth_failed, like" in str(report)
    assert "<table>" in report._repr_html_()
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["findings"][0]["record"] == {
        "name": "xn--e1afmkfd.xn--p1ai",
        "type": "TXT",
        "value": SPF,
        "zone_line": f'xn--e1afmkfd.xn--p1ai. TXT "{SPF}"',
    }
    assert plain["findings"][0]["replies"][0]["category"] == "sender_auth_failed"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("TXT", "v=DMARC1; p=none"),
        ("TXT", gp.DkimKey.generate("rsa", 2048).dns_record()),
        ("TXT", 'a "quoted" \\ text; Ж\n' + 300 * "x"),
        ("TXT", ""),
        ("MX", "10 mx.example.com"),
        ("PTR", "mail.example.com"),
        ("A", "192.0.2.1"),
        ("AAAA", "2001:db8::1"),
    ],
)
def test_a_record_is_read_from_a_zone_file_as_it_is_meant(kind: str, value: str) -> None:
    line = gp.domains.DnsRecord("s1.example.com", kind, value).zone_line
    zone = dns.zone.from_text(f"@ 60 SOA . . 1 1 1 1 1\n@ NS .\n{line}\n", origin="example.com.", relativize=False)
    [record] = zone.get_rdataset("s1.example.com.", kind)
    read = b"".join(record.strings).decode() if kind == "TXT" else record.to_text().rstrip(".")
    assert read == value


def test_what_others_publish_is_escaped_in_html() -> None:
    assert "<script>" not in look({"example.com": "v=spf1 <script> ~all"})._repr_html_()


@pytest.mark.parametrize(("domain", "ip"), [("", "192.0.2.1"), ("a b", "192.0.2.1"), ("example.com", "x")])
def test_what_is_no_domain_or_address_is_refused(domain: str, ip: str) -> None:
    with pytest.raises(gp.InputError):
        gp.domains.check(domain, ip=ip, resolver=GOOD)


@pytest.mark.parametrize(
    "expected", [one for group in vars(replies).values() if isinstance(group, tuple) for one in group], ids=str
)
def test_the_replies_foretold_are_what_explain_makes_of_them(expected: ExpectedReply) -> None:
    assert gp.explain(expected.reply).category == expected.category


def test_one_selector_one_signer_and_one_address_need_no_list() -> None:
    report = look(selectors="s2", dkim=SIGNER)
    about_keys = [one.message for one in report.findings if one.topic == "DKIM"]
    assert about_keys == [
        "s2._domainkey.example.com publishes no key",
        "s1._domainkey.example.com holds a key: ed25519, 256 bits",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"include": "пло хо!\r\n"}, r"include 'пло хо!\r\n' is not a DNS name"),
        ({"include": "spf.example.com\r\nx"}, "include 'spf.example.com"),
        ({"include": "spf.example.com +all"}, "is not a DNS name"),
        ({"include": "%{d}.example.com +all"}, "is not one name"),
        ({"include": "%{d.example.com"}, "is not a macro that may stand here"),
        ({"include": 5}, "include takes a str, not 5"),
        ({"selectors": ["с 1\r\n"]}, r"selectors[0] 'с 1\r\n' is not a DNS name"),
        ({"selectors": ["s1", ""]}, "selectors[1] '' is not a DNS name"),
        ({"selectors": 5}, "selectors takes a str, not 5"),
        ({"dkim": ["s1"]}, r"dkim[0] takes a DkimSigner, not a str"),
        ({"ip": 5}, "ip takes a str, not 5"),
        ({"domain": 5}, "domain takes a str, not 5"),
        ({"domain": None}, "domain takes a str, not None"),
        ({"domain": "[192.0.2.1]"}, "is an address"),
    ],
)
def test_an_argument_that_is_none_is_named_and_reaches_no_record(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(gp.InputError, match=re.escape(words)):
        gp.domains.check(**{"domain": "example.com", "resolver": {}, **arguments})


def test_names_with_letters_of_their_own_are_published_as_a_labels() -> None:
    zone = {"xn--80a1acny.xn--e1afmkfd.xn--p1ai": "v=spf1 ip4:192.0.2.0/24 -all"}
    report = gp.domains.check("example.com", "почта.пример.рф", "ключ", resolver=zone)
    assert "v=spf1 include:xn--80a1acny.xn--e1afmkfd.xn--p1ai ~all" in str(report)
    assert "xn--j1ac0b1a._domainkey.example.com publishes no key" in str(report)


def test_an_include_with_macros_is_found_where_it_stands() -> None:
    provider = "%{ir}.%{v}.spf.example.net"
    records = {"example.com": f"v=spf1 include:{provider} ~all"}
    spf = [one for one in look(records, include=provider).findings if one.topic == "SPF"]
    assert [one.severity for one in spf] == ["ok"]
