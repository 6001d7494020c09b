"""Letters handed to a program that takes them as sendmail does: msmtp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import gatepost as gp
from peers.availability import find_program

ME = "ivan@example.org"
TEXT = "Здравствуйте!\n.\n..\n.x\nFrom here\n" + "я" * 300 + "\n"

MakeSink = Callable[..., gp.Sink]


@pytest.fixture
def msmtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[gp.Sink], gp.Account]:
    """An account that is msmtp, which hands its letters to a sink."""

    def account(sink: gp.Sink) -> gp.Account:
        configuration = tmp_path / ".msmtprc"
        configuration.write_text(f"account default\nhost 127.0.0.1\nport {sink.port}\nfrom {ME}\nauth off\ntls off\n")
        configuration.chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        return gp.Account(f"sendmail://{find_program('msmtp')}", sender=ME)

    return account


def test_msmtp_delivers_what_we_hand_it(make_sink: MakeSink, msmtp: Callable[[gp.Sink], gp.Account]) -> None:
    sink = make_sink()
    gp.send(msmtp(sink), to=["olga@example.com", "i.petrov@example.net"], subject="Счёт", text=TEXT)
    [letter] = sink.wait(1)
    assert letter.envelope.from_ == ME
    assert sorted(letter.envelope.to) == ["i.petrov@example.net", "olga@example.com"]
    assert letter.message.text.replace("\r\n", "\n").rstrip() == TEXT.rstrip()
    assert letter.subject == "Счёт"


def test_what_the_server_behind_msmtp_says_decides(make_sink: MakeSink, msmtp: Callable[[gp.Sink], gp.Account]) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="gone@example.com", reply="550 5.1.1 no such user here")
    account = msmtp(sink)
    with pytest.raises(gp.SendError) as error:
        gp.send(account, to="gone@example.com", subject="x", text="y")
    assert error.value.failure.permanent and "no such user here" in str(error.value)
    sink.close()
    with pytest.raises(gp.SendError) as error:
        gp.send(account, to="olga@example.com", subject="x", text="y")
    assert not error.value.failure.permanent
