"""What a stranger's records may cost, whatever they lead to."""

from __future__ import annotations

from typing import Any

import pytest

import gatepost as gp
from gatepost.dns import BudgetedResolver, TableResolver, TemporaryDnsError
from gatepost.domains import check_spf


class Counting(TableResolver):
    """Counts its questions; answers any TXT question by `text`, where it is given."""

    def __init__(self, table: dict[Any, Any], text: str = "") -> None:
        super().__init__(table)
        self.asked: list[str] = []
        self._text = text

    def _ask(self, name: str, kind: str) -> list[str]:
        self.asked.append(f"{kind} {name}")
        found = super()._ask(name, kind)
        return found or [self._text] if kind == "TXT" and self._text else found


def test_a_question_is_asked_once() -> None:
    dns = Counting({"example.com": "one"})
    budgeted = BudgetedResolver(dns, questions=5)
    assert [budgeted.txt("example.com"), budgeted.txt("Example.COM.")] == [["one"], ["one"]]
    assert dns.asked == ["TXT example.com"]


def test_a_question_nobody_answered_is_asked_once() -> None:
    dns = Counting({"example.com": None})
    budgeted = BudgetedResolver(dns, questions=5)
    for _ in range(2):
        with pytest.raises(TemporaryDnsError, match="no answer"):
            budgeted.txt("example.com")
    assert len(dns.asked) == 1


@pytest.mark.parametrize(
    ("budget", "words"),
    [({"questions": 1}, "too many"), ({"answer_bytes": 5}, "too large"), ({"seconds": -1.0}, "took over")],
)
def test_beyond_the_budget_nothing_is_asked(budget: dict[str, Any], words: str) -> None:
    dns = Counting({"a.example": "a long answer", "b.example": "b"})
    budgeted = BudgetedResolver(dns, **{"questions": 10, **budget})
    with pytest.raises(TemporaryDnsError, match=words):
        for name in ("a.example", "b.example"):
            budgeted.txt(name)
    assert "TXT b.example" not in dns.asked


def test_a_domain_whose_records_lead_everywhere_is_checked_within_its_budget() -> None:
    mx = [f"{n} mx{n}.example.com" for n in range(3000)]
    dns = Counting({("example.com", "MX"): mx}, "v=spf1 " + " ".join(f"include:{n}.example.com" for n in range(300)))
    report = gp.domains.check("example.com", resolver=dns)
    assert len(dns.asked) <= 200
    assert [finding.severity for finding in report.about("MX")] == ["unknown"]


def test_a_letter_with_many_signatures_is_authenticated_within_its_budget() -> None:
    dns = Counting({}, "v=spf1 " + " ".join(f"include:%{{i}}{n}.example.com" for n in range(20)) + " -all")
    signatures = "".join(
        f"DKIM-Signature: v=1; a=rsa-sha256; d=a.b.c.d.e.f.g.h{n}.example; s=s{n}; h=from; bh=YQ==; b=YQ==\r\n"
        for n in range(200)
    )
    raw = f"{signatures}From: a@x.y.z.example.com\r\n\r\nx\r\n".encode()
    report = gp.domains.authenticate(raw, ip="192.0.2.1", mail_from="a@example.com", resolver=dns)
    assert len(dns.asked) <= 150
    assert report.spf.result in ("permerror", "temperror")


def test_the_macro_p_is_a_look_up_and_worked_out_once() -> None:
    terms = " ".join(f"exists:%{{p}}.{n}.example.com" for n in range(9))
    table = {"example.com": f"v=spf1 {terms} -all", ("192.0.2.1", "PTR"): "a.example.com"}
    table |= {("a.example.com", "A"): "192.0.2.1"}
    table |= {(f"a.example.com.{n}.example.com", "A"): "127.0.0.2" for n in (8,)}
    dns = Counting(table)
    result = check_spf("192.0.2.1", "x@example.com", resolver=dns)
    assert sum(question.startswith("PTR") for question in dns.asked) == 1
    assert result.lookups <= 10


def test_the_macro_p_beyond_ten_look_ups_is_a_permanent_error() -> None:
    terms = " ".join(f"a:{n}.example.com" for n in range(9))
    table: dict[Any, Any] = {"example.com": f"v=spf1 {terms} exists:%{{p}}.example.com -all"}
    table |= {(f"{n}.example.com", "A"): "198.51.100.1" for n in range(9)}
    result = check_spf("192.0.2.1", "x@example.com", resolver=table)
    assert (result.result, result.lookups) == ("permerror", 10)


@pytest.mark.parametrize("digits", ["9" * 5000, "1000", "0001", "0" * 4000 + "2"])
@pytest.mark.parametrize("where", ["exists", "exp"])
def test_absurd_digits_of_a_macro_never_raise(digits: str, where: str) -> None:
    macro = f"%{{d{digits}}}.example.com"
    table = {"exists": f"v=spf1 exists:{macro} -all", "exp": f"v=spf1 -all exp={macro}"}
    assert check_spf("192.0.2.1", "x@example.com", resolver={"example.com": table[where]}).result == "fail"
