"""What each client of others does in its own way against our sink: pools, reports, questions, letters it composes."""

from __future__ import annotations

import asyncio
import base64
import json
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

import gatepost as gp
from peers.availability import built, find_program
from peers.client_programs import PROGRAMS
from peers.delivery import run
from peers.nodemailer import Nodemailer

ME, HER = "ivan@example.org", "olga@example.com"
EVERY_BYTE = bytes(range(256)) * 64
RAW = b"Subject: x\r\n\r\n.\r\ntext\r\n"

MakeSink = Callable[..., gp.Sink]


def test_phpmailer_composes_and_keeps_its_connection(make_sink: MakeSink) -> None:
    sink = make_sink()
    job = {
        "host": "127.0.0.1",
        "port": sink.port,
        "from": ME,
        "to": HER,
        "subject": "Счёт за октябрь",
        "text": "Здравствуйте!\n.\n..\n",
        "attachment": base64.b64encode(EVERY_BYTE).decode(),
        "times": 3,
    }
    run([find_program("php"), PROGRAMS / "php" / "phpmailer.php", json.dumps(job)])
    letters = sink.wait(3)
    assert len({letter.session.id for letter in letters}) == 1
    for letter in letters:
        assert letter.subject == "Счёт за октябрь"
        assert (letter.message.text or "").rstrip() == "Здравствуйте!\n.\n.."
        assert [(part.name, part.data) for part in letter.message.attachments] == [("счёт.pdf", EVERY_BYTE)]


def test_lettre_keeps_its_connection(make_sink: MakeSink) -> None:
    sink = make_sink()
    program = built("rust") / "target" / "release" / "lettre-send"
    run([program, "127.0.0.1", str(sink.port), "none", "/dev/null", "-", "", "", "5", ME, HER], RAW)
    assert len({letter.session.id for letter in sink.wait(5)}) == 1


def test_nodemailer_asks_for_reports(make_sink: MakeSink, nodemailer: Nodemailer) -> None:
    sink = make_sink()
    message = {"from": ME, "to": HER, "subject": "x", "text": "x"}
    dsn = {"id": "QQ314159", "return": "headers", "notify": ["success", "failure"], "recipient": "first@example.org"}
    nodemailer.send({"host": "127.0.0.1", "port": sink.port}, {**message, "dsn": dsn})
    [letter] = sink.wait(1)
    assert {"RET=HDRS", "ENVID=QQ314159"} <= set(letter.envelope.mail_params)
    [options] = letter.envelope.rcpt_params
    assert set(options) == {"NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;first@example.org"}


def test_nodemailer_in_a_pool_delivers_each_letter_once(make_sink: MakeSink, nodemailer: Nodemailer) -> None:
    sink = make_sink()
    messages = [{"from": ME, "to": f"{i}@example.com", "subject": str(i), "text": "x"} for i in range(50)]
    nodemailer.send({"host": "127.0.0.1", "port": sink.port, "pool": True, "maxMessages": 7}, *messages)
    letters = sink.wait(50)
    assert sorted(int(letter.subject) for letter in letters) == list(range(50))
    assert len({letter.session.id for letter in letters}) == 8


def test_msmtp_asks_for_reports(make_sink: MakeSink, tmp_path: Path) -> None:
    sink = make_sink()
    configuration = tmp_path / "msmtprc"
    configuration.write_text(
        f"host 127.0.0.1\nport {sink.port}\nfrom {ME}\ndsn_notify success,failure\ndsn_return full\n"
    )
    configuration.chmod(0o600)
    run([find_program("msmtp"), f"--file={configuration}", HER], RAW)
    [letter] = sink.wait(1)
    assert "RET=FULL" in letter.envelope.mail_params
    assert letter.envelope.rcpt_params == [["NOTIFY=SUCCESS,FAILURE"]]


async def test_aiosmtplib_over_many_connections_at_once(make_sink: MakeSink) -> None:
    sink = make_sink()

    async def send(i: int) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = ME, f"{i}@example.com", str(i)
        message.set_content("x")
        await aiosmtplib.send(message, hostname="127.0.0.1", port=sink.port)

    await asyncio.gather(*(send(i) for i in range(60)))
    assert sorted(int(letter.subject) for letter in sink.wait(60)) == list(range(60))


def test_smtplib_asks_its_questions(make_sink: MakeSink) -> None:
    with smtplib.SMTP("127.0.0.1", make_sink().port) as client:
        assert client.ehlo()[0] == 250
        assert {"size", "8bitmime", "smtputf8", "pipelining", "dsn", "chunking"} <= set(client.esmtp_features)
        assert client.noop()[0] == 250
        assert client.help()
        assert client.verify(HER)[0] in (250, 252)
        assert client.rset()[0] == 250
        assert client.docmd("XYZZY")[0] == 500
        assert client.docmd("MAIL", "FROM:<a@b.cd> X=1")[0] == 555
        assert client.docmd("RCPT", f"TO:<{HER}>")[0] == 503


@pytest.mark.parametrize("question", ["VRFY olga@example.com", "NOOP", "HELP", "RSET"])
def test_curl_asks_its_questions(make_sink: MakeSink, question: str) -> None:
    sink = make_sink()
    run([find_program("curl"), "--silent", "--show-error", "--request", question, f"smtp://127.0.0.1:{sink.port}/me"])
    assert f"C: {question}" in sink.sessions[0].transcript


def test_curl_leaves_out_who_is_refused(make_sink: MakeSink) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="nobody@*", reply="550 5.1.1 No such user here")
    command = [find_program("curl"), "--silent", "--mail-from", ME, "--mail-rcpt-allowfails", "--upload-file", "-"]
    command += ["--mail-rcpt", "nobody@example.com", "--mail-rcpt", HER, f"smtp://127.0.0.1:{sink.port}/me"]
    run(command, RAW)
    [letter] = sink.wait(1)
    assert (letter.envelope.to, letter.raw) == ([HER], RAW)


def test_net_smtp_asks_its_questions(make_sink: MakeSink) -> None:
    sink = make_sink()
    script = "use Net::SMTP; my $c = Net::SMTP->new('127.0.0.1', Port => $ARGV[0]) or die; my @said;"
    script += "for (['verify', 'olga@example.com'], ['help'], ['reset'], ['etrn', 'example.com']) {"
    script += "my ($method, @rest) = @$_; $c->$method(@rest); push @said, $c->code } $c->quit; print join ' ', @said"
    verify, help_, reset, etrn = run([find_program("perl"), "-e", script, str(sink.port)]).split()
    assert verify in ("250", "252")
    assert help_ in ("211", "214")
    assert reset == "250"
    assert etrn in ("250", "251", "458", "459", "502")
