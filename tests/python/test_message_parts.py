"""Groups, threads, invitations and attachments as the standard library, icalendar and memory see them; and the gate."""

from __future__ import annotations

import email
import tracemalloc
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest

import gatepost as gp

INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//RU
METHOD:REQUEST
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20261122T120000Z
DTSTART:20261123T090000Z
DTEND:20261123T100000Z
SUMMARY:Совещание об итогах третьего квартала и о планах на четвёртый квартал года
ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:olga@example.com
ORGANIZER:mailto:ivan@example.com
END:VEVENT
END:VCALENDAR
"""


def letter(**fields: object) -> gp.Message:
    return gp.Message(**{"from_": "ivan@example.com", "to": "olga@example.com", **fields})  # type: ignore[arg-type]


def by_stdlib(message: gp.Message) -> EmailMessage:
    read = email.message_from_bytes(bytes(message), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


# --- groups ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        "a@x.ru, Команда: Иван <ivan@x.ru>, olga@y.ru;, Nobody:;, z@x.ru",
        ["a@x.ru", gp.Group("Команда", ["Иван <ivan@x.ru>", "olga@y.ru"]), gp.Group("Nobody"), "z@x.ru"],
        ["a@x.ru", "Команда: Иван <ivan@x.ru>, olga@y.ru;", "Nobody: ;", ("", "z@x.ru")],
    ],
)
def test_groups_stand_in_the_header_and_their_members_in_the_envelope(to: Any) -> None:
    message = letter(to=to, cc=gp.Group('A, "B"', "c@x.ru"))
    assert message.recipients == ["a@x.ru", "ivan@x.ru", "olga@y.ru", "z@x.ru", "c@x.ru"]
    groups = by_stdlib(message)["To"].groups
    assert [(one.display_name, [a.addr_spec for a in one.addresses]) for one in groups] == [
        (None, ["a@x.ru"]),
        ("Команда", ["ivan@x.ru", "olga@y.ru"]),
        ("Nobody", []),
        (None, ["z@x.ru"]),
    ]
    assert by_stdlib(message)["Cc"].groups[0].display_name == 'A, "B"'
    assert gp.Message.parse(bytes(message)).recipients == message.recipients


def test_group_of_blind_copies_shows_its_name_alone() -> None:
    message = letter(to=gp.Group("Клиенты"), bcc=gp.Group("x", ["a@x.ru", "b@x.ru"]))
    assert message.recipients == ["a@x.ru", "b@x.ru"]
    assert by_stdlib(message)["To"].groups[0].display_name == "Клиенты"
    assert b"a@x.ru" not in bytes(message)


@pytest.mark.parametrize("to", ["Team: a@x.ru", "a@x.ru; b@x.ru", gp.Group("x", "a@x.ru, b@x.ru").name + ": a;"])
def test_malformed_groups_are_refused(to: str) -> None:
    with pytest.raises(gp.InputError, match="to: "):
        letter(to=to)
    with pytest.raises(gp.InputError, match="name"):
        gp.Group(" ")


# --- threads -----------------------------------------------------------------------------------------------------


def test_answer_to_a_letter_brings_its_thread_along() -> None:
    first = letter(message_id="1@x")
    second = gp.Message.parse(bytes(letter(message_id="2@x", in_reply_to=first)))
    third = letter(in_reply_to=second)
    assert (third.in_reply_to, third.references) == (["2@x"], ["1@x", "2@x"])
    assert by_stdlib(third)["References"] == "<1@x> <2@x>"


def test_long_threads_keep_their_beginning_and_end_and_are_folded_between_ids() -> None:
    ids = [f"{i}.{'x' * 30}@example.com" for i in range(60)]
    message = letter(in_reply_to="<a@b>", references=ids)
    assert message.references == ids and message.in_reply_to == ["a@b"]
    assert max(map(len, bytes(message).split(b"\r\n"))) <= 78
    answered = letter(in_reply_to=message).references
    assert len(answered) == 21 and answered[0] == ids[0] and answered[-1] == message.message_id
    assert letter(references=" ".join(f"<{one}>" for one in ids)).references == ids


def test_stable_message_id_depends_on_keys_alone() -> None:
    one = gp.stable_message_id("Пример.рф", "invoice", 42)
    assert one == gp.stable_message_id("пример.рф", "invoice", "42") and one.endswith("@xn--e1afmkfd.xn--p1ai")
    assert (
        len({one, gp.stable_message_id("пример.рф", "invoice4", "2"), gp.stable_message_id("x.ru", "invoice", 42)}) == 3
    )
    assert letter(message_id=one).message_id == one
    with pytest.raises(gp.InputError, match="domain"):
        gp.stable_message_id("a b", 1)


# --- invitations -------------------------------------------------------------------------------------------------


def test_invitation_is_the_last_alternative_and_a_file() -> None:
    message = letter(text="Приходите", html="<p>Приходите", calendar=INVITATION)
    read = by_stdlib(message)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    [invitation] = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
    assert dict(invitation["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert "Content-Disposition" not in invitation
    [file] = read.iter_attachments()
    assert file.get_filename() == "invite.ics"
    ics = invitation.get_payload(decode=True)
    assert isinstance(ics, bytes) and ics == file.get_payload(decode=True)
    assert ics.count(b"\n") == ics.count(b"\r\n") and max(map(len, ics.split(b"\r\n"))) <= 75
    theirs = icalendar.Calendar.from_ical(ics)
    assert theirs["METHOD"] == "REQUEST"
    assert str(theirs.walk("VEVENT")[0]["SUMMARY"]).startswith("Совещание об итогах третьего квартала и о планах")
    assert theirs == icalendar.Calendar.from_ical(INVITATION)


def test_invitation_may_go_without_its_file_and_come_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    raw = INVITATION.replace("\n", "\r\n").replace("REQUEST", "cancel").encode()
    at = raw.index("Совещ".encode()) + 1
    path.write_bytes(raw[:at] + b"\r\n " + raw[at:])  # folded within a character, as some programs do
    message = letter(calendar=gp.Calendar(path, attach=False, method="CANCEL"))
    assert [part.get_content_type() for part in by_stdlib(message).walk()] == ["multipart/alternative", "text/calendar"]
    assert "SUMMARY:Совещание" in message.parts[0].content.decode()
    assert b"method=CANCEL" in bytes(message)
    assert gp.Message.parse(bytes(letter(text="x", calendar=path))).warnings == []


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: gp.Calendar(INVITATION, method="CANCEL"), "METHOD is REQUEST, not 'CANCEL'"),
        (lambda: gp.Calendar(INVITATION.replace("METHOD:REQUEST\n", "")), "one line such as METHOD:REQUEST"),
        (lambda: gp.Calendar(INVITATION.replace("REQUEST", 'X"; a=b')), "one line such as METHOD:REQUEST"),
        (lambda: gp.Calendar("hello: x\nyou"), "line 2 is not of the form"),
        (lambda: gp.Calendar("METHOD:REQUEST"), "BEGIN:VCALENDAR"),
        (lambda: gp.Calendar(INVITATION.replace("Сов", "\x00")), "line 10 has the control character 0x00"),
        (lambda: gp.Calendar(INVITATION.encode("cp1251")), "is not UTF-8"),
        (lambda: gp.Calendar(Path("/nowhere.ics")), "No such file"),
        (lambda: gp.Calendar(5), "iCalendar text or a path"),  # type: ignore[arg-type]
        (lambda: letter(calendar=gp.Calendar(INVITATION, name="a\nb")), "calendar: name: byte 1 is a line feed"),
    ],
)
def test_what_no_client_would_take_for_an_invitation_is_refused(make: Callable[[], object], fault: str) -> None:
    with pytest.raises(gp.InputError, match=fault):
        make()


def received(kind: str, *parts: str) -> gp.Message:
    """A letter with parts that say nothing of a disposition: "type: content"."""
    told = [one.partition(": ") for one in parts]
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, _, text in told)
    raw = f"From: a@x.ru\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; boundary=b\r\n\r\n{body}--b--\r\n"
    return gp.Message.parse(raw.encode())


@pytest.mark.parametrize(
    ("kind", "parts", "attached"),
    [
        ("multipart/mixed", ["text/plain: a", "text/calendar: BEGIN"], [("text/calendar", b"BEGIN")]),
        ("multipart/mixed", ["text/plain: a", "text/plain: footer"], [("text/plain", b"footer")]),
        (
            "multipart/mixed",
            ["text/x-amp-html: a", "text/enriched: b"],
            [("text/x-amp-html", b"a"), ("text/enriched", b"b")],
        ),
        ("multipart/alternative", ["text/plain: a", "text/x-amp-html: b", "text/html: c"], []),
        ("multipart/alternative", ["text/plain: a", "text/calendar: BEGIN"], [("text/calendar", b"BEGIN")]),
        (
            "multipart/alternative",
            ["text/plain: a", "text/calendar: BEGIN", "application/ics: BEGIN"],
            [("application/ics", b"BEGIN")],
        ),
    ],
)
def test_part_without_a_disposition_that_is_no_form_of_the_text_is_attached(
    kind: str, parts: list[str], attached: list[tuple[str, bytes]]
) -> None:
    letter = received(kind, *parts)
    assert [(one.type, one.data) for one in letter.attachments] == attached


def test_letter_that_is_an_invitation_and_nothing_else_has_it_attached() -> None:
    letter = gp.Message.parse(b"From: a@x.ru\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN\r\n")
    assert (letter.text, letter.html) == (None, None)
    assert [one.data for one in letter.attachments] == [b"BEGIN\r\n"]


# --- attachments -------------------------------------------------------------------------------------------------


def test_large_file_is_no_python_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    data = bytes(range(256)) * 100 * 1024  # 25 MiB
    path.write_bytes(data)
    tracemalloc.start()
    try:
        attachment = gp.Attachment(path)
        attachment.part()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert attachment.size == len(data)
    assert by_stdlib(letter(attachments=attachment)).get_payload(0).get_payload(decode=True) == data  # type: ignore[union-attr]


def test_file_that_went_away_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    attachment = gp.Attachment(path)
    path.unlink()
    with pytest.raises(gp.InputError, match=r"attachments\[0\]: .*a\.bin.*No such file"):
        letter(attachments=[attachment])


# --- the gate ----------------------------------------------------------------------------------------------------

CONTROLS = [chr(c) for c in (*range(0x20), 0x7F)]
PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "from_ address": lambda x: {"from_": f"a{x}b@x.ru"},
    "from_ name": lambda x: {"from_": (f"a{x}b", "a@x.ru")},
    "from_ text": lambda x: {"from_": f"a{x}b <a@x.ru>"},
    "sender": lambda x: {"sender": (f"a{x}b", "a@x.ru")},
    "to name": lambda x: {"to": [(f"a{x}b", "a@x.ru")]},
    "to address": lambda x: {"to": [("", f"a@x{x}y.ru")]},
    "to text": lambda x: {"to": f'"a{x}b" <a@x.ru>'},
    "cc": lambda x: {"cc": [f"a@x.ru{x}, b@x.ru"]},
    "bcc": lambda x: {"bcc": f"a{x}b@x.ru"},
    "reply_to": lambda x: {"reply_to": (f"a{x}b <a@x.ru>",)},
    "group name": lambda x: {"to": gp.Group(f"a{x}b", "a@x.ru")},
    "group text": lambda x: {"to": f"a{x}b: a@x.ru;"},
    "group member": lambda x: {"to": [f"a: b{x}c@x.ru;"]},
    "subject": lambda x: {"subject": f"a{x}b"},
    "header name": lambda x: {"headers": {f"X-A{x}b": "v"}},
    "header value": lambda x: {"headers": {"X-A": f"a{x}b"}},
    "plain header": lambda x: {"headers": {"List-Id": f"a{x}b"}},
    "attachment name": lambda x: {"attachments": [(f"a{x}b.txt", b"x")]},
    "attachment type": lambda x: {"attachments": [gp.Attachment(b"x", name="a", type=f"text/x{x}y")]},
    "attachment parameter": lambda x: {"attachments": [gp.Attachment(b"x", name="a", type=f"text/x; a=b{x}c")]},
    "content id": lambda x: {"inline": {f"a{x}b": b"x"}, "html": "x"},
    "inline name": lambda x: {"inline": {"a": gp.Attachment(b"x", name=f"a{x}b")}, "html": "x"},
    "campaign_id": lambda x: {"campaign_id": f"a{x}b"},
    "letter_id": lambda x: {"letter_id": f"a{x}b"},
    "list_unsubscribe": lambda x: {"list_unsubscribe": f"https://x.ru/{x}b"},
    "message_id": lambda x: {"message_id": f"a{x}b@x.ru"},
    "message_id end": lambda x: {"message_id": f"<a@x.ru>{x}"},
    "in_reply_to": lambda x: {"in_reply_to": f"a{x}b@x.ru"},
    "references": lambda x: {"references": ["a@b", f"<a@b>{x}"]},
    "calendar method": lambda x: {"calendar": INVITATION.replace("REQUEST", f"RE{x}QUEST")},
    "calendar name": lambda x: {"calendar": gp.Calendar(INVITATION, name=f"a{x}b")},
}
FREE_TEXT = {"subject", "header value", "plain header"}  # a tab is white space there
INVISIBLE = ["\x85", "\u2028"]  # line ends to Python's str, not to a letter


@pytest.mark.parametrize("place", PLACES)
def test_controls_are_refused_in_every_name_and_value(place: str) -> None:
    for control in CONTROLS:
        if control == "\t" and place in FREE_TEXT:
            continue
        with pytest.raises(gp.InputError) as refusal:
            letter(**PLACES[place](control))
        field = place.split()[0].removesuffix("_")
        known = {"header": "headers", "plain": "headers", "content": "inline", "group": ("group", "to")}.get(
            field, field
        )
        assert str(refusal.value).startswith(known), f"{control!r}: {refusal.value}"


@pytest.mark.parametrize("place", PLACES)
def test_line_ends_of_python_never_stand_raw_on_the_wire(place: str) -> None:
    for mark in INVISIBLE:
        try:
            raw = bytes(letter(**PLACES[place](mark)))
        except gp.InputError:
            continue
        header = raw.partition(b"\r\n\r\n")[0]
        assert header.isascii() and raw.isascii()


def test_tab_in_free_text_comes_back() -> None:
    message = letter(subject="a\tb", headers={"X-A": "c\td"})
    read = gp.Message.parse(bytes(message))
    assert (read.subject, read.headers["X-A"]) == ("a\tb", "c\td")


def test_an_invitation_may_be_named_by_its_path_as_a_str(tmp_path: Path) -> None:
    path = tmp_path / "встреча.ics"
    path.write_text(INVITATION, encoding="utf-8")
    assert gp.Calendar(str(path)).ics == gp.Calendar(path).ics == gp.Calendar(INVITATION).ics
    with pytest.raises(gp.InputError, match=r"calendar 'нет.ics': No such file"):
        gp.Calendar("нет.ics")


def test_the_alternative_of_an_invitation_is_no_attachment_of_the_letter_that_is_read() -> None:
    letter = gp.Message(from_="ivan@example.com", to="olga@example.com", text="x", calendar=INVITATION)
    assert [file.name for file in gp.Message.parse(bytes(letter)).attachments] == ["invite.ics"]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/mixe\xfb\xad{k; boundary=x",
        b"Content-Type: text/pl\xff\xfein; charset=\xe0\xe1",
        b"Content-Type: text/plain\r\nContent-Disposition: att\xe0chment\r\nContent-ID: <\xff\xfe@x>",
        b"Content-Type: text/plain\r\nMessage-ID: <\xff\xfe@x>",
    ],
)
def test_words_of_no_charset_are_read_with_replacements(header: bytes) -> None:
    message = gp.Message.parse(b"From: a@b.example\r\n" + header + b"\r\n\r\n--x\r\n\r\nhi\r\n--x--\r\n")
    assert message.tree is not None
    for part in message.parts:
        assert isinstance(part.type, str)
    assert isinstance(message.message_id, str | None)
