"""`Message.from_email` beside `smtplib.SMTP.send_message`, both into our sink: same envelope, headers and bodies."""

from __future__ import annotations

import re
import smtplib
from email import policy
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.message import Message as OldMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import EmailPolicy
from email.utils import formataddr, getaddresses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gatepost as gp

ADDRESSES = ("From", "Sender", "To", "Cc", "Reply-To", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc")
OURS = {"date", "message-id", "mime-version", "content-transfer-encoding", "content-type", "to"}

words = st.sampled_from(
    [
        "Ivan",
        "Petrov,",
        "J.",
        "Иванов",
        "Пётр",
        "of",
        "the",
        "Department",
        "(really)",
        '"Q"',
        "ñandú",
        "a;b",
        "😀",
        "x" * 40,
    ]
)
names = st.lists(words, max_size=12).map(" ".join)
locals_ = st.sampled_from(["ivan", "a.b", "a+b", "x" * 30, "o'brien"])
domains = st.sampled_from(["example.com", "mail.example.org", "xn--e1afmkfd.xn--p1ai"])
people = st.builds(Address, names, locals_, domains)
lists = st.lists(people, min_size=1, max_size=5)
texts = st.lists(st.one_of(words, st.just("слово"), st.just("y" * 90)), max_size=25).map(" ".join)
ids = st.lists(st.sampled_from(["<a@example.com>", f"<{'r' * 70}@example.com>", "<1.2.3@x.example.com>"]), min_size=1)
machine = st.fixed_dictionaries(
    {},
    optional={
        "In-Reply-To": ids.map(lambda found: found[0]),
        "References": ids.map(" ".join),
        "List-Unsubscribe": st.sampled_from(["<https://example.com/" + "u" * 150 + ">", "<mailto:u@example.com>"]),
        "List-Id": st.just("News <news.example.com>"),
        "Feedback-ID": st.sampled_from(["1:2:3:4", "c" * 90 + ":x"]),
        "Thread-Index": st.just("AQHX" + "A" * 90 + "=="),
        "X-Mailer": st.just("mailer (1.0)"),
    },
)
free = st.fixed_dictionaries({}, optional={"Subject": texts, "X-Note": texts, "Comments": texts, "Keywords": texts})
POLICIES = [
    policy.default,
    policy.SMTP,
    policy.SMTPUTF8,
    EmailPolicy(max_line_length=200),
    EmailPolicy(refold_source="all"),
]


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, list[Address]]:
    """The address headers of a letter, with a block of Resent- headers or none."""
    found = {"From": [draw(people)], "To": draw(lists)}
    for name in ("Cc", "Bcc", "Reply-To"):
        if draw(st.booleans()):
            found[name] = draw(lists)
    if draw(st.booleans()):
        found["Sender"] = [draw(people)]
    if draw(st.sampled_from([False, False, True])):
        found |= {"Resent-From": [draw(people)], "Resent-To": draw(lists)}
        for name in ("Resent-Cc", "Resent-Bcc"):
            if draw(st.booleans()):
                found[name] = draw(lists)
        if draw(st.booleans()):
            found["Resent-Sender"] = [draw(people)]
    return found


@st.composite
def new_messages(draw: st.DrawFn) -> EmailMessage:
    made = EmailMessage(draw(st.sampled_from(POLICIES)))
    who = draw(envelopes())
    for name, addresses in who.items():
        grouped = len(addresses) > 1 and draw(st.booleans())
        made[name] = [Group("Команда", addresses)] if grouped else addresses
    if "Resent-From" in who:
        made["Resent-Date"] = "Sat, 22 Nov 2025 08:27:37 +0300"
    for name, value in {**draw(machine), **draw(free)}.items():
        made[name] = value
    made.set_content(draw(texts) + "\n")
    if draw(st.booleans()):
        made.add_alternative(f"<p>{draw(texts)}</p>\n", subtype="html")
    if draw(st.booleans()):
        made.add_attachment(draw(st.binary(max_size=99)), maintype="a", subtype="b", filename=draw(texts)[:60] or "f")
    return made


@st.composite
def old_messages(draw: st.DrawFn) -> OldMessage:
    text = MIMEText(draw(texts) + "\n", "plain", "utf-8")
    made: OldMessage = text
    if draw(st.booleans()):
        made = MIMEMultipart()
        made.attach(text)
        file = MIMEApplication(draw(st.binary(max_size=99)))
        file.add_header("Content-Disposition", "attachment", filename=draw(texts)[:60] or "f")
        made.attach(file)
    who = draw(envelopes())
    for name, addresses in who.items():
        made[name] = ", ".join(formataddr((one.display_name, one.addr_spec)) for one in addresses)
    if "Resent-From" in who:
        made["Resent-Date"] = "Sat, 22 Nov 2025 08:27:37 +0300"
    for name, value in draw(machine).items():
        made[name] = value
    for name, value in draw(free).items():
        made[name] = Header(value, "utf-8") if draw(st.booleans()) else value
    return made


def name_of(text: str) -> str:
    """A display name decoded, or as it is where the library has cut an encoded-word in two."""
    try:
        return " ".join(str(make_header(decode_header(text))).split())
    except (ValueError, HeaderParseError):
        return text


def fields(raw: bytes) -> list[tuple[str, Any]]:
    """The headers as a reader has them: addresses as (name, address), all else as text."""
    header = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
    found: list[tuple[str, Any]] = []
    for line in re.sub(r"\r\n(?=[ \t])", "", header).split("\r\n"):
        name, _, value = line.partition(":")
        if name in ADDRESSES:
            people = [(name_of(n), a.lower()) for n, a in getaddresses([value])]
            found.append((name, people))
        elif name.lower() not in OURS:
            found.append((name, " ".join(gp.Message.parse(f"{line}\r\n\r\n".encode()).headers[name].split())))
    return found


def own_fields(message: OldMessage) -> list[tuple[str, Any]]:
    """The same of the message's own values."""
    found: list[tuple[str, Any]] = []
    for name, value in message.raw_items():
        if name.lower().endswith("bcc"):
            continue
        if name in ADDRESSES:
            if hasattr(value, "addresses"):
                people = [(" ".join(one.display_name.split()), one.addr_spec.lower()) for one in value.addresses]
            else:
                people = [(name_of(n), a.lower()) for n, a in getaddresses([value])]
            found.append((name, people))
        elif name.lower() not in OURS:
            found.append((name, " ".join(str(value).split())))
    return found


def bodies(raw: bytes) -> list[tuple[str, str, bytes]]:
    """Type, name and content of each part."""
    return [
        (part.type, part.file_name, part.content.replace(b"\r\n", b"\n").rstrip(b"\n"))
        for part in gp.Message.parse(raw).parts
    ]


def both_ways(message: OldMessage, sink: gp.Sink) -> None:
    sink.clear()
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.send_message(message)
    with gp.Mailer(sink.account()) as mailer:
        assert mailer.send(gp.Message.from_email(message)).ok
    theirs, ours = sink.wait(2)
    assert ours.envelope.from_ == theirs.envelope.from_
    assert set(ours.envelope.to) == set(theirs.envelope.to)
    said, own = fields(ours.raw), own_fields(message)
    assert [one for one in said if one[0] != "Resent-Bcc"] == own
    by_smtplib = fields(theirs.raw)
    if by_smtplib == own:  # else the library's folding has changed the message
        assert by_smtplib == said
    assert bodies(ours.raw) == bodies(theirs.raw)
    assert ours.raw.isascii()
    for name, value in own:
        if name.startswith(("List-", "In-Reply", "References", "Feedback", "Thread")):
            assert value.replace(" ", "").encode() in re.sub(rb"\s", b"", ours.raw)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(message=new_messages())
def test_a_new_message_goes_as_smtplib_sends_it_but_unharmed(message: EmailMessage, sink: gp.Sink) -> None:
    both_ways(message, sink)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(message=old_messages())
def test_an_old_message_goes_as_smtplib_sends_it_but_unharmed(message: OldMessage, sink: gp.Sink) -> None:
    both_ways(message, sink)
