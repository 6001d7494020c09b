"""Signing in: a code typed on another device, or a browser that comes back, and a command that says what to do."""

from __future__ import annotations

import base64
import hashlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from accounts_samples import Written
from oauth_provider import Answer, Provider, codes, gives, provider_here, refuses
from typer.testing import CliRunner, Result

import gatepost as gp
from gatepost.accounts.oauth import OAuthProvider, device
from gatepost.accounts.oauth.browser import browser_sign_in, code_of
from gatepost.accounts.oauth.device import device_sign_in
from gatepost.accounts.oauth.page import SignInPage
from gatepost.accounts.oauth.server import TokenServer
from gatepost.accounts.presets import PRESETS
from gatepost.cli import app

Run = Callable[..., Result]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provider_here() as here:
        yield here


@pytest.fixture
def gate() -> Iterator[gp.Sink]:
    access = gp.SinkAccess(mechanisms=["XOAUTH2", "OAUTHBEARER"])
    with gp.Sink(users={"ivan@example.com": "access-1"}, access=access) as sink:
        yield sink


@pytest.fixture
def run() -> Run:
    def go(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], **options)

    return go


def server(provider: Provider, flow: str = "device", **more: Any) -> TokenServer:
    facts = {"token_url": f"{provider.url}/token", "device_url": f"{provider.url}/device",
             "authorize_url": "https://example.com/authorize", "scope": "mail:smtp", **more}  # fmt: skip
    return TokenServer(OAuthProvider(flow, **facts), "client-7", "")


def signed_in(provider: Provider, *answers: Answer, **more: Any) -> tuple[list[SignInPage], list[float], Any]:
    """What a person was shown, how long it waited each time, and the reply."""
    provider.answers = list(answers)
    pages: list[SignInPage] = []
    waits: list[float] = []
    reply = device_sign_in(server(provider, **more), pages.append, waits.append)
    return pages, waits, reply


# --- a code on another device ------------------------------------------------------------------------------------


def test_a_code_is_shown_and_asked_about_as_often_as_the_provider_wants(provider: Provider) -> None:
    pending = refuses("authorization_pending")
    pages, waits, reply = signed_in(
        provider, codes(interval=2), pending, pending, refuses("slow_down"), pending, refuses("slow_down"), gives()
    )
    assert pages == [SignInPage("https://example.com/device", "WDJB-MJHT")]
    assert waits == [2, 2, 2, 7, 7, 12]
    assert reply["access_token"] == "access-1"
    assert provider.asked[0] == {"path": "/device", "client_id": "client-7", "scope": "mail:smtp"}
    assert provider.asked[1] == {
        "path": "/token", "client_id": "client-7", "device_code": "device-secret",
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    }  # fmt: skip


def test_yandex_has_words_of_its_own(provider: Provider) -> None:
    code = 200, {"device_code": "device-secret", "user_code": "x", "verification_url": "https://ya.ru/device"}
    pages, waits, _ = signed_in(provider, code, gives(), device_grant="device_code")
    assert pages == [SignInPage("https://ya.ru/device", "x")] and waits == [5]
    assert provider.asked[1]["grant_type"] == "device_code" and provider.asked[1]["code"] == "device-secret"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refuses("access_denied"), "refused it"),
        (refuses("authorization_declined"), "refused it"),
        (refuses("expired_token"), "not used in time"),
        (refuses("invalid_grant", "device-secret"), r"invalid_grant: \*\*\*\*"),
    ],
)
def test_a_person_who_refuses_or_is_late_is_no_sign_in(provider: Provider, answer: Answer, words: str) -> None:
    with pytest.raises(gp.SignInNeeded, match=words):
        signed_in(provider, codes(), answer)


def test_a_code_that_ends_before_the_next_question_is_not_asked_about(provider: Provider) -> None:
    with pytest.raises(gp.SignInNeeded, match="not used in time"):
        signed_in(provider, codes(expires_in=3, interval=5), gives())
    assert len(provider.asked) == 1


@pytest.mark.parametrize("interval", [0, -1, 10**9, "x", None, [], 0.001, True])
def test_an_interval_that_makes_no_sense_is_kept_within_a_second_and_a_minute(
    provider: Provider, interval: object
) -> None:
    _, waits, _ = signed_in(provider, codes(interval=interval), gives())
    assert 1 <= waits[0] <= 60


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (codes(verification_uri="http://example.com/"), "https"),
        (codes(verification_uri="javascript:alert(1)"), "https"),
        (codes(verification_uri=5), "verification_uri"),
        (codes(user_code="a\x1b[2Jb"), "user_code"),
        (codes(user_code=""), "user_code"),
        (codes(device_code=None), "device_code"),
        (codes(device_code="x" * 5000), "device_code"),
        ((200, []), "not JSON"),
        ((200, b"<html>"), "not JSON"),
        ((302, "https://evil.example/"), "elsewhere"),
        ((500, b""), "500"),
        (refuses("unauthorized_client"), "client_id"),
        (refuses("invalid_scope"), "scope"),
    ],
)
def test_codes_of_another_form_are_a_token_error(provider: Provider, answer: Answer, words: str) -> None:
    with pytest.raises(gp.TokenError, match=words):
        signed_in(provider, answer)


# --- a browser that comes back -----------------------------------------------------------------------------------


def visit(page: str, **answer: str) -> int:
    """What a browser does that comes back from the provider; the status that it is given."""
    asked = {key: values[0] for key, values in parse_qs(urlsplit(page).query).items()}
    back = urlsplit(asked["redirect_uri"])
    query = "&".join(f"{key}={value}" for key, value in {"state": asked["state"], **answer}.items())
    connection = http.client.HTTPConnection(back.hostname or "", back.port or 0, timeout=10)
    connection.request("GET", f"{back.path or '/'}?{query}")
    status = connection.getresponse().status
    connection.close()
    return status


def by_browser(provider: Provider, **answer: str) -> tuple[dict[str, str], Any]:
    """What the page was asked, and the reply."""
    pages: list[str] = []

    def show(page: SignInPage) -> None:
        pages.append(page.page)
        assert visit(page.page, state="guessed", code="theirs") == 404
        assert visit(page.page, **answer) == 200

    reply = browser_sign_in(server(provider, "browser", parameters={"prompt": "consent"}), show)
    return {key: values[0] for key, values in parse_qs(urlsplit(pages[0]).query).items()}, reply


def test_a_browser_brings_a_code_that_only_we_can_use(provider: Provider) -> None:
    provider.answers = [gives()]
    asked, reply = by_browser(provider, code="code-5")
    assert reply["refresh_token"] == "refresh-1"
    form = provider.asked[0]
    assert (form["grant_type"], form["code"], form["client_id"]) == ("authorization_code", "code-5", "client-7")
    assert form["redirect_uri"] == asked["redirect_uri"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert (asked["scope"], asked["prompt"], asked["response_type"]) == ("mail:smtp", "consent", "code")


def test_a_person_who_refuses_in_the_browser_is_no_sign_in(provider: Provider) -> None:
    with pytest.raises(gp.SignInNeeded, match="refused"):
        by_browser(provider, error="access_denied")
    with pytest.raises(gp.TokenError, match=r"answered server_error\?x"):
        by_browser(provider, error="server_error%1bx")
    with pytest.raises(gp.TokenError, match="no code"):
        by_browser(provider, code="")
    assert provider.asked == []


def test_a_browser_that_never_comes_back_ends_the_wait(provider: Provider) -> None:
    with pytest.raises(gp.SignInNeeded, match="nobody signed in"):
        browser_sign_in(server(provider, "browser"), lambda page: None, patience=0.05)


def test_the_address_of_a_browser_elsewhere_may_be_pasted(provider: Provider) -> None:
    provider.answers = [gives()]
    pages: list[SignInPage] = []

    def ask() -> str:
        state = parse_qs(urlsplit(pages[0].page).query)["state"][0]
        return f"  http://127.0.0.1:1234/?code=code-6&state={state}\n"

    assert browser_sign_in(server(provider, "browser"), pages.append, ask)["access_token"] == "access-1"
    assert provider.asked[0]["code"] == "code-6"


@pytest.mark.parametrize("address", ["", "nonsense", "http://x/?code=1", "http://x/?code=1&state=other", "http://[x"])
def test_an_address_from_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(gp.SignInNeeded, match="another sign-in"):
        code_of(address, "state-1")


def test_a_port_that_is_taken_is_named(provider: Provider) -> None:
    port = urlsplit(provider.url).port
    with pytest.raises(gp.InputError, match=f"redirect_url: port {port}"):
        browser_sign_in(server(provider, "browser", redirect_url=f"http://localhost:{port}/"), lambda page: None)


# --- the commands ------------------------------------------------------------------------------------------------


def add(run: Run, gate: gp.Sink, provider: Provider, *more: object, **options: Any) -> Result:
    where = gate.url.rpartition("@")[2].rpartition("//")[2]
    sets = {"auth.allow_cleartext": "true", "oauth.token_url": f"{provider.url}/token",
            "oauth.device_url": f"{provider.url}/device", "oauth.scope": "mail:smtp"}  # fmt: skip
    return run(
        "account", "add", "news", "--url", f"smtp://{where}", "--login", "ivan@example.com", "--oauth",
        "--client-id", "client-7", *[part for key, value in sets.items() for part in ("--set", f"{key}={value}")],
        *more, **options,
    )  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_LEAST", 0.001)


def test_an_account_is_added_once_somebody_has_signed_in_and_it_has_logged_in(
    run: Run, gate: gp.Sink, provider: Provider, quick: None, tmp_path: Path
) -> None:
    provider.answers = [codes(interval=0.001), refuses("authorization_pending"), gives()]
    added = add(run, gate, provider)
    assert added.exit_code == 0, added.output
    assert "Open https://example.com/device on any device and type the code WDJB-MJHT" in added.output
    assert "logged in by" in added.output and "Its tokens are kept:" in added.output
    assert gp.send("news", to="olga@example.com", subject="Счёт", text="...").accepted
    shown = run("account", "show", "news")
    assert "login by: OAuth 2.0, client client-7; signed in, access token until" in shown.output
    secrets = ("access-1", "refresh-1", "device-secret")
    assert not any(secret in added.output + shown.output for secret in secrets)
    assert not any(s.encode() in f.read_bytes() for s in secrets for f in tmp_path.rglob("*") if f.is_file())
    run("account", "remove", "news", "--yes")
    assert gp.AccountsFile()._secrets.find("news", "tokens") is None


def test_an_account_whose_person_refuses_is_not_saved(run: Run, gate: gp.Sink, provider: Provider, quick: None) -> None:
    provider.answers = [codes(interval=0.001), refuses("access_denied")]
    refused = add(run, gate, provider)
    assert refused.exit_code == 3
    assert "account news: not signed in: somebody refused it" in refused.output
    assert list(gp.accounts) == []
    assert gp.AccountsFile()._secrets.find("news", "tokens") is None


def test_without_a_check_nobody_signs_in_until_they_are_asked_to(
    run: Run, gate: gp.Sink, provider: Provider, quick: None
) -> None:
    added = add(run, gate, provider, "--no-check")
    assert added.exit_code == 0 and "gatepost account sign-in news" in added.output
    assert "nobody has signed in" in run("account", "show", "news").output
    sent = run("send", "--account", "news", "--to", "a@example.com", "--subject", "x", "--text", "y")
    assert sent.exit_code == 3 and "gatepost account sign-in news" in sent.output
    assert "gatepost account sign-in news" in run("account", "list").output
    provider.answers = [codes(interval=0.001), gives()]
    signed = run("account", "sign-in", "news")
    assert signed.exit_code == 0 and "Signed in; the tokens of account news are kept" in signed.output
    assert run("account", "check", "news").exit_code == 0


def test_the_secret_of_the_client_is_kept_as_passwords_are(
    run: Run, gate: gp.Sink, provider: Provider, quick: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    provider.answers = [codes(interval=0.001), gives()]
    added = add(run, gate, provider, "--password-stdin", input="client-secret-9\n")
    assert added.exit_code == 0, added.output
    assert provider.asked[-1]["client_secret"] == "client-secret-9"
    assert not any(b"client-secret-9" in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    provider.answers = [codes(interval=0.001), gives()]
    run("account", "sign-in", "news")
    assert provider.asked[-1]["client_secret"] == "client-secret-9"
    monkeypatch.setenv("GATEPOST_CLIENT_SECRET_NEWS", "of-the-environment")
    provider.answers = [codes(interval=0.001), gives()]
    run("account", "sign-in", "news")
    assert provider.asked[-1]["client_secret"] == "of-the-environment"


def test_a_client_without_its_secret_asks_for_it(run: Run, written: Written) -> None:
    written('[news]\npreset = "gmail"\nlogin = "ivan@gmail.com"\noauth.client_id = "7.apps"\n')
    asked = run("account", "sign-in", "news")
    assert asked.exit_code == 2 and "no secret for the OAuth client of news" in asked.output
    assert "GATEPOST_CLIENT_SECRET" in asked.output


def test_signing_in_where_nobody_logs_in_by_oauth_says_so(run: Run, written: Written, news: str) -> None:
    written(news)
    refused = run("account", "sign-in", "news")
    assert refused.exit_code == 2 and "does not log in by OAuth" in refused.output


@pytest.mark.parametrize("name", ["gmail", "outlook", "microsoft 365", "yandex", "mail.ru"])
def test_presets_know_where_tokens_are_had(name: str, run: Run) -> None:
    oauth = PRESETS[name].oauth
    assert oauth is not None and oauth.token_url.startswith("https://") and oauth.scope
    assert oauth.flow == ("browser" if name in ("gmail", "mail.ru") else "device")
    assert "learn" in PRESETS[name].sources["oauth"] or "." in PRESETS[name].sources["oauth"]
    assert oauth.token_url in run("account", "presets", name).output


def test_a_script_signs_in_with_pages_of_its_own(written: Written, gate: gp.Sink, provider: Provider) -> None:
    where = gate.url.rpartition("@")[2].rpartition("//")[2]
    accounts = written(
        f'[news]\nurl = "smtp://{where}"\nlogin = "ivan@example.com"\nauth.allow_cleartext = true\n'
        f"{provider.settings('browser')}"
    )
    provider.answers = [gives()]
    threads: list[threading.Thread] = []

    def show(page: SignInPage) -> None:
        threads.append(threading.Thread(target=visit, args=(page.page,), kwargs={"code": "code-5"}))
        threads[0].start()

    began = time.monotonic()
    assert accounts.sign_in("news", show)
    threads[0].join()
    assert time.monotonic() - began < 10
    assert accounts["news"].check()
