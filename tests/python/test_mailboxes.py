"""Letters through mbox files and maildirs, with the standard library's `mailbox` as the other program."""

from __future__ import annotations

import email
import mailbox
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gatepost as gp

SHREDS = [
    *(
        "From ",
        ">From ",
        ">>From ",
        "From ivan Mon Jan  1 00:00:00 2026",
        "\r\n",
        "\r\n\r\n",
        "\r\r\n",
        "\r",
        " ",
        "Тело",
        ":",
    ),
    *("Subject: a", ".", "x" * 80),
]
WIRE = st.lists(st.sampled_from(SHREDS), max_size=30).map(lambda shreds: f"{''.join(shreds)}\r\n".encode())


def letter(number: int = 1, text: str = "Тело\n") -> gp.Message:
    return gp.Message(from_="Иван <ivan@example.com>", to="olga@example.com", subject=f"Счёт {number}", text=text)


# --- mbox --------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(raws=st.lists(WIRE, min_size=1, max_size=5))
def test_any_letters_come_back_from_an_mbox_byte_for_byte(
    raws: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = gp.Mbox(tmp_path_factory.mktemp("mbox") / "box")
    for raw in raws:
        box.add(raw)
    assert [bytes(one) for one in box] == raws


def test_mbox_quotes_from_lines_and_the_standard_library_counts_the_same_letters(tmp_path: Path) -> None:
    box = gp.Mbox(tmp_path / "box")
    texts = ["From the start\n\nFrom x Mon Jan  1 00:00:00 2026\n", "plain\n"]
    for number, text in enumerate(texts):
        box.add(gp.Message(from_="a@x.ru", to="b@x.ru", subject=f"{number}", text=text))
    assert [one.text for one in box] == texts
    theirs = mailbox.mbox(str(box.path))
    assert [one["Subject"] for one in theirs] == ["0", "1"]
    assert theirs[0].get_from().startswith("a@x.ru ")
    assert b">From the start" in box.path.read_bytes() and b"\r" not in box.path.read_bytes()


def test_mbox_of_the_standard_library_is_read(tmp_path: Path) -> None:
    theirs = mailbox.mbox(str(tmp_path / "box"))
    for number in range(3):
        theirs.add(mailbox.mboxMessage(email.message_from_bytes(bytes(letter(number)))))
    theirs.close()
    assert [one.subject for one in gp.Mbox(tmp_path / "box")] == ["Счёт 0", "Счёт 1", "Счёт 2"]


def test_mbox_without_an_empty_line_at_its_end_gets_one_before_the_next_letter(tmp_path: Path) -> None:
    path = tmp_path / "box"
    for end in (b"", b"\n", b"\r\n", b"\n\n"):
        path.write_bytes(b"From - Mon Jan  1 00:00:00 2026\nSubject: old\n\nbody" + end)
        gp.Mbox(path).add(letter())
        assert [one.subject for one in gp.Mbox(path)] == ["old", "Счёт 1"]


def test_line_that_begins_with_from_and_has_no_date_parts_no_letters(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"From x Mon Jan  1 00:00:00 2026\nSubject: a\n\nHello\n\nFrom Moscow with love\n")
    [one] = gp.Mbox(tmp_path / "box")
    assert one.text == "Hello\n\nFrom Moscow with love\n"


def test_crlf_mbox_is_read_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(
        b"From - Mon Jan  1 00:00:00 2026\r\nSubject: a\r\n\r\none\r\n\r\n"
        b"From - Mon Jan  1 00:00:00 2026\r\nSubject: b\r\n\r\ntwo\r\n"
    )
    assert [(one.subject, one.text) for one in gp.Mbox(tmp_path / "box")] == [("a", "one\n"), ("b", "two\n")]


def test_letter_whose_empty_line_before_it_is_missing_is_found_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(
        b"From a Sun Nov 22 09:00:00 2026\nSubject: 1\n\nb\n"
        b"From b@y.z Sun Nov 22 10:00:00 2026\nFrom: x@y.z\nSubject: 2\n\nc\n"
    )
    first, second = gp.Mbox(tmp_path / "box")
    assert (first.subject, first.text, second.subject, second.text) == ("1", "b\n", "2", "c\n")
    assert second.warnings == ["no empty line stands before its From line in the mbox"]
    assert not any("empty line" in one for one in first.warnings)


@pytest.mark.parametrize(
    "line",
    [
        "From Moscow with love\nSubject: none",
        "From Ivan Sun Nov 22 10:00:00\nSubject: no year",
        "From Ivan to Olga on Sun Nov 22 10:00:00 2026\nSubject: words",
        "From b@y.z Sun Nov 22 10:00:00 2026\nno field behind it",
        "From b@y.z Sun Nov 22 10:00:00 2026\nhttps://example.com",
        ">From b@y.z Sun Nov 22 10:00:00 2026\nSubject: quoted",
    ],
)
def test_line_of_a_body_that_only_looks_like_a_postmark_parts_no_letters(tmp_path: Path, line: str) -> None:
    (tmp_path / "box").write_bytes(f"From a Sun Nov 22 09:00:00 2026\nSubject: 1\n\nb\n{line}\n".encode())
    [one] = gp.Mbox(tmp_path / "box")
    assert one.text == f"b\n{line.removeprefix('>')}\n"


POSTMARKS = [
    "From ",
    "From - Mon Jan  1 00:00:00 2026",
    "From -",
    "From ivan@example.com",
    "From ivan@example.com  Mon Jan  1 00:00:00 2026",
    "From ivan at example.com  Mon Jan  1 00:00:00 2026",
    "From ivan at example.com",
    "From 1234567890@xxx Mon Jan 01 00:00:00 +0000 2026",
    "From ???@??? Mon Jan 01 00:00:00 2026",
    "From ivan@example.com Mon, 1 Jan 2026 00:00:00 +0000",
    "From ivan@example.com 2026-01-01 00:00:00",
    "From ivan@example.com Пн янв 1 00:00:00 2026",
    "From MAILER-DAEMON Mon Jan  1 00:00 2026",
    "From ivan@example.com Mon Jan  1 00:00:00 MSK 2026 remote from example",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("postmark", POSTMARKS)
def test_letters_behind_the_from_lines_of_other_programs_are_all_found(tmp_path: Path, postmark: str, end: str) -> None:
    text = "".join(f"{postmark}\nX-Mozilla-Status: 0001\nSubject: {n}\n\nText {n}\n\n" for n in range(5))
    (tmp_path / "box").write_bytes(text.rstrip("\n").replace("\n", end).encode())
    letters = list(gp.Mbox(tmp_path / "box"))
    assert [(one.subject, one.text) for one in letters[:4]] == [(f"{n}", f"Text {n}\n") for n in range(4)]
    assert letters[4].text == "Text 4" and not any(one.warnings for one in letters)


@pytest.mark.parametrize(
    "paragraph",
    [
        "From Moscow with love\nwe write",
        "From Moscow with love\nNote: we write",
        "From here to there.",
        "From \nhere",
        "From ivan@example.com\nhttps://example.com",
        ">From \nSubject: x",
    ],
)
def test_paragraph_that_begins_with_from_is_text(tmp_path: Path, paragraph: str) -> None:
    (tmp_path / "box").write_bytes(f"From \nSubject: a\n\nHello\n\n{paragraph}\n".encode())
    [one] = gp.Mbox(tmp_path / "box")
    assert one.text == f"Hello\n\n{paragraph.removeprefix('>')}\n"


def test_from_line_within_the_length_that_a_letter_names_is_its_own(tmp_path: Path) -> None:
    body = "Hello\n\nFrom ivan\nSubject: quoted\n\nBye\n"
    second = "From olga\nSubject: b\n\nlast\n"
    for length in (len(body), len(body) + 1):  # with the empty line behind it, and without
        (tmp_path / "box").write_text(f"From ivan\nContent-Length: {length}\nSubject: a\n\n{body}\n{second}")
        assert [(one.subject, one.text) for one in gp.Mbox(tmp_path / "box")] == [("a", body), ("b", "last\n")]
    for wrong in (len(body) - 3, 10**9, 0):
        (tmp_path / "box").write_text(f"From ivan\nContent-Length: {wrong}\nSubject: a\n\n{body}\n{second}")
        assert [one.subject for one in gp.Mbox(tmp_path / "box")] == ["a", "quoted", "b"]


def test_mbox_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"\xef\xbb\xbfFrom \nSubject: a\n\none\n\nFrom \nSubject: b\n\ntwo")
    assert [(one.subject, one.text) for one in gp.Mbox(tmp_path / "box")] == [("a", "one\n"), ("b", "two")]


def test_empty_lines_before_the_first_letter_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"\n\r\nFrom - Mon Jan  1 00:00:00 2026\nSubject: a\n\nb\n")
    assert [one.subject for one in gp.Mbox(tmp_path / "box")] == ["a"]


def test_mbox_whose_lines_end_in_cr_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"From - Mon Jan  1 00:00:00 2026\rSubject: a\r\rb\r")
    with pytest.raises(gp.InputError, match="end in CR alone"):
        list(gp.Mbox(tmp_path / "box"))


def test_letter_added_to_a_crlf_mbox_has_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"From - Mon Jan  1 00:00:00 2026\r\nSubject: old\r\n\r\nbody\r\n")
    box = gp.Mbox(tmp_path / "box")
    box.add(raw := b"Subject: new\r\n\r\nFrom here\r\r\n")
    assert b"\n" not in box.path.read_bytes().replace(b"\r\n", b"")
    assert [one.subject for one in box] == ["old", "new"] and bytes(list(box)[1]) == raw


def test_mbox_ends_the_last_line_of_a_letter_and_makes_crlf_of_a_lone_lf(tmp_path: Path) -> None:
    box = gp.Mbox(tmp_path / "box")
    box.add(b"Subject: a\r\n\r\none\ntwo")
    assert [bytes(one) for one in box] == [b"Subject: a\r\n\r\none\r\ntwo\r\n"]


def test_what_is_no_mbox_is_refused_and_what_is_not_there_is_empty(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"Subject: a\n\n")
    with pytest.raises(gp.InputError, match="not an mbox"):
        list(gp.Mbox(tmp_path / "box"))
    assert list(gp.Mbox(tmp_path / "none")) == []


def test_sender_of_a_letter_brings_no_line_of_its_own_into_an_mbox(tmp_path: Path) -> None:
    box = gp.Mbox(tmp_path / "box")
    box.add(b"From: x <a b\x0bc@x>\r\nSubject: a\r\n\r\n")
    box.add(b"no header")
    assert len(list(box)) == 2 and box.path.read_bytes().count(b"From MAILER-DAEMON ") == 1


# --- maildir -----------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(raws=st.lists(WIRE, min_size=1, max_size=4))
def test_any_letters_come_back_from_a_maildir_byte_for_byte(
    raws: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = gp.Maildir(tmp_path_factory.mktemp("maildir"))
    keys = [box.add(raw) for raw in raws]
    assert [bytes(box[key]) for key in keys] == raws
    assert sorted(box.keys()) == sorted(keys) and len(box) == len(raws)
    assert sorted(bytes(one) for one in box) == sorted(raws)


def test_maildir_and_the_standard_library_see_the_same_letters_and_flags(tmp_path: Path) -> None:
    ours = gp.Maildir(tmp_path / "box")
    theirs = mailbox.Maildir(str(tmp_path / "box"))
    key = ours.add(letter(1), flags="SR")
    new = ours.add(letter(2))
    assert theirs[key].get_flags() == "RS" and theirs[key].get_subdir() == "cur"
    assert (
        theirs[new].get_subdir() == "new"
        and email.message_from_bytes(theirs.get_bytes(new), policy=policy.default)["Subject"] == "Счёт 2"
    )
    told = mailbox.MaildirMessage(bytes(letter(3)))
    told.set_subdir("cur")
    told.add_flag("F")
    from_them = theirs.add(told)
    assert ours[from_them].subject == "Счёт 3" and ours.flags(from_them) == "F"
    ours.set_flags(new, "S")
    assert theirs[new].get_flags() == "S"
    ours.remove(key)
    assert key not in ours and set(ours.keys()) == {new, from_them} == set(theirs.keys())


@pytest.mark.parametrize(
    ("info", "flags", "after"),
    [("Sab", "F", "Fab"), ("Sab", "", "ab"), ("FS,x=S", "S", "S,x=S"), ("FSXa", "RS", "RSXa"), ("", "S", "S")],
)
def test_flags_and_keywords_of_other_programs_stay_when_a_letters_flags_are_set(
    tmp_path: Path, info: str, flags: str, after: str
) -> None:
    box = gp.Maildir(tmp_path)
    (tmp_path / "cur" / f"k:2,{info}").write_bytes(bytes(letter()))
    box.set_flags("k", flags)
    assert [one.name for one in (tmp_path / "cur").iterdir()] == [f"k:2,{after}"]
    assert box.flags("k") == flags
    box.set_flags("k", box.flags("k") + "T")
    assert box.flags("k") == f"{flags}T"


def test_maildir_refuses_flags_it_does_not_know_and_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(gp.InputError, match="flags takes one or several of D, F, P, R, S, T, not '/X'"):
        gp.Maildir(tmp_path).add(letter(), flags="/X")
    with pytest.raises(gp.InputError, match="not a maildir"):
        gp.Maildir(tmp_path / "none", create=False)
    with pytest.raises(KeyError):
        gp.Maildir(tmp_path)["none"]
    assert list((tmp_path / "tmp").iterdir()) == []


# --- .eml and the standard library's messages --------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=300))
def test_eml_file_is_read_and_written_byte_for_byte(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("eml")
    (folder / "a.eml").write_bytes(raw)
    assert gp.Message.load(folder / "a.eml").save(folder / "b.eml").read_bytes() == raw


def test_messages_of_the_standard_library_old_and_new_go_into_mailboxes(tmp_path: Path) -> None:
    modern = EmailMessage()
    modern["From"], modern["Subject"] = "ivan@example.com", "Новое"
    modern.set_content("Тело\n")
    old = email.message_from_bytes(bytes(letter(7)))
    for box in (gp.Mbox(tmp_path / "box"), gp.Maildir(tmp_path / "dir")):
        box.add(modern)
        box.add(old)
        assert {one.subject for one in box} == {"Новое", "Счёт 7"}
