import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli import app

KEY = gp.DkimKey.generate("ed25519")
GOOD = {
    "example.com": "v=spf1 include:spf.sendsay.ru ~all",
    "spf.sendsay.ru": "v=spf1 ip4:192.0.2.0/24 ~all",
    "s1._domainkey.example.com": KEY.dns_record(),
    "_dmarc.example.com": "v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
    "example.com MX": ["10 mx.example.com"],
    "mx.example.com A": "192.0.2.1",
    "192.0.2.1 PTR": "mx.example.com",
}


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    KEY.save(tmp_path / "key.pem")

    def run(table: dict[str, object], *args: str):  # type: ignore[no-untyped-def]
        (tmp_path / "dns.json").write_text(json.dumps(table))
        return CliRunner().invoke(app, ["domain", "check", "example.com", "--dns", "dns.json", *args])

    return run


def test_a_domain_that_is_set_up_exits_with_0(check) -> None:  # type: ignore[no-untyped-def]
    told = check(GOOD, "--include", "spf.sendsay.ru", "-s", "s1", "-k", "s1=key.pem", "--ip", "192.0.2.1")
    assert told.exit_code == 0, told.output
    assert "example.com is ready to send" in told.stdout


def test_what_is_missing_is_shown_with_its_record_and_cost_and_exits_with_1(check) -> None:  # type: ignore[no-untyped-def]
    told = check({**GOOD, "example.com": "v=spf1 mx ~all"}, "--include", "spf.sendsay.ru")
    assert told.exit_code == 1
    assert 'publish: example.com. TXT "v=spf1 include:spf.sendsay.ru mx ~all"' in told.stdout
    assert "otherwise: sender_auth_failed" in told.stdout
    assert "not ready to send" in told.stdout


def test_the_report_as_json(check) -> None:  # type: ignore[no-untyped-def]
    told = check({}, "--json")
    report = json.loads(told.stdout)
    assert (told.exit_code, report["ok"], report["domain"]) == (1, False, "example.com")
    assert {one["topic"] for one in report["findings"]} == {"SPF", "DKIM", "DMARC", "MX", "MTA-STS", "TLS-RPT"}


@pytest.mark.parametrize("options", [["-k", "key.pem"], ["-k", "s1=nowhere.pem"], ["--ip", "example.com"]])
def test_nonsense_is_bad_input(check, options: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert check(GOOD, *options).exit_code == 2
