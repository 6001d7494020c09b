import json
import stat
from pathlib import Path

import pytest
from dkim_keys import LETTER, signer_of, table_of
from typer.testing import CliRunner

from gatepost.cli import app


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    return lambda *args, **options: CliRunner().invoke(app, [str(a) for a in args], **options)


def test_a_key_is_made_a_letter_signed_and_verified(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = json.loads(run("dkim", "keygen", "-d", "example.com", "-s", "s1", "--kind", "ed25519", "--json").stdout)
    assert made["name"] == "s1._domainkey.example.com"
    assert stat.S_IMODE((tmp_path / made["key"]).stat().st_mode) == 0o600
    Path("letter.eml").write_bytes(LETTER)
    signed = run("dkim", "sign", "letter.eml", "-d", "example.com", "-s", "s1", "-k", made["key"])
    assert signed.exit_code == 0
    assert signed.stdout_bytes.startswith(b"DKIM-Signature: ") and signed.stdout_bytes.endswith(LETTER)
    Path("dns.json").write_text(json.dumps({made["name"]: made["value"]}))
    verified = run("dkim", "verify", "-", "--dns", "dns.json", "--json", input=signed.stdout_bytes)
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["dkim"][0]["status"] == "pass"


def test_keygen_shows_the_record_for_a_zone_file(run) -> None:  # type: ignore[no-untyped-def]
    told = run("dkim", "keygen", "-d", "пример.рф", "-s", "s1", "--bits", "1024", "--zone-file")
    assert told.exit_code == 0
    assert 's1._domainkey.xn--e1afmkfd.xn--p1ai. TXT "v=DKIM1; k=rsa; p=' in told.stdout


def test_keygen_writes_the_record_alone_to_standard_output(run) -> None:  # type: ignore[no-untyped-def]
    told = run("dkim", "keygen", "-d", "example.com", "-s", "s1", "--kind", "ed25519", "--zone-file")
    [line] = told.stdout.splitlines()
    assert line.startswith('s1._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=')
    assert "key written to s1._domainkey.example.com.pem" in told.stderr


def test_keygen_refuses_a_size_for_a_key_that_has_one_size(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    refused = run("dkim", "keygen", "-d", "example.com", "-s", "s1", "--kind", "ed25519", "--bits", "4096")
    assert (refused.exit_code, "one size" in refused.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_there_is_not_overwritten(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "key.pem").write_text("published")
    refused = run("dkim", "keygen", "-d", "example.com", "-s", "s1", "--kind", "ed25519", "--out", "key.pem")
    assert refused.exit_code == 2
    assert (tmp_path / "key.pem").read_text() == "published"


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        (lambda raw: raw, "pass: e._domainkey.example.com ed25519-sha256, aligned with From", 0),
        (lambda raw: raw + b"x", "body_hash", 1),
        (lambda raw: LETTER, "no DKIM-Signature", 1),
    ],
)
def test_verify_tells_in_words(run, tmp_path: Path, change, words: str, code: int) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "dns.json").write_text(json.dumps(table_of(signer_of())))
    (tmp_path / "letter.eml").write_bytes(change(signer_of().sign(LETTER)))
    told = run("dkim", "verify", "letter.eml", "--dns", "dns.json")
    assert (told.exit_code, words in told.stdout) == (code, True)


@pytest.mark.parametrize("dns", ["[]", "{", "\N{SNOWMAN}"])
def test_a_table_that_is_none_is_bad_input(run, tmp_path: Path, dns: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "dns.json").write_text(dns, encoding="utf-8")
    (tmp_path / "letter.eml").write_bytes(LETTER)
    assert run("dkim", "verify", "letter.eml", "--dns", "dns.json").exit_code == 2


def test_a_missing_letter_is_bad_input(run) -> None:  # type: ignore[no-untyped-def]
    assert run("dkim", "verify", "nowhere.eml").exit_code == 2
