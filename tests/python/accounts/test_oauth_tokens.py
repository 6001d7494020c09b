"""Tokens of accounts: kept as passwords are, renewed before they end, refused with a word on what to do."""

from __future__ import annotations

import json
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from accounts_samples import Written
from oauth_provider import Provider, gives, provider_here, refuses

import gatepost as gp
from gatepost._core import classify
from gatepost.accounts.oauth import Tokens
from gatepost.accounts.oauth.kept import TOKENS

LETTER = {"to": "olga@example.com", "subject": "Счёт", "text": "..."}
SECRETS = ("access-1", "access-2", "refresh-1", "refresh-2", "client-secret-9")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provider_here() as here:
        yield here


@pytest.fixture
def gate() -> Iterator[gp.Sink]:
    access = gp.SinkAccess(mechanisms=["XOAUTH2", "OAUTHBEARER"])
    with gp.Sink(users={"ivan@example.com": "access-2"}, access=access) as sink:
        yield sink


def table(gate: gp.Sink, provider: Provider, *more: str) -> str:
    where = gate.url.rpartition("@")[2].rpartition("//")[2]
    return (
        f'[news]\nurl = "smtp://{where}"\nlogin = "ivan@example.com"\nsender = "Иван <ivan@example.com>"\n'
        + "\n".join(more)
        + f'\n[news.auth]\nkind = "oauth"\nallow_cleartext = true\n{provider.settings()}'
    )


def keep(accounts: gp.AccountsFile, access: str = "access-1", refresh: str = "refresh-1", life: float = 3600.0) -> None:
    accounts._secrets.keep("news", Tokens(access, refresh, time.time() + life).to_text(), TOKENS)


def kept(accounts: gp.AccountsFile) -> Tokens:
    found = accounts._secrets.find("news", TOKENS)
    tokens = None if found is None else Tokens.from_text(found.value)
    assert tokens is not None
    return tokens


def test_a_token_that_is_good_is_used_without_a_question(written: Written, gate: gp.Sink, provider: Provider) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, "access-2")
    assert gp.send("news", **LETTER).accepted[0].address == "olga@example.com"
    assert gate.letters[0].message.from_ == "Иван <ivan@example.com>"
    assert provider.asked == []


def test_a_token_is_renewed_before_it_ends_and_the_new_refresh_token_is_kept(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    provider.answers = [gives("access-2", "refresh-2")]
    gp.send("news", **LETTER)
    assert provider.asked == [
        {"path": "/token", "grant_type": "refresh_token", "refresh_token": "refresh-1", "client_id": "client-7"}
    ]
    assert (kept(accounts).access, kept(accounts).refresh) == ("access-2", "refresh-2")
    assert 3200 < (kept(accounts).renew_at or 0) - time.time() < 3400
    gp.send("news", **LETTER)
    assert len(provider.asked) == 1


def test_a_provider_that_gives_no_new_refresh_token_keeps_the_old_one_good(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    provider.answers = [gives("access-2", None)]
    gp.send("news", **LETTER)
    assert kept(accounts).refresh == "refresh-1"


def test_a_token_that_the_mail_server_refuses_is_renewed_though_it_should_be_good(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts)
    provider.answers = [gives("access-2", "refresh-2")]
    assert gp.send("news", **LETTER).accepted
    assert kept(accounts).access == "access-2"
    assert accounts.state("news").status == "active"


def test_an_account_whose_new_token_is_refused_too_is_paused(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts)
    provider.answers = [gives("access-3", "refresh-2")]
    with pytest.raises(gp.AuthError):
        gp.send("news", **LETTER)
    assert accounts.state("news").status == "paused"


async def test_a_token_is_renewed_for_an_async_mailer_too(written: Written, gate: gp.Sink, provider: Provider) -> None:
    keep(written(table(gate, provider)))
    provider.answers = [gives("access-2", "refresh-2")]
    async with gp.AsyncMailer(gp.accounts["news"]) as mailer:
        assert (await mailer.send(gp.Message(from_="ivan@example.com", **LETTER))).accepted


def test_a_mailer_that_lives_longer_than_its_token_asks_for_the_next_before_it_sends(
    written: Written, gate: gp.Sink, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, "access-2")
    provider.answers = [gives("access-2", "refresh-2")]
    with gp.Mailer(accounts["news"]) as mailer:
        mailer.send(gp.Message(from_="ivan@example.com", **LETTER))
        assert not provider.asked
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 4000)
        mailer.send(gp.Message(from_="ivan@example.com", **LETTER))
    assert len(provider.asked) == 1


@pytest.mark.parametrize("code", ["invalid_grant", "interaction_required", "consent_required", "login_required"])
def test_a_refused_refresh_says_who_has_to_do_what_and_is_not_tried_again(
    written: Written, gate: gp.Sink, provider: Provider, code: str
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    provider.answers = [refuses(code, "Token has been expired or revoked: refresh-1 \x1b[31m")]
    for _ in range(2):
        with pytest.raises(gp.SignInNeeded) as refused:
            gp.send("news", **LETTER)
        assert "gatepost account sign-in news" in str(refused.value)
        assert f"{code}: Token has been expired or revoked: **** ?[31m" in str(refused.value)
        assert refused.value.permanent
    assert len(provider.asked) == 1
    assert "sign-in" in accounts.state("news").last_error
    with pytest.raises(gp.SignInNeeded):
        raise pickle.loads(pickle.dumps(refused.value))


def test_nobody_has_signed_in_yet(written: Written, gate: gp.Sink, provider: Provider) -> None:
    written(table(gate, provider))
    with pytest.raises(gp.SignInNeeded, match=r"nobody has signed in.*sign-in news"):
        gp.send("news", **LETTER)


def test_without_a_refresh_token_somebody_signs_in_again(written: Written, gate: gp.Sink, provider: Provider) -> None:
    keep(written(table(gate, provider)), refresh="", life=-1)
    with pytest.raises(gp.SignInNeeded, match="no refresh token"):
        gp.send("news", **LETTER)


@pytest.mark.parametrize("code", ["invalid_client", "unauthorized_client", "invalid_scope"])
def test_a_client_that_is_set_up_wrong_is_told_so(
    written: Written, gate: gp.Sink, provider: Provider, code: str
) -> None:
    keep(written(table(gate, provider)), life=-1)
    provider.answers = [refuses(code)]
    with pytest.raises(gp.TokenError, match="client_id") as refused:
        gp.send("news", **LETTER)
    assert refused.value.permanent and not isinstance(refused.value, gp.SignInNeeded)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html>refresh-1</html>"), "not JSON"),
        ((200, [1, 2]), "not JSON"),
        ((200, 7), "not JSON"),
        ((200, "access-2"), "not JSON"),
        ((200, {"access_token": ["access-2"], "token_type": "Bearer"}), "not a token"),
        ((200, {"access_token": "a b", "token_type": "Bearer"}), "not a token"),
        ((200, {"access_token": "a\nb", "token_type": "Bearer"}), "not a token"),
        ((200, {"access_token": "", "token_type": "Bearer"}), "not a token"),
        ((200, {}), "not a token"),
        ((200, {"access_token": "x" * 20_000, "token_type": "Bearer"}), "too long"),
        ((200, {"access_token": "x", "token_type": "mac"}), "Bearer"),
        ((200, {"access_token": "x", "token_type": 5}), "Bearer"),
        ((200, {"access_token": "x", "refresh_token": {"a": 1}, "token_type": "Bearer"}), "not a token"),
        ((200, b'{"access_token": "' + b"x" * 70_000 + b'"}'), "larger than"),
        ((200, b"[" * 60_000), "not JSON"),
        ((200, b"\xff\xfe\x00"), "not JSON"),
        ((500, b"broken"), "500"),
        ((503, {"error": "temporarily_unavailable"}), "503"),
        ((400, {"error": 5}), "no reason"),
        ((400, {"error": "strange\x1b[2J", "error_description": {"a": 1}}), r"strange\?"),
        ((302, "http://127.0.0.1:1/other"), "elsewhere"),
        ((307, "https://evil.example/token"), "elsewhere"),
    ],
)
def test_whatever_a_token_server_answers_is_a_token_error_without_secrets(
    written: Written, gate: gp.Sink, provider: Provider, answer: tuple[int, object], words: str
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    provider.answers = [answer]
    with pytest.raises(gp.TokenError, match=words) as error:
        gp.send("news", **LETTER)
    assert not any(secret in str(error.value) for secret in SECRETS)
    assert "\x1b" not in str(error.value)
    assert len(provider.asked) == 1
    assert kept(accounts).refresh == "refresh-1"


@pytest.mark.parametrize("life", [True, "soon", -5, 0, 10**400, [], "9" * 30, float("inf"), None])
def test_a_life_that_is_no_number_of_seconds_is_not_known(
    written: Written, gate: gp.Sink, provider: Provider, life: object
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    provider.answers = [gives("access-2", "refresh-2", expires_in=life)]
    gp.send("news", **LETTER)
    assert kept(accounts).renew_at is None


def test_a_server_that_is_not_there_is_a_token_error(written: Written, gate: gp.Sink, provider: Provider) -> None:
    text = table(gate, provider).replace(provider.url, "http://127.0.0.1:1")
    keep(written(text), life=-1)
    with pytest.raises(gp.TokenError, match="not reached") as error:
        gp.send("news", **LETTER)
    assert not error.value.permanent


@pytest.mark.parametrize(
    "url",
    ["http://example.com/token", "http://127.0.0.1.example.com/token", "ftp://127.0.0.1/", "https://u:p@example.com/",
     "https:///token", "http://localhost@example.com/", "//127.0.0.1/token", "https://exa mple.com/"],
)  # fmt: skip
def test_tokens_go_over_https_and_to_this_machine_alone_without(
    written: Written, gate: gp.Sink, provider: Provider, url: str
) -> None:
    accounts = written(table(gate, provider).replace(f"{provider.url}/token", url))
    with pytest.raises(gp.InputError, match="token_url"):
        accounts["news"]


def test_secrets_stand_in_no_file_log_repr_or_error(
    written: Written, gate: gp.Sink, provider: Provider, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = table(gate, provider, 'log.level = "low-level"')
    accounts = written(text)
    accounts._secrets.keep("news", "client-secret-9", "client secret")
    keep(accounts, life=-1)
    provider.answers = [gives("access-2", "refresh-2"), refuses("invalid_grant", "refresh-2 client-secret-9")]
    account = accounts["news"]
    gp.send(account, **LETTER)
    assert provider.asked[0]["client_secret"] == "client-secret-9"
    keep(accounts, "access-1", "refresh-2", life=-1)
    with pytest.raises(gp.SignInNeeded) as error:
        gp.send("news", **LETTER)
    shown = [repr(account), repr(account.auth), repr(account.auth.access_token), str(error.value), caplog.text,
             repr(kept(accounts)), repr(account._access_token) + accounts.state("news").last_error]  # fmt: skip
    files = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    for secret in SECRETS:
        assert not any(secret in one for one in shown)
        assert not any(secret.encode() in one for one in files)


ASK = """
import sys, gatepost as gp
account = gp.accounts["news"]
print("ready", flush=True)
sys.stdin.readline()
print(account._access_token().value)
"""


def test_processes_and_threads_that_need_a_token_at_once_ask_once(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    accounts = written(table(gate, provider))
    keep(accounts, life=-1)
    fresh = iter(range(2, 100))

    def rotating(form: dict[str, str]) -> tuple[int, object]:
        at = next(fresh)
        time_out = threading.Event()
        time_out.wait(0.2)  # whoever else asks comes meanwhile
        return gives(f"access-{at}", f"refresh-{at}")

    provider.answers = [rotating]
    others = [
        subprocess.Popen([sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                         env=os.environ.copy())
        for _ in range(2)
    ]  # fmt: skip
    for one in others:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(accounts["news"]._access_token().value)) for _ in range(3)]
    for one in others:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    got += [one.communicate()[0].strip() for one in others]
    assert got == ["access-2"] * 5
    assert len(provider.asked) == 1


def test_a_campaign_renews_tokens_and_goes_on_without_an_account_that_needs_a_person(
    written: Written, gate: gp.Sink, provider: Provider, tmp_path: Path
) -> None:
    accounts = written(
        table(gate, provider) + table(gate, provider).replace("[news", "[shop").replace("client-7", "client-8")
    )
    keep(accounts, life=-1)
    accounts._secrets.keep("shop", Tokens("access-1", "refresh-8", time.time() + 900).to_text(), TOKENS)

    def answer(form: dict[str, str]) -> tuple[int, object]:
        return refuses("invalid_grant") if form["client_id"] == "client-7" else gives("access-2", "refresh-9")

    provider.answers = [answer]
    campaign = gp.Campaign(
        "october", template=gp.Template(subject="Привет", text="..."), from_="ivan@example.com",
        recipients=[{"email": f"r{i}@example.com"} for i in range(20)],
        accounts=[accounts["news"], accounts["shop"]], store=str(tmp_path / "store.db"),
    )  # fmt: skip
    report = campaign.run(progress=False)
    assert report.counts["accepted"] == 20, report
    assert len(gate.letters) == 20
    assert json.dumps(provider.asked).count("client-7") == 1


def test_oauth_and_passwords_are_kinds_of_login_in_the_file(
    written: Written, gate: gp.Sink, provider: Provider
) -> None:
    text = table(gate, provider)
    assert written(text).entry("news").oauth is not None
    assert written(text.replace('kind = "oauth"\n', "")).entry("news").oauth is not None
    entry = written(text.replace('"oauth"', '"password"')).entry("news")
    assert entry.oauth is None and entry.logs_in
    for wrong, words in (
        ('kind = "magic"', "auth.kind takes one of password, oauth"),
        ('kind = "oauth"\ntoken_command = "x"', "token_command and oauth"),
        ('kind = "oauth"\naccess_token = "x"', "token_command"),
    ):
        with pytest.raises(gp.InputError, match=words):
            written(text.replace('kind = "oauth"', wrong)).entry("news")
    for line, words in (
        ('client_secret = "x"', "sign-in NAME --client-secret"),
        ('refresh_token = "x"', "sign-in NAME"),
        ('client_idd = "x"', "did you mean client_id"),
    ):
        with pytest.raises(gp.InputError, match=words):
            written(f"{text}{line}\n").entry("news")
    with pytest.raises(gp.InputError, match="client_id is missing"):
        written(text.replace('client_id = "client-7"\n', "")).entry("news")
    with pytest.raises(gp.InputError, match="needs a login"):
        written(text.replace('login = "ivan@example.com"\n', "")).entry("news")
    with pytest.raises(gp.InputError, match="has no device_url"):
        written(text.replace("device_url", "#")).entry("news")


def test_without_the_packages_the_error_names_the_command(
    written: Written, gate: gp.Sink, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(written(table(gate, provider)), life=-1)
    monkeypatch.delitem(sys.modules, "gatepost.accounts.oauth.server", raising=False)
    monkeypatch.setitem(sys.modules, "authlib.integrations.requests_client", None)
    with pytest.raises(gp.InputError, match=r"pip install 'gatepost\[oauth\]'"):
        gp.send("news", **LETTER)


@pytest.mark.parametrize("last", ["auth", "mail"])
def test_a_refused_token_hides_nothing_that_was_said_of_the_account(
    written: Written, gate: gp.Sink, provider: Provider, last: str
) -> None:
    accounts = written(table(gate, provider))
    watch = accounts["news"]._watch
    refused = classify("535 5.7.8 Authentication credentials invalid", "auth")
    quota = classify("550 5.4.5 Daily user sending quota exceeded", "mail")
    failures = [quota, refused] if last == "auth" else [refused, quota]
    now = time.time()
    watch._judge({"failure": failures, "started": [now] * 2, "ended": [now] * 2, "tried": [True] * 2})
    assert accounts.state("news").status == "paused"
    assert "quota" in accounts.state("news").why
