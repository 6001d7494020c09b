"""Accounts that hand letters to the command line of sendmail: arguments, bytes, exit codes, and an end in time."""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import Written
from typer.testing import CliRunner

import gatepost as gp
from gatepost.accounts.sendmail.session import _read_letter
from gatepost.cli import app

Program = Callable[..., str]

RUN = """#!{python}
import os, sys, time
folder = {folder!r}
letter = sys.stdin.buffer.read()
with open(os.path.join(folder, f"run-{{os.getpid()}}"), "wb") as out:
    out.write(repr(sys.argv[1:]).encode() + b"\\n" + letter)
{then}
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A sendmail of our own, which writes down how it was called and then does as told."""

    def make(then: str = "", name: str = "sendmail") -> str:
        file = tmp_path / name
        (tmp_path / "runs").mkdir(exist_ok=True)
        file.write_text(RUN.format(python=sys.executable, folder=str(tmp_path / "runs"), then=then))
        file.chmod(0o755)
        return str(file)

    return make


def runs(tmp_path: Path) -> list[tuple[list[str], bytes]]:
    """Arguments and letter of each run."""
    found = []
    for file in (tmp_path / "runs").iterdir():
        arguments, _, letter = file.read_bytes().partition(b"\n")
        found.append((eval(arguments.decode()), letter))
    return found


def account(path: str, **options: Any) -> gp.Account:
    return gp.Account(f"sendmail://{path}", sender="Крон <cron@example.com>", **options)


def test_a_letter_reaches_the_program_whole_with_sender_and_recipients_as_arguments(
    program: Program, tmp_path: Path
) -> None:
    text = ".\n..two dots\nfrom here\n" + "Счёт на оплату " * 40
    result = gp.send(account(program()), to=["olga@example.com", "i.petrov@example.org"], subject="Счёт", text=text)
    assert [one.address for one in result.accepted] == ["olga@example.com", "i.petrov@example.org"]
    [(arguments, letter)] = runs(tmp_path)
    assert arguments == ["-i", "-f", "cron@example.com", "--", "olga@example.com", "i.petrov@example.org"]
    assert b"\r" not in letter
    got = gp.ParsedMessage(letter)
    assert got.text.replace("\r\n", "\n").rstrip() == text.rstrip()
    assert got.subject == "Счёт" and got.from_ == "Крон <cron@example.com>"


def test_raw_bytes_keep_their_dots_and_their_eight_bits(program: Program, tmp_path: Path) -> None:
    body = b".\r\n..\r\n.x\r\n" + "Привет".encode("koi8-r") + b"\r\n"
    raw = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
    with gp.Mailer(account(program())) as mailer:
        mailer.send(raw, from_="a@example.com", to="b@example.com")
    assert runs(tmp_path)[0][1].endswith(body.replace(b"\r\n", b"\n"))


def test_a_line_of_any_length_ends_where_it_ended() -> None:
    for length in range((1 << 16) - 3, (1 << 16) + 3):
        sent = b"x" * length + b"\r\n..dot\r\n" + b"." + b"." * length + b"\r\n.\r\n"
        assert _read_letter(io.BytesIO(sent)) == b"x" * length + b"\n.dot\n" + b"." * length + b"\n"
    assert _read_letter(io.BytesIO(b"half a letter\r\n")) is None


def test_the_empty_sender_is_named_as_sendmail_names_it(program: Program, tmp_path: Path) -> None:
    raw = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nx\r\n"
    with gp.Mailer(account(program())) as mailer:
        mailer.send(raw, from_="", to="b@example.com")
    assert runs(tmp_path)[0][0][:3] == ["-i", "-f", "<>"]


@pytest.mark.parametrize("recipient", ["|touch@example.com", "/etc/x@example.com", "-oQ@example.com"])
def test_a_recipient_that_programs_take_for_something_else_is_refused(
    program: Program, tmp_path: Path, recipient: str
) -> None:
    with pytest.raises(gp.RecipientsRefused, match="something else"):
        gp.send(account(program()), to=recipient, subject="x", text="y")
    assert runs(tmp_path) == []


@pytest.mark.parametrize(
    "recipient", ["$touch@example.com", "`id`@example.com", '"a b;c"@example.com', "a'b@example.com"]
)
def test_no_shell_reads_an_address(program: Program, tmp_path: Path, recipient: str) -> None:
    try:
        gp.send(account(program()), to=recipient, subject="x", text="y")
    except gp.InputError:
        return
    assert runs(tmp_path)[0][0][4:] == [recipient]


@pytest.mark.parametrize(
    ("code", "category", "permanent", "suppress"),
    [
        (64, "system_error", False, "none"),
        (65, "message_malformed", True, "none"),
        (66, "system_error", False, "none"),
        (67, "recipient_unknown", True, "address"),
        (68, "unknown_permanent", True, "none"),
        (69, "unknown_permanent", True, "none"),
        (70, "system_error", False, "none"),
        (71, "system_error", False, "none"),
        (72, "system_error", False, "none"),
        (73, "system_error", False, "none"),
        (74, "system_error", False, "none"),
        (75, "system_error", False, "none"),
        (76, "protocol_error", True, "none"),
        (77, "policy_rejected", True, "none"),
        (78, "system_error", False, "none"),
        (1, "unknown_permanent", True, "none"),
        (127, "system_error", False, "none"),
    ],
)
def test_exit_codes_are_failures_of_the_taxonomy(
    program: Program, code: int, category: str, permanent: bool, suppress: str
) -> None:
    with pytest.raises(gp.SendError) as error:
        gp.send(account(program(f"sys.exit({code})")), to="olga@example.com", subject="x", text="y")
    failure = error.value.refused[0] if error.value.refused else error.value.failure
    assert (failure.category.value, failure.permanent, failure.suppress) == (category, permanent, suppress)
    assert f"exit code {code}" in failure.text


def test_of_several_recipients_nobody_is_called_wrong_but_those_whom_the_program_names(program: Program) -> None:
    to = ["olga@example.com", "nobody@example.com", "ivan@example.com"]
    with pytest.raises(gp.SendError) as error:
        gp.send(account(program("sys.exit(67)")), to=to, subject="x", text="y")
    assert {one.suppress for one in error.value.refused} == {"none"}
    named = program("print('nobody@example.com: user unknown'); sys.exit(67)", "named")
    with pytest.raises(gp.SendError) as error:
        gp.send(account(named), to=to, subject="x", text="y")
    assert {one.recipient: one.suppress for one in error.value.refused} == {
        "olga@example.com": "none", "nobody@example.com": "address", "ivan@example.com": "none",
    }  # fmt: skip


def test_what_the_program_writes_is_shown_and_never_obeyed_however_much_it_is(program: Program) -> None:
    loud = "sys.stderr.write('\\x1b[2Jпочтовый ящик переполнен\\r\\n250 ok\\n' + 'x' * 3_000_000); sys.exit(75)"
    with pytest.raises(gp.SendError) as error:
        gp.send(account(program(loud)), to="olga@example.com", subject="x", text="y")
    assert "почтовый ящик переполнен" in str(error.value) and "\x1b" not in str(error.value)
    assert len(str(error.value)) < 2000


def test_a_program_that_takes_too_long_is_stopped_and_its_letter_is_unknown(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.accounts.account._LATER", 0.2)
    slow = program(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(gp.ConnectTimeout) as error:
        gp.send(account(slow, timeouts=gp.Timeouts(final_reply=1)), to="olga@example.com", subject="x", text="y")
    assert error.value.failure.maybe_delivered
    pid = int((tmp_path / "pid").read_text())
    stopped = threading.Event()
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        stopped.wait(0.05)
    pytest.fail("it still runs")


def test_a_program_that_is_killed_leaves_its_letter_unknown(program: Program) -> None:
    with pytest.raises(gp.ConnectError) as error:
        gp.send(account(program("os.kill(os.getpid(), 9)")), to="olga@example.com", subject="x", text="y")
    assert error.value.failure.maybe_delivered


def test_a_child_of_the_program_that_stays_behind_holds_nobody_up(program: Program) -> None:
    then = "os.fork() or time.sleep(8)"
    assert gp.send(account(program(then)), to="olga@example.com", subject="x", text="y").accepted


def test_a_program_that_is_not_there_fails_the_check(tmp_path: Path, program: Program) -> None:
    with pytest.raises(gp.ConnectError, match="there is no such program"):
        account(str(tmp_path / "none")).check()
    (tmp_path / "plain").write_text("x")
    with pytest.raises(gp.ConnectError, match="may not be run"):
        account(str(tmp_path / "plain")).check()
    path = program()
    assert f"the server sendmail://{path} greets: {path} LMTP" in account(path).check()


def test_many_letters_go_side_by_side_and_the_folder_goes_with_the_account(program: Program, tmp_path: Path) -> None:
    sender = account(program(), limits=gp.Limits(connections=3))
    letters = [
        gp.Message(from_="cron@example.com", to=f"r{i}@example.com", subject="x", text=str(i)) for i in range(12)
    ]
    with gp.Mailer(sender) as mailer:
        assert all(not isinstance(one, Exception) for one in mailer.send_many(letters))
    assert len(runs(tmp_path)) == 12
    folder = Path(sender._bridge.path).parent if sender._bridge else Path()
    assert folder.stat().st_mode & 0o077 == 0
    del sender, mailer
    assert not folder.exists()


def _in_child(path: str, answer: Any) -> None:
    answer.put(len(gp.send(account(path), to="olga@example.com", subject="x", text="y").accepted))


def test_a_child_of_this_process_has_its_own_bridge(program: Program) -> None:
    path = program()
    here = account(path)
    assert gp.send(here, to="olga@example.com", subject="x", text="y").accepted
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_in_child, args=(path, answer))
    child.start()
    assert answer.get(timeout=60) == 1
    child.join()
    assert gp.send(here, to="olga@example.com", subject="x", text="y").accepted


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sendmail://ivan:s3cr3t@/usr/sbin/sendmail", "neither host, login nor options"),
        ("sendmail://usr/sbin/sendmail", "three slashes"),
        ("sendmail:///usr/sbin/sendmail?verify=false", "nor options"),
        ("sendmail:///usr/%00x", "control"),
    ],
)
def test_a_url_that_means_something_else_is_refused(url: str, words: str) -> None:
    with pytest.raises(gp.InputError, match=words) as error:
        gp.Account(url)
    assert "s3cr3t" not in str(error.value)


def test_a_program_has_a_usual_place_and_no_login() -> None:
    assert gp.Account("sendmail://").masked_url == "sendmail:///usr/sbin/sendmail"
    with pytest.raises(gp.InputError, match="asks for no login"):
        gp.Account("sendmail://", login="ivan", password="x")
    with pytest.raises(gp.InputError, match="proxy"):
        gp.Account("sendmail://", route=gp.Route(proxy="socks5://127.0.0.1"))


def test_it_stands_in_the_accounts_file_and_is_sent_through_by_the_commands(
    program: Program, written: Written, tmp_path: Path
) -> None:
    run = CliRunner()
    added = run.invoke(
        app, ["account", "add", "cron", "--url", f"sendmail://{program()}", "--sender", "Крон <cron@example.com>"]
    )
    assert added.exit_code == 0, added.output
    sent = run.invoke(app, ["send", "--account", "cron", "--to", "olga@example.com", "--subject", "x", "--text", "y"])
    assert sent.exit_code == 0, sent.output
    assert "accepted  olga@example.com" in sent.output
    assert "sendmail://" in run.invoke(app, ["account", "show", "cron"]).output
    assert len(runs(tmp_path)) == 1
    assert gp.accounts.state("cron").last_success


def test_a_campaign_goes_through_it_and_settles_each_recipient(program: Program, tmp_path: Path) -> None:
    path = program("sys.exit(67 if 'gone' in sys.argv[-1] else 0)")
    campaign = gp.Campaign(
        "october", template=gp.Template(subject="Привет", text="..."), from_="cron@example.com",
        recipients=[{"email": f"{'gone' if i == 3 else 'r'}{i}@example.com"} for i in range(10)],
        accounts=[account(path)], store=str(tmp_path / "store.db"),
    )  # fmt: skip
    report = campaign.run(progress=False)
    assert (report.counts["accepted"], report.counts["refused"]) == (9, 1), report
    assert len(runs(tmp_path)) == 10
