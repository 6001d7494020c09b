import pytest

from gatepost.dns import TableResolver
from gatepost.dns.organisation import ancestors, dmarc_tags, organisational_domain
from gatepost.domains import check_dmarc, find_policy

ORG = {"_dmarc.example.com": "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.com"}


def test_the_walk_of_a_long_name_asks_eight_times_at_most() -> None:
    """The example of RFC 9989 §4.10."""
    names = list(ancestors("a.b.c.d.e.f.g.h.i.j.mail.example.com"))
    assert names[:2] == ["a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com"]
    assert names[-2:] == ["example.com", "com"] and len(names) == 8


@pytest.mark.parametrize(
    ("records", "organisation"),
    [
        ({"_dmarc.mail.example.com": "v=DMARC1", "_dmarc.example.com": "v=DMARC1"}, "example.com"),
        ({"_dmarc.mail.example.com": "v=DMARC1; psd=n", "_dmarc.example.com": "v=DMARC1"}, "mail.example.com"),
        ({"_dmarc.com": "v=DMARC1; psd=y"}, "example.com"),
        ({"_dmarc.a.mail.example.com": "v=DMARC1; psd=y"}, "a.mail.example.com"),
        ({"_dmarc.example.com": ["v=DMARC1", "v=DMARC1; p=none"]}, "a.mail.example.com"),
        ({}, "a.mail.example.com"),
    ],
)
def test_the_organisation_is_found_as_in_the_examples_of_the_rfc(records: dict[str, str], organisation: str) -> None:
    assert organisational_domain("a.mail.example.com", TableResolver(records)) == organisation


@pytest.mark.parametrize(
    ("record", "tags"),
    [
        ("v=DMARC1; p=none;", {"p": "none"}),
        ("v = DMARC1 ;p = none ; nonsense; rua=", {"p": "none"}),
        ("v=DMARC1", {}),
        ("p=none; v=DMARC1", None),
        ("v=dmarc1; p=none", None),
        ("v=DMARC12", None),
        ("", None),
    ],
)
def test_a_record_is_read_by_its_version_and_what_is_malformed_is_passed_over(record, tags) -> None:  # type: ignore[no-untyped-def]
    assert dmarc_tags(record) == tags


@pytest.mark.parametrize(
    ("author", "records", "disposition"),
    [
        ("example.com", ORG, "reject"),
        ("news.example.com", {**ORG, ("news.example.com", "A"): "192.0.2.1"}, "quarantine"),
        ("missing.example.com", ORG, "none"),
        ("example.com", {"_dmarc.example.com": "v=DMARC1; p=reject; t=y"}, "quarantine"),
        ("example.com", {"_dmarc.example.com": "v=DMARC1; p=quarantine; t=y"}, "none"),
        ("example.com", {"_dmarc.com": "v=DMARC1; psd=y; p=reject"}, "reject"),
    ],
)
def test_a_letter_that_proves_nothing_is_treated_as_the_domain_asks(author, records, disposition) -> None:  # type: ignore[no-untyped-def]
    result = check_dmarc(author, dkim=["evil.net"], spf="evil.net", resolver=records)
    assert (result.result, result.disposition) == ("fail", disposition)


@pytest.mark.parametrize(
    ("record", "dkim", "spf", "by"),
    [
        ("v=DMARC1; p=reject", ["example.com"], None, "dkim"),
        ("v=DMARC1; p=reject", ["evil.net", "news.example.com"], None, "dkim"),
        ("v=DMARC1; p=reject", [], "bounces.example.com", "spf"),
        ("v=DMARC1; p=reject; adkim=s", ["news.example.com"], "example.com", "spf"),
        ("v=DMARC1; p=reject; aspf=s; adkim=s", ["news.example.com"], "news.example.com", ""),
    ],
)
def test_alignment_is_relaxed_unless_the_domain_asks_otherwise(record, dkim, spf, by) -> None:  # type: ignore[no-untyped-def]
    result = check_dmarc("example.com", dkim=dkim, spf=spf, resolver={"_dmarc.example.com": record})
    assert (result.result, result.by) == ("pass" if by else "fail", by)


@pytest.mark.parametrize(
    "record", ["v=DMARC1; rua=mailto:a@example.com", "v=DMARC1; p=refuse; rua=mailto:a@example.com"]
)
def test_a_record_without_a_usable_policy_watches_where_it_wants_reports(record: str) -> None:
    policy = find_policy("example.com", {"_dmarc.example.com": record})
    assert policy is not None and policy.policy == "none" and policy.reports == ("mailto:a@example.com",)


@pytest.mark.parametrize("records", [{}, {"_dmarc.example.com": "v=DMARC1; p=refuse"}])
def test_without_a_policy_there_is_no_result(records: dict[str, str]) -> None:
    assert check_dmarc("example.com", dkim=["example.com"], resolver=records).result == "none"


def test_a_dns_that_does_not_answer_is_a_temporary_error() -> None:
    assert check_dmarc("example.com", resolver={"_dmarc.example.com": None}).result == "temperror"


@pytest.mark.parametrize("author", ["пример.рф", "почта.Пример.рф.", "xn--e1afmkfd.xn--p1ai"])
@pytest.mark.parametrize("signer", ["пример.рф", "xn--e1afmkfd.xn--p1ai"])
def test_a_domain_with_letters_of_its_own_is_looked_up_as_a_labels(author: str, signer: str) -> None:
    records = {"_dmarc.xn--e1afmkfd.xn--p1ai": "v=DMARC1; p=reject"}
    assert check_dmarc(author, resolver=records).disposition == "reject"
    assert check_dmarc(author, dkim=[signer], resolver=records).by == "dkim"
    assert check_dmarc(author, spf=signer, resolver=records).by == "spf"


def test_an_author_without_a_domain_has_no_policy_and_the_words_say_so() -> None:
    assert check_dmarc("", resolver={}).reason == "the author has no domain"
