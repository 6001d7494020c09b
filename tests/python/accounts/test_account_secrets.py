"""Where passwords come from and where they are kept: never in clear."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
from accounts_samples import SECRET, Written

import gatepost as gp

TABLE = "[news]\nurl = 'smtps://ivan@mx.example.com'\n"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


def everything(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


def password(name: str = "news") -> str:
    return gp.accounts[name]._password


def test_the_environment_wins_over_a_command_and_a_command_over_what_is_kept(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = written(TABLE)
    accounts.keep_password("news", "kept")
    assert password() == "kept"
    accounts.edit("news", {"password_command": [sys.executable, "-c", "print('said'); print('second line')"]})
    assert password() == "said"
    monkeypatch.setenv("GATEPOST_PASSWORD_NEWS", "set")
    assert password() == "set"


@pytest.mark.parametrize(
    ("name", "variable"), [("my-news.2", "GATEPOST_PASSWORD_MY_NEWS_2"), ("почта", "GATEPOST_PASSWORD_XN__80A1ACNY")]
)
def test_the_variable_of_an_account_has_its_name(
    written: Written, monkeypatch: pytest.MonkeyPatch, name: str, variable: str
) -> None:
    written(f"['{name}']\nurl = 'smtps://ivan@h'\n")
    monkeypatch.setenv(variable, SECRET)
    assert password(name) == SECRET


def test_a_keyring_keeps_passwords_and_no_file_has_them(written: Written, ring: Ring, tmp_path: Path) -> None:
    accounts = written(TABLE)
    assert accounts.keep_password("news", SECRET) == "the system's keyring"
    assert password() == SECRET
    assert list(ring.kept.values()) == [SECRET]
    assert not (tmp_path / "accounts.state" / "secrets.json").exists()
    accounts.remove("news")
    assert ring.kept == {}


def test_without_a_keyring_passwords_are_encrypted_and_only_their_owner_reads_the_key(
    written: Written, tmp_path: Path
) -> None:
    accounts = written(TABLE)
    where = Path(accounts.keep_password("news", SECRET))
    assert password() == SECRET
    assert SECRET.encode() not in everything(tmp_path)
    for file in (where, where.with_name("secrets.key")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(where.parent.stat().st_mode) == 0o700


def test_a_locked_keyring_is_named_and_a_new_password_is_encrypted(written: Written, ring: Ring) -> None:
    accounts = written(TABLE)
    ring.locked = True
    with pytest.raises(gp.InputError, match=r"no password found \(the system's keyring is closed: KeyringLocked\)"):
        accounts["news"]
    assert accounts.keep_password("news", SECRET).endswith("secrets.json")
    assert password() == SECRET


def test_a_keyring_that_keeps_plain_text_is_not_used(written: Written, ring: Ring) -> None:
    type(ring).priority = 0.5  # type: ignore[assignment]
    try:
        assert written(TABLE).keep_password("news", SECRET).endswith("secrets.json")
        assert ring.kept == {}
    finally:
        type(ring).priority = 5  # type: ignore[assignment]


def test_without_the_packages_an_account_says_what_to_install(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = written(TABLE)
    monkeypatch.setitem(sys.modules, "keyring", None)
    for module in [one for one in sys.modules if one.startswith("cryptography.hazmat.primitives.ciphers.aead")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(gp.InputError, match=r"pip install 'gatepost\[keyring\]'"):
        accounts.keep_password("news", SECRET)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_may_read_is_refused(written: Written, tmp_path: Path, mode: int) -> None:
    written(TABLE).keep_password("news", SECRET)
    (tmp_path / "accounts.state" / "secrets.key").chmod(mode)
    with pytest.raises(gp.InputError, match=r"secrets.key: others may read or change it; chmod 600"):
        password()


def test_damaged_secrets_are_errors_in_words(written: Written, tmp_path: Path) -> None:
    accounts = written(TABLE + "[other]\nurl = 'smtps://ivan@h'\n")
    accounts.keep_password("news", SECRET)
    accounts.keep_password("other", "another")
    secrets, key = tmp_path / "accounts.state" / "secrets.json", tmp_path / "accounts.state" / "secrets.key"
    whole, whole_key = secrets.read_bytes(), key.read_bytes()

    def broken(file: Path, data: bytes) -> str:
        secrets.write_bytes(whole)
        key.write_bytes(whole_key)
        file.write_bytes(data)
        with pytest.raises(gp.InputError) as caught:
            password()
        assert SECRET not in str(caught.value)
        return str(caught.value)

    assert "damaged" in broken(secrets, b"{")
    assert "damaged" in broken(secrets, b"[1]")
    assert "was not written with" in broken(secrets, whole.replace(b'"news"', b'"x"').replace(b'"other"', b'"news"'))
    assert "was not written with" in broken(secrets, b'{"news": {"password": "AAAA"}}')
    assert "not a key" in broken(key, b"short")
    key.unlink()
    with pytest.raises(gp.InputError, match="is gone"):
        password()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/no/such/program"], "No such file"),
        ([sys.executable, "-c", "print('half a s3cr3t'); raise SystemExit(3)"], "exit code 3"),
        ([sys.executable, "-c", ""], "wrote nothing"),
        ([sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\xff\\xfe')"], "else than UTF-8"),
        ([sys.executable, "-c", "print('s3cr3t\\x07')"], "control character"),
    ],
)
def test_a_command_that_fails_is_named_and_shows_nothing(written: Written, command: list[str], told: str) -> None:
    accounts = written(TABLE)
    accounts.edit("news", {"password_command": command})
    with pytest.raises(gp.InputError, match=told) as caught:
        accounts["news"]
    assert "account news: password_command" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_no_shell_runs_a_command(written: Written, tmp_path: Path) -> None:
    accounts = written(TABLE + f"password_command = 'echo pw; touch {tmp_path}/x'\n")
    assert accounts["news"]._password == f"pw; touch {tmp_path}/x"
    assert not (tmp_path / "x").exists()


def test_a_token_comes_from_its_command_at_each_login(written: Written, tmp_path: Path) -> None:
    with gp.Sink() as sink:
        counter = tmp_path / "asked"
        code = f"open({str(counter)!r}, 'a').write('x'); print('token')"
        accounts = written(f"[news]\nurl = '{sink.url}'\nlogin = 'ivan'\nsender = 'a@example.com'\n")
        accounts.edit("news", {"auth.token_command": [sys.executable, "-c", code], "auth.allow_cleartext": True})
        assert not counter.exists()
        assert "logged in by" in " ".join(accounts["news"].check())
        assert counter.read_text() == "x"


def test_the_password_of_a_proxy_is_kept_like_the_others(written: Written, tmp_path: Path) -> None:
    accounts = written("[news]\nurl = 'smtp://h'\nroute.proxy = 'socks5://me@proxy.example.com:1080'\n")
    with pytest.raises(gp.InputError, match="no password of its proxy found"):
        accounts["news"]
    accounts.keep_password("news", SECRET, of_proxy=True)
    proxy = accounts["news"]._lane_options().connect.proxy
    assert proxy is not None and (proxy.login, proxy.password) == ("me", SECRET)
    assert SECRET not in repr(accounts["news"].route)


def test_passwords_stand_nowhere(written: Written, news: str, tmp_path: Path, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    accounts = written(news + "log.level = 'low-level'\n")
    accounts.keep_password("news", SECRET)
    account = accounts["news"]
    result = gp.send(account, to="olga@example.com", subject="x", text="y")
    said = "".join([repr(account), repr(accounts), repr(result), result.transcript, str(accounts.explain("x@y.z")),
                    repr(accounts.entry("news")), repr(accounts.state("news")), caplog.text])  # fmt: skip
    assert SECRET not in said
    files = everything(tmp_path)
    assert b"olga@example.com" in files  # state and log are among them
    for form in (SECRET.encode(), os.fsencode(SECRET)):
        assert form not in files
