"""Passwords are searched for in all that an account leaves behind: files, output, reprs, logs and memory."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import keyring
import keyring.backend
import pytest
from accounts_samples import SECRET

import gatepost as gp
from gatepost.accounts.logs import LEVELS

WRONG = "falsch & ещё s3cr3t"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256")


def forms(secret: str) -> Iterator[bytes]:
    """A secret as it may stand in a file: as it is, quoted, escaped, and in base64 wherever it begins there."""
    data = secret.encode()
    yield from (data, secret.encode("utf-16-le"), secret.encode("utf-32-le"))
    yield from (one.encode() for one in (quote(secret), quote(secret, safe=""), quote_plus(secret)))
    yield from (json.dumps(secret)[1:-1].encode(), ascii(secret)[1:-1].encode(), data.hex().encode())
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + data)
        yield whole[(0, 2, 3)[before] : len(whole) - 4]


def assert_absent(data: bytes, where: str) -> None:
    for secret in (SECRET, WRONG):
        for form in forms(secret):
            assert form not in data, where


class Files:
    """What stood in a folder at any time that somebody looked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seen: dict[Path, bytes] = {}

    def look(self) -> None:
        for path in self._folder.rglob("*"):
            try:
                if path.is_file():
                    self.seen[path] = self.seen.get(path, b"") + path.read_bytes()
            except OSError:  # it has just gone
                continue


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def in_the_environment(monkeypatch: pytest.MonkeyPatch, secret: str, outside: Path) -> None:
    monkeypatch.setenv("GATEPOST_PASSWORD_NEWS", secret)


def from_a_command(monkeypatch: pytest.MonkeyPatch, secret: str, outside: Path) -> None:
    (outside / "secret").write_text(secret, encoding="utf-8")
    gp.accounts.edit("news", {"password_command": ["cat", str(outside / "secret")]})


def in_the_keyring(monkeypatch: pytest.MonkeyPatch, secret: str, outside: Path) -> None:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    assert gp.accounts.keep_password("news", secret) == "the system's keyring"


def in_an_encrypted_file(monkeypatch: pytest.MonkeyPatch, secret: str, outside: Path) -> None:
    assert gp.accounts.keep_password("news", secret).endswith("secrets.json")


BACKENDS = (in_the_environment, from_a_command, in_the_keyring, in_an_encrypted_file)


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside")


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_file_log_repr_or_error_has_a_password(
    backend: Callable[..., None], tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level("DEBUG", logger="gatepost")
    files, said = Files(tmp_path), []

    def look(letter: gp.Letter) -> None:
        files.look()  # the journal is there only while letters are under way

    with gp.Sink(users={"ivan": SECRET}, on_letter=look) as sink:
        url = f"smtp://127.0.0.1:{sink.port}"
        gp.accounts.add("news", {"url": url, "login": "ivan", "sender": "news@example.com",
                                 "auth.allow_cleartext": True})  # fmt: skip
        for secret in (SECRET, WRONG):
            backend(monkeypatch, secret, outside)
            for level, mechanism in zip(LEVELS[1:], MECHANISMS, strict=True):
                gp.accounts.edit("news", {"log.level": level, "auth.mechanisms": mechanism})
                account = gp.accounts["news"]
                try:
                    result = gp.send(account, to="olga@example.com", subject="x", text="y")
                    said += [repr(result), result.transcript, str(result.session)]
                except gp.SendError as error:
                    said += [repr(error), str(error), error.transcript, repr(error.failure)]
                    gp.accounts.resume("news")
                said += [repr(account), repr(account.auth), repr(gp.accounts.entry("news")),
                         repr(gp.accounts.state("news")), account.masked_url]  # fmt: skip
                files.look()
            campaign = gp.Campaign(
                f"october-{len(secret)}", template=gp.Template(subject="x", text="y"),
                recipients=[{"email": f"u{i}@example.com"} for i in range(20)],
                accounts=["news"], store=tmp_path / "c.db",
            )  # fmt: skip
            said += [str(campaign.run(progress=False)), repr(campaign), str(campaign.status()), str(campaign.explain())]
            files.look()
            gp.accounts.resume("news")
        history = gp.History(tmp_path / "c.db")
        said += [str(history.errors().to_polars()), str(history.report(tmp_path / "report.html"))]
        files.look()
        assert sink.received == len(MECHANISMS) + 20
    names = " ".join(path.name for path in files.seen)
    assert all(part in names for part in ("state.db", "news.log", "c.db", "journal", "report.html", "accounts.toml"))
    for path, data in files.seen.items():
        assert_absent(data, str(path))
    out, err = capfd.readouterr()
    assert_absent("\n".join([*said, caplog.text, out, err]).encode(), "what was said")


@pytest.mark.parametrize("secret", [SECRET, WRONG])
def test_no_command_says_a_password(secret: str, tmp_path: Path) -> None:
    def run(*arguments: str, stdin: str = "") -> None:
        ran = subprocess.run(
            [sys.executable, "-m", "gatepost", *arguments], input=stdin.encode(), capture_output=True, check=False,
            timeout=60, cwd=tmp_path,
        )  # fmt: skip
        assert_absent(ran.stdout + ran.stderr, " ".join(arguments))

    letter = ("--to", "olga@example.com", "--subject", "x", "--text", "y", "--transcript")
    with gp.Sink(users={"ivan": SECRET}) as sink:
        run("account", "add", "news", "--url", f"smtp://ivan@127.0.0.1:{sink.port}", "--sender", "a@example.com",
            "--set", "log.level=low-level", "--password-stdin", "--no-check", stdin=f"{secret}\n")  # fmt: skip
        run("account", "check", "news")
        run("send", "--account", "news", *letter)
        run("send", "--account", "news", "--json", *letter)
        for command in ("list", "show news", "show news --json", "log news", "choose a@example.com"):
            run("account", *command.split())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert_absent(path.read_bytes(), str(path))


def test_the_commands_leave_no_core_dump() -> None:
    code = (
        "import ctypes, resource\nfrom gatepost.cli.core_dumps import forbid_core_dumps\nforbid_core_dumps()\n"
        "print(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE)[0])"  # 3: PR_GET_DUMPABLE
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.split() == ["0", "0"]


SENDS = """
import gc, sys
import gatepost as gp

def sends():
    with gp.Mailer(gp.accounts["news"]) as mailer:
        mailer.send(gp.Message(from_="a@example.com", to="b@example.com", subject="x", text="y"))

sends()
gc.collect()
print("closed", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_when_the_mailer_is_closed_only_the_freed_memory_of_a_python_str_may_have_the_password(mechanism: str) -> None:
    with gp.Sink(users={"ivan": SECRET}) as sink:
        settings = {"url": f"smtp://127.0.0.1:{sink.port}", "login": "ivan", "sender": "a@example.com",
                    "auth.allow_cleartext": True, "auth.mechanisms": mechanism}  # fmt: skip
        gp.accounts.add("news", settings, password=SECRET)
        child = subprocess.Popen([sys.executable, "-c", SENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            assert child.stdin is not None and child.stdout is not None
            assert child.stdout.readline() == b"closed\n"
            memory = b"\n".join(_memory(child.pid))
        finally:
            child.communicate(timeout=60)
    assert b"GATEPOST" in memory or b"gatepost" in memory  # it is the right memory
    of_python = SECRET.encode("utf-16-le")  # as CPython holds Cyrillic; nobody can wipe it
    for form in forms(SECRET):
        if form != of_python:
            assert form not in memory, form
    assert memory.count(of_python) <= 2


def _memory(pid: int) -> Iterator[bytes]:
    """What a process may write to, a mapping at a time: its own data, and none of the files that it has mapped."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            where, rights, *_ = line.split()
            if "w" not in rights:
                continue
            begin, end = (int(one, 16) for one in where.split("-"))
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except OSError:
                continue
