from typing import Any

import pytest

import gatepost as gp
from gatepost.domains.sts_policy import parse_policy

TABLE: dict[Any, Any] = {
    "_mta-sts.example.com": "v=STSv1; id=20261122",
    ("example.com", "MX"): ["10 mx.example.com", "20 b.mail.example.net"],
}
GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmx: *.mail.example.net\r\nmax_age: 86400\r\n"


def look(policy: str | Exception) -> gp.domains.Finding:
    def fetch(url: str) -> bytes:
        assert url == "https://mta-sts.example.com/.well-known/mta-sts.txt"
        if isinstance(policy, Exception):
            raise policy
        return policy.encode()

    [finding] = gp.domains.check("example.com", resolver=TABLE, fetch=fetch).about("MTA-STS")
    return finding


def test_a_policy_that_names_every_mx_is_ok() -> None:
    finding = look(GOOD)
    assert (finding.severity, "enforced for mx.example.com, *.mail.example.net" in finding.message) == ("ok", True)


@pytest.mark.parametrize(
    ("policy", "severity", "words"),
    [
        (OSError("the server answers 404 Not Found"), "warning", "404 Not Found"),
        (GOOD.replace("mx: *.mail.example.net\r\n", ""), "warning", "Add 'mx: b.mail.example.net'"),
        (GOOD.replace("*.mail", "*"), "warning", "does not name the MX b.mail.example.net"),
        (GOOD.replace("enforce", "testing"), "note", "testing"),
        (GOOD.replace("enforce", "none"), "note", "none"),
        (GOOD.replace("enforce", "strict"), "warning", "mode is 'strict'"),
        (GOOD.replace("STSv1", "STSv2"), "warning", "version is 'STSv2'"),
        (GOOD.replace("86400", "86400000"), "warning", "max_age"),
        (GOOD.replace("86400", "a day"), "warning", "max_age"),
        (GOOD.replace("mx: mx.example.com", "mx: пример"), "warning", "is not a host name"),
        ("version: STSv1\nmode: enforce\nmax_age: 1\n", "warning", "names no mx"),
        ("<html>Welcome</html>", "warning", "is not a field"),
        ("", "warning", "has no version"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said(policy: str | Exception, severity: str, words: str) -> None:
    finding = look(policy)
    assert (finding.severity, words in finding.message) == (severity, True), finding.message


def test_of_a_field_that_stands_twice_the_first_counts_and_unknown_ones_are_passed_over() -> None:
    policy = parse_policy(GOOD.replace("\r\n", "\n") + "mode: none\nx-more: anything: at all\n")
    assert (policy.mode, policy.max_age) == ("enforce", 86400)


def test_a_star_stands_for_one_label() -> None:
    policy = parse_policy(GOOD)
    hosts = ("a.mail.example.net", "A.MAIL.Example.NET.", "mail.example.net", "a.b.mail.example.net")
    assert [policy.covers(host) for host in hosts] == [True, True, False, False]


def test_with_a_table_of_records_nothing_is_fetched() -> None:
    [finding] = gp.domains.check("example.com", resolver=TABLE).about("MTA-STS")
    assert "was not fetched" in finding.message


def test_fetch_that_is_no_function_is_refused() -> None:
    with pytest.raises(gp.InputError, match="fetch takes a function"):
        gp.domains.check("example.com", resolver=TABLE, fetch="https://example.com")  # type: ignore[arg-type]


def test_a_line_of_colons_and_blanks_is_read_once_however_long_it_is() -> None:
    with pytest.raises(ValueError, match="is not a field"):
        parse_policy("version: STSv1\n" + ":" + " " * 60_000 + "x" + " " * 60_000 + ":")
