"""The headers of messages of the standard library: what their author wrote is what goes out, by whatever policy."""

from __future__ import annotations

import base64
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address, Group, HeaderRegistry
from email.message import EmailMessage
from email.message import Message as OldMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any

import pytest

import gatepost as gp
from letters import header_lines

POLICIES = {
    "default": policy.default,
    "SMTP": policy.SMTP,
    "SMTPUTF8": policy.SMTPUTF8,
    "HTTP": policy.HTTP,
    "strict": policy.strict,
    "no lines": EmailPolicy(max_line_length=0),
    "short lines": EmailPolicy(max_line_length=30),
    "refold": EmailPolicy(refold_source="all"),
    "no refold": EmailPolicy(refold_source="none", utf8=True),
    "7bit": policy.default.clone(cte_type="7bit"),
    "unstructured": EmailPolicy(header_factory=HeaderRegistry(use_default_map=False)),
}
every_policy = pytest.mark.parametrize("kind", [*POLICIES.values(), policy.compat32], ids=[*POLICIES, "compat32"])

NAMES = [
    "Petrov, Ivan of the Department of Very Long Names, which Nobody Reads to the End, and Its Deputy",
    "Иванов, Пётр Петрович, начальник отдела по работе с очень длинными именами, и его заместитель",
    "J. Q. Public, Jr.",
    'The "Best", of all <them>; of course: yes @ home (really)',
    "a" * 75,
    "x" * 70 + ", " + "y" * 70,
    "Ж",
    "two  spaces, and \\ backslash",
    "=?not an encoded word?=",
]
STRUCTURED = {
    "List-Unsubscribe": "<https://example.com/unsubscribe?"
    + "u" * 200
    + ">, <mailto:u@example.com?subject="
    + "m" * 90
    + ">",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": "News of the shop <news.example.com>",
    "List-Help": "<https://example.com/help?q==?x?=>",
    "List-Archive": "<https://example.com/" + "a" * 120 + "> (the archive)",
    "In-Reply-To": "<" + "i" * 90 + "@example.com>",
    "References": " ".join(f"<{i}.{'r' * 60}@example.com>" for i in range(12)),
    "Feedback-ID": "campaign:" + "c" * 80 + ":customer:sender",
    "Thread-Index": base64.b64encode(bytes(range(90))).decode(),
    "Message-ID": "<" + "m" * 100 + "@mail.example.com>",
    "Date": "Sat, 22 Nov 2025 08:27:37 +0300",
    "Received": "from a.example.com (a.example.com [192.0.2.1]) by b.example.com with ESMTPS id " + "q" * 60 + "; x",
    "Return-Path": "<bounce+" + "b" * 80 + "@example.com>",
    "Authentication-Results": "mx.example.net; spf=pass smtp.mailfrom=" + "s" * 80 + "@example.com; dkim=pass",
    "DKIM-Signature": "v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=" + "h" * 43 + "=; b=" + "b" * 344,
    "ARC-Seal": "i=1; a=rsa-sha256; cv=none; d=example.com; s=s; b=" + "b" * 344,
    "Auto-Submitted": "auto-generated",
    "Precedence": "bulk",
    "X-Mailer": "Mailer 1.0 (" + "x" * 60 + ")",
    "X-Data": "d" * 600,
    "X-Json": '{"key": "' + "v" * 100 + '", "other": [1, 2, 3]}',
    "X-Query": "https://example.com/?a=?b&c=?d?=" + "e" * 80,
    "Subject": "A plain subject " + "that goes on and on " * 10 + "to its end",
}


def message(kind: Any, **headers: Any) -> Any:
    made = OldMessage(kind) if kind is policy.compat32 else EmailMessage(kind)
    headers = {"From": "shop@example.com", "To": "olga@example.com", **headers}
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_payload("text\n")  # set_content fails by policies whose lines have no bounds
    return made


# --- structured headers ------------------------------------------------------------------------------------------


@every_policy
@pytest.mark.parametrize("name", STRUCTURED)
def test_what_machines_read_stays_as_it_is(name: str, kind: Any) -> None:
    value = STRUCTURED[name]
    raw = bytes(gp.Message.from_email(message(kind, **{name: value})))
    assert header_lines(raw, name) == [value]
    assert b"=?utf-8" not in raw and b"=?us-ascii" not in raw and b"=?unknown" not in raw
    if " " in value:
        lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
        longest = max(map(len, value.split(" "))) + len(name) + 3
        assert max(map(len, lines)) <= max(78, longest)


@every_policy
@pytest.mark.parametrize("name", STRUCTURED)
def test_a_message_that_was_read_keeps_its_folds(name: str, kind: Any) -> None:
    folded = STRUCTURED[name].replace(" ", "\r\n\t", 3)
    source = f"From: shop@example.com\r\nTo: olga@example.com\r\n{name}: {folded}\r\n\r\ntext\r\n".encode()
    raw = bytes(gp.Message.from_email(message_from_bytes(source, policy=kind)))  # type: ignore[arg-type]
    assert f"\r\n{name}: {folded}\r\n".encode() in raw


@every_policy
def test_a_phrase_before_an_id_is_encoded_and_the_id_is_not(kind: Any) -> None:
    raw = bytes(gp.Message.from_email(message(kind, List_Id='"Новости, главное" <news.example.com>')))
    [line] = header_lines(raw, "List-Id")
    assert line.isascii() and line.endswith(" <news.example.com>")
    assert gp.Message.parse(raw).headers["List-Id"].replace('"', "") == "Новости, главное <news.example.com>"


# --- names -------------------------------------------------------------------------------------------------------


@every_policy
@pytest.mark.parametrize("form", ["text", "formataddr", "object"])
@pytest.mark.parametrize("header", ["From", "Sender", "To", "Cc", "Reply-To"])
@pytest.mark.parametrize("name", NAMES)
def test_nobodys_name_or_address_is_changed(name: str, header: str, form: str, kind: Any) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    value: Any = {
        "text": f'"{quoted}" <p@Example.com>',
        "formataddr": formataddr((name, "p@Example.com")),
        "object": Address(name, "p", "Example.com"),
    }[form]
    if form == "object" and (kind is policy.compat32 or kind is POLICIES["unstructured"]):
        value = str(value)
    if kind is POLICIES["unstructured"] and form == "formataddr" and not name.isascii() and "," in name:
        pytest.skip("such a policy keeps no quotes")
    theirs = message(kind)
    del theirs[header]
    theirs[header] = value
    ours = gp.Message.from_email(theirs)
    lines = bytes(ours).partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert bytes(ours).isascii() and max(map(len, lines)) <= 98
    read = gp.Message.parse(bytes(ours))
    for one in (ours, read):
        found = {"From": one.from_, "Sender": one.sender, "To": one.to, "Cc": one.cc, "Reply-To": one.reply_to}[header]
        [person] = found if isinstance(found, list) else [found]
        assert person is not None
        assert (person.name, person.address) == (name, "p@example.com")
    if header in ("From", "Sender"):
        assert ours.envelope_from == "p@example.com"


@every_policy
def test_a_list_of_long_names_and_a_group_come_through(kind: Any) -> None:
    people = [Address(name, f"p{i}", "example.com") for i, name in enumerate(NAMES)]
    value: Any = (people[0], Group("Команда, вся", people[1:5]), Group("Nobody", ()), *people[5:])
    if kind is policy.compat32 or kind is POLICIES["unstructured"]:
        value = ", ".join(map(str, value))
    theirs = message(kind)
    del theirs["To"]
    theirs["To"] = value
    ours = gp.Message.from_email(theirs)
    assert [(one.name, one.address) for one in ours.to] == [(name, f"p{i}@example.com") for i, name in enumerate(NAMES)]
    assert b"Nobody:;" in bytes(ours) and ours.recipients == [f"p{i}@example.com" for i in range(len(NAMES))]


@every_policy
@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "cp1251"])
def test_raw_bytes_of_a_name_or_subject_become_text_in_ascii(charset: str, kind: Any) -> None:
    source = (
        'From: Иванов Пётр Петрович <p@example.com>\r\nTo: "Ольга, Петрова" <o@example.com>\r\n'
        "Subject: Приглашение на встречу выпускников\r\nX-Note: записка к письму\r\n\r\ntext\r\n"
    ).encode(charset)
    ours = gp.Message.from_email(message_from_bytes(source, policy=kind))  # type: ignore[arg-type]
    assert bytes(ours).isascii()
    assert (ours.from_.name, ours.to[0].name) == ("Иванов Пётр Петрович", "Ольга, Петрова")
    assert (ours.subject, ours.headers["X-Note"]) == ("Приглашение на встречу выпускников", "записка к письму")


def test_a_header_copied_from_a_message_that_was_read_is_text() -> None:
    old = message_from_bytes("Subject: Привет\r\n\r\n".encode())
    theirs = message(policy.compat32, Subject=old["Subject"])  # a Header of an unknown charset
    assert gp.Message.from_email(theirs).subject == "Привет"


@every_policy
def test_an_address_that_needs_smtputf8_keeps_its_letters_and_the_names_are_encoded(kind: Any) -> None:
    ours = gp.Message.from_email(message(kind, Cc="Иван Петров <иван@пример.рф>", Subject="Привет"))
    assert header_lines(ours, "Subject")[0].isascii()
    assert header_lines(ours, "Cc")[0].endswith(" <иван@xn--e1afmkfd.xn--p1ai>")
    assert (ours.cc[0].name, ours.cc[0].address) == ("Иван Петров", "иван@xn--e1afmkfd.xn--p1ai")


# --- text and parts ----------------------------------------------------------------------------------------------


@every_policy
@pytest.mark.parametrize(
    "subject",
    [
        "Привет, мир",
        "Hello, " + "мир " * 40,
        "a" * 200 + " ж",
        "  two  spaces  ",
        "tab\tinside",
        "",
        "=?x?= ж",
        "😀" * 60,
    ],
)
def test_a_subject_is_the_one_that_was_given(subject: str, kind: Any) -> None:
    theirs = message(kind, Subject=subject)
    ours = gp.Message.from_email(theirs)
    assert ours.subject.strip() == str(theirs["Subject"]).strip()
    assert bytes(ours).isascii() and max(map(len, bytes(ours).split(b"\r\n"))) <= 300


def test_text_with_an_encoded_word_that_was_meant_so_is_not_decoded_by_the_receiver() -> None:
    theirs = message(policy.default, Subject="=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=")
    assert theirs["Subject"] == "=?utf-8?q?a?="
    assert gp.Message.from_email(theirs).subject == "=?utf-8?q?a?="


@every_policy
@pytest.mark.parametrize(
    "name", ["счёт за октябрь.pdf", "я" * 120 + ".pdf", 'a "b"; c.pdf', "plain.pdf", "p" * 300 + ".pdf"]
)
def test_the_name_of_a_file_comes_through(name: str, kind: Any) -> None:
    if kind is policy.compat32:
        theirs: Any = MIMEMultipart()
        theirs["From"] = "shop@example.com"
        part: Any = MIMEText("x")
        part.add_header("Content-Disposition", "attachment", filename=name)
        theirs.attach(part)
    else:
        theirs = message(kind)
        theirs.policy = policy.default
        theirs.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
        theirs.policy = kind
    ours = gp.Message.from_email(theirs)
    assert [one.name for one in ours.attachments] == [name]
    assert bytes(ours).isascii() and max(map(len, bytes(ours).split(b"\r\n"))) <= 998


@every_policy
def test_what_is_forwarded_or_signed_keeps_every_byte(kind: Any) -> None:
    inner = "From: Иван <i@x.ru>\r\nSubject: Привет\r\nX-Long: " + "w " * 100 + "\r\n\r\ntext\r\n"
    source = (
        "From: shop@example.com\r\nTo: o@x.ru\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\n{inner}\r\n--b\r\n"
        'Content-Type: multipart/signed; boundary=s; protocol="x/y"\r\n\r\n--s\r\n'
        f"Content-Type: text/plain; charset=utf-8\r\nX-Note: {'w ' * 100}записка\r\n\r\ntext\r\n"
        "--s\r\nContent-Type: x/y\r\n\r\nsignature\r\n--s--\r\n--b--\r\n"
    ).encode()
    raw = bytes(gp.Message.from_email(message_from_bytes(source, policy=kind)))  # type: ignore[arg-type]
    assert inner.encode() in raw
    assert f"\r\nX-Note: {'w ' * 100}записка\r\n".encode() in raw


@every_policy
def test_the_message_itself_is_left_as_it_was(kind: Any) -> None:
    theirs = message(kind, Subject="Привет", Bcc="b@example.com", X_Long="word " * 60)
    before = [(name, type(value), str(value)) for name, value in theirs.raw_items()]
    gp.Message.from_email(theirs)
    assert [(name, type(value), str(value)) for name, value in theirs.raw_items()] == before


def test_headers_given_as_header_objects_are_written_anew() -> None:
    theirs = message(policy.compat32)
    del theirs["From"]
    theirs["From"] = Header("Иванов Пётр <p@пример.рф>", "koi8-r")
    theirs["X-Tag"] = Header("Привет, " * 20, "utf-8")
    theirs["List-Unsubscribe"] = Header("<https://example.com/" + "u" * 200 + ">")
    ours = gp.Message.from_email(theirs)
    assert (ours.from_.name, ours.from_.address) == ("Иванов Пётр", "p@xn--e1afmkfd.xn--p1ai")
    assert ours.headers["X-Tag"].strip() == ("Привет, " * 20).strip()
    assert header_lines(ours, "List-Unsubscribe") == ["<https://example.com/" + "u" * 200 + ">"]


# --- the envelope ------------------------------------------------------------------------------------------------


@every_policy
def test_the_sender_is_the_envelopes_and_a_resent_block_wins(kind: Any, sink: gp.Sink) -> None:
    theirs = message(kind, Sender='"Petrov, Ivan, who sends for others" <sender@example.com>', Bcc="bcc@example.com")
    resent = message(
        kind,
        Sender="sender@example.com",
        Bcc="bcc@example.com",
        Resent_Date="Sat, 22 Nov 2025 08:27:37 +0300",
        Resent_From="Иван <resender@example.com>",
        Resent_To="Ольга <r1@example.com>, r2@example.com",
        Resent_Cc="r3@example.com",
        Resent_Bcc="r4@example.com",
    )
    by_sender = (
        message(kind, Resent_Date="x", Resent_From="a@x.ru", Resent_Sender="b@x.ru", Resent_To="c@x.ru")
        if kind is policy.compat32
        else None
    )
    with gp.Mailer(sink.account()) as mailer:
        for one in (theirs, resent):
            assert mailer.send(gp.Message.from_email(one)).ok
    first, second = sink.wait(2)
    assert first.envelope.from_ == "sender@example.com"
    assert first.envelope.to == ["olga@example.com", "bcc@example.com"]
    assert second.envelope.from_ == "resender@example.com"
    assert second.envelope.to == ["r1@example.com", "r2@example.com", "r3@example.com", "r4@example.com"]
    for received in (first, second):
        assert not header_lines(received.raw, "Bcc") and not header_lines(received.raw, "Resent-Bcc")
    assert header_lines(second.raw, "Resent-To")[0].endswith("<r1@example.com>, r2@example.com")
    if by_sender is not None:
        assert gp.Message.from_email(by_sender).envelope_from == "b@x.ru"


def test_several_resent_blocks_are_refused_as_smtplib_does() -> None:
    theirs = message(policy.compat32)
    for i in range(2):
        theirs["Resent-Date"] = f"Sat, 2{i} Nov 2025 08:27:37 +0300"
        theirs["Resent-From"] = f"r{i}@example.com"
        theirs["Resent-To"] = f"t{i}@example.com"
    with pytest.raises(gp.InputError, match="2 blocks of Resent- headers"):
        gp.Message.from_email(theirs)


def test_a_resent_block_without_its_from_is_refused() -> None:
    theirs = message(policy.default, Resent_Date="Sat, 22 Nov 2025 08:27:37 +0300", Resent_To="t@example.com")
    with pytest.raises(gp.InputError, match="Resent-From header is missing"):
        gp.Message.from_email(theirs)


def test_of_headers_that_stand_twice_the_first_counts_and_a_warning_says_so() -> None:
    theirs = message(policy.compat32)
    theirs["To"] = "second@example.com"
    ours = gp.Message.from_email(theirs)
    assert ours.recipients == ["olga@example.com"]
    assert any("To stands more than once" in warning for warning in ours.warnings)
