"""Servers that refuse logins their own way, and quote what they were sent in every form."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from urllib.parse import quote

import pytest
from scripted_server import ScriptedServer

import gatepost as gp

PASSWORD = "S3cret/w+rd=ыБ"
LETTER = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="x", text="y")


def plain(password: str = PASSWORD) -> str:
    return base64.b64encode(f"\0ivan\0{password}".encode()).decode()


def account(server: ScriptedServer, **options: object) -> gp.Account:
    return gp.Account(server.url, login="ivan", password=PASSWORD, **options)  # type: ignore[arg-type]


def all_that_is_told(error: gp.SendError) -> str:
    failures = [error.failure, *error.refused]
    words = [str(error), repr(error), error.transcript, *(repr(each) for each in failures)]
    return "\n".join([*words, *(str(each.to_dict()) for each in failures), *(each._repr_html_() for each in failures)])


def wrapped(text: str) -> str:
    return f"{text[: len(text) // 2]}\n535 5.7.8 {text[len(text) // 2 :]}"


FORMS: dict[str, Callable[[], str]] = {
    "as it is": lambda: PASSWORD,
    "in the other case": lambda: PASSWORD.swapcase(),
    "in capitals": lambda: PASSWORD.upper(),
    "base64": plain,
    "base64 of the password alone": lambda: base64.b64encode(PASSWORD.encode()).decode(),
    "base64 in capitals": lambda: plain().upper(),
    "the end of the base64": lambda: plain()[9:],
    "the beginning of the base64": lambda: plain()[:-4],
    "base64 for URLs": lambda: base64.urlsafe_b64encode(f"\0ivan\0{PASSWORD}".encode()).decode(),
    "quoted-printable": lambda: quopri.encodestring(PASSWORD.encode(), quotetabs=True).decode(),
    "percent-encoded": lambda: quote(PASSWORD, safe=""),
    "all percent-encoded": lambda: "".join(f"%{octet:02x}" for octet in PASSWORD.encode()),
    "xtext": lambda: "".join(f"+{octet:02X}" for octet in PASSWORD.encode()),
    "hexadecimal": lambda: PASSWORD.encode().hex(),
    "hexadecimal by pairs": lambda: PASSWORD.encode().hex(" "),
    "wrapped": lambda: wrapped(PASSWORD),
    "base64 wrapped": lambda: wrapped(plain()),
    "hexadecimal wrapped": lambda: wrapped(PASSWORD.encode().hex()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("phase", ["AUTH", "MAIL", "RCPT"])
def test_a_password_that_the_server_quotes_is_told_to_nobody(form: str, phase: str) -> None:
    quoted = FORMS[form]()
    code = {"AUTH": "535", "MAIL": "553", "RCPT": "550"}[phase]

    def answer(line: str) -> str:
        if line.startswith(phase):
            return f"{code}-5.7.8 you sent <{quoted.replace('535 ', code + '-')}>\n{code} 5.7.8 go away"
        return (
            "235 ok" if line.startswith("AUTH") else "250-mx\n250 AUTH PLAIN" if line.startswith("EHLO") else "250 ok"
        )

    with ScriptedServer(answer) as server, pytest.raises(gp.SendError) as caught:
        gp.send(account(server), LETTER)
    told = all_that_is_told(caught.value)
    assert "****" in told and "go away" in told
    for piece in quoted.replace("535 5.7.8 ", "").splitlines():
        assert piece not in told
        assert all(piece[i : i + 8] not in told for i in range(len(piece) - 7)), told


@pytest.mark.parametrize("code", [501, 503, 504, 534, 535, 538, 550, 454])
def test_a_mechanism_refused_before_the_password_was_sent_is_followed_by_the_next(code: int) -> None:
    def answer(line: str) -> str:
        if line.startswith(("AUTH CRAM-MD5", "AUTH SCRAM")):
            return f"{code} 5.5.1 not this one" if code >= 500 else f"{code} 4.7.0 not this one"
        return "235 ok" if line.startswith("AUTH PLAIN") else "250-mx\n250 AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN"

    with ScriptedServer(answer) as server:
        assert any("PLAIN" in finding for finding in account(server).check())
    assert [line for line in server.said if line.startswith("AUTH")] == [
        next(line for line in server.said if line.startswith("AUTH SCRAM-SHA-256 ")),
        "AUTH CRAM-MD5",
        f"AUTH PLAIN {plain()}",
    ]


def test_a_refused_password_is_sent_once() -> None:
    with (
        ScriptedServer(lambda line: "535 5.7.8 no" if "AUTH" in line else "250-mx\n250 AUTH PLAIN LOGIN") as server,
        pytest.raises(gp.AuthError),
    ):
        account(server).check()
    assert [line.split()[1] for line in server.said if line.startswith("AUTH")] == ["PLAIN"]


def test_a_server_that_offers_ntlm_alone_is_an_error_that_says_what_to_do() -> None:
    with (
        ScriptedServer(lambda line: "250-mx\n250 AUTH NTLM GSSAPI") as server,
        pytest.raises(gp.AuthError, match=r"gatepost does not speak NTLM, GSSAPI: ask the server's operator"),
    ):
        account(server).check()
    with pytest.raises(gp.InputError, match="gatepost does not speak NTLM"):
        gp.Auth(mechanisms="ntlm")


@pytest.mark.parametrize("wrong", [b"smtp://ivan:sekret@mx.example", ["smtp://ivan:sekret@mx.example"]])
def test_a_url_of_a_wrong_type_is_not_shown(wrong: object) -> None:
    for refused in (lambda: gp.Account(wrong), lambda: gp.Route(proxy=wrong)):  # type: ignore[arg-type]
        with pytest.raises(gp.InputError) as caught:
            refused()
        assert "sekret" not in str(caught.value)


@pytest.mark.parametrize("url", ["smtp://ivan:sekret", "smtp://mx.example?sekret", "smtp://ivan:12?sekret=1"])
def test_a_url_whose_host_was_forgotten_does_not_show_what_may_be_a_password(url: str) -> None:
    with pytest.raises(gp.InputError) as caught:
        gp.Account(url)
    assert "sekret" not in str(caught.value)
