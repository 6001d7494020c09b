"""What a letter's fields take, and the words where they are given something else."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from gatepost import dkim


def letter(**fields: Any) -> gp.Message:
    return gp.Message(**{"from_": "ivan@example.com", "to": "olga@example.com", "text": "x", **fields})


def answer(message_id: bytes) -> gp.Message:
    raw = b"From: a@b.ru\r\nMessage-ID: " + message_id + b"\r\nReferences: <1> <first@x.ru>\r\n\r\nx"
    return letter(in_reply_to=gp.Message.parse(raw))


# --- one or several ----------------------------------------------------------------------------------------------


def test_a_name_and_bytes_are_one_file_even_where_a_file_has_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("счёт.pdf").write_bytes(b"on disk")
    [attached] = letter(attachments=("счёт.pdf", b"in memory")).attachments
    assert (attached.name, attached.data) == ("счёт.pdf", b"in memory")
    Path("b.txt").write_bytes(b"b")
    assert [one.data for one in letter(attachments=("счёт.pdf", "b.txt")).attachments] == [b"on disk", b"b"]


@pytest.mark.parametrize("field", ["to", "cc", "bcc", "reply_to"])
def test_a_name_and_an_address_are_one_address(field: str) -> None:
    [one] = getattr(letter(**{field: ("Иванов, Пётр", "p@example.com")}), field)
    assert (one.name, one.address) == ("Иванов, Пётр", "p@example.com")
    assert getattr(letter(**{field: ("a@x.ru", "b@x.ru")}), field) == ["a@x.ru", "b@x.ru"]


def test_a_name_cut_at_its_comma_is_told_to_need_quotes() -> None:
    with pytest.raises(gp.InputError, match="a name with a comma must be in quotes"):
        letter(to="Иванов, Пётр <p@example.com>")


# --- answering a letter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd", [b"<12345>", b"<abc def@x>", b'<"x y"@z>', "<письмо@x>".encode(), b"<a\x01b@c>", b"<@x>"]
)
def test_a_letter_whose_id_no_letter_may_have_can_be_answered(odd: bytes) -> None:
    ours = answer(odd)
    assert (ours.in_reply_to, ours.references) == ([], ["first@x.ru"])


def test_a_letter_with_a_good_id_is_named_by_its_answer() -> None:
    ours = answer(b"<second@x.ru>")
    assert (ours.in_reply_to, ours.references) == (["second@x.ru"], ["first@x.ru", "second@x.ru"])


def test_an_id_that_was_typed_is_refused() -> None:
    with pytest.raises(gp.InputError, match="in_reply_to"):
        letter(in_reply_to="12345")


# --- things of another kind --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"attachments": 5}, "attachments takes a file or a list of them, not 5"),
        ({"attachments": [5]}, r"attachments\[0\]: "),
        ({"attachments": b"x"}, "attachments: bytes need a name"),
        ({"attachments": [b"x"]}, r"attachments\[0\]: bytes need a name"),
        ({"attachments": [("", b"x")]}, r"attachments\[0\]: bytes need a name"),
        ({"attachments": [(1, b"x")]}, r"attachments\[0\]: name takes a str, not 1"),
        ({"headers": 5}, "headers takes a mapping or .*, not 5"),
        ({"headers": "X: y"}, "headers takes a mapping or .*, not 'X: y'"),
        ({"headers": ["X: y"]}, r"headers\[0\] takes a \(name, value\) pair, not 'X: y'"),
        ({"headers": [("X", "y", "z")]}, r"headers\[0\] takes a \(name, value\) pair"),
        ({"inline": ["a.py"], "html": "x"}, "inline takes a mapping of names to files"),
        ({"inline": {"": b"x"}, "html": "x"}, "inline: a name is empty"),
        ({"inline": {"a": b"x"}}, "inline: there is no html"),
        ({"inline_images": 5, "html": "x"}, "inline_images takes True or a folder, not 5"),
        ({"date": True}, "date takes a datetime or Unix seconds, not True"),
        ({"message_id": "письмо@пример.рф"}, "message_id: .*only ASCII"),
        ({"list_unsubscribe": "<https://example.com>"}, "list_unsubscribe: .*without '<' and '>'"),
        ({"list_unsubscribe": "https://пример.рф"}, "list_unsubscribe: .*A-label"),
    ],
)
def test_a_field_of_another_kind_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(gp.InputError, match=said):
        letter(**fields)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"domain": 5}, "domain"),
        ({"selector": 5}, "selector"),
        ({"key": 5}, "key takes"),
        ({"identity": 5}, "identity"),
        ({"valid_for": float("nan")}, "valid_for"),
        ({"valid_for": "day"}, "valid_for"),
    ],
)
def test_a_signers_argument_of_another_kind_is_named(changes: dict[str, Any], said: str) -> None:
    fields = {"domain": "example.com", "selector": "s", "key": gp.DkimKey.generate("ed25519"), **changes}
    with pytest.raises(gp.InputError, match=said):
        gp.DkimSigner(**fields)


def test_what_is_no_letter_is_neither_signed_nor_verified() -> None:
    signer = gp.DkimSigner("example.com", "s", gp.DkimKey.generate("ed25519"))
    for use in (signer.sign, dkim.verify, dkim.verify_arc, lambda raw: dkim.seal_arc(raw, signer, "x; none")):
        with pytest.raises(gp.InputError, match="raw takes the bytes of a letter, not 'a text'"):
            use("a text")


def test_what_is_no_key_is_refused_unseen() -> None:
    for make in (lambda: gp.DkimKey(5), lambda: gp.DkimKey.load(5), lambda: gp.DkimKey.generate("rsa", bits="many")):
        with pytest.raises(gp.InputError):
            make()
    with pytest.raises(gp.InputError) as caught:
        gp.DkimKey("x", passphrase=12345)  # type: ignore[arg-type]
    assert "12345" not in str(caught.value)


def test_a_maildir_in_a_files_place_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    for path in (file, file / "below"):
        with pytest.raises(gp.InputError, match="cannot be a maildir"):
            gp.Maildir(path)
    for kind in (gp.Maildir, gp.Mbox):
        with pytest.raises(gp.InputError, match="path"):
            kind(5)


def test_a_message_of_the_standard_library_is_told_how_to_be_sent(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        with pytest.raises(gp.InputError, match=r"not EmailMessage; Message\.from_email"):
            mailer.send(EmailMessage())  # type: ignore[arg-type]
        with pytest.raises(gp.InputError, match="message takes a Message or the bytes of a letter, not 5"):
            mailer.send(5, from_="a@x.ru", to="b@x.ru")  # type: ignore[arg-type]


# --- what goes out -----------------------------------------------------------------------------------------------


def test_a_letter_in_lf_is_announced_with_the_size_that_it_has(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(gp.Message.parse(b"From: a@b.ru\nTo: o@example.com\n\nx\n"))
    [received] = sink.wait(1)
    assert f"SIZE={len(received.raw)}" in received.envelope.mail_params
    assert not [warning for session in sink.sessions for warning in session.warnings if "SIZE" in warning]


def test_a_recipient_beyond_ascii_is_the_reason_where_the_server_knows_neither_extension() -> None:
    said = "the address is not ASCII and the server does not offer SMTPUTF8"
    with (
        gp.Sink(protocol=gp.SinkProtocol(without_extensions=("SMTPUTF8", "8BITMIME"))) as sink,
        gp.Mailer(sink.account()) as mailer,
        pytest.raises(gp.SendError, match=said),
    ):
        mailer.send(letter(to="ольга@пример.рф"))


# --- pictures ----------------------------------------------------------------------------------------------------


def test_pictures_of_srcset_and_styles_become_parts(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    ours = letter(
        html="<img src=a.png srcset='a.png 1x, a.png 2x, https://x.ru/b.png 3x'>"
        "<p style=\"font: 'A'; background: URL('a.png') #fff\"><p style='mask:url(#m); x:url(https://x.ru)'>&amp;",
        inline_images=tmp_path,
    )
    cid = "cid:picture1@letter"
    assert ours.html == (
        f'<img src="{cid}" srcset="{cid} 1x, {cid} 2x, https://x.ru/b.png 3x">'
        f"<p style=\"font: &#x27;A&#x27;; background: url({cid}) #fff\"><p style='mask:url(#m); x:url(https://x.ru)'>&amp;"
    )
    assert list(ours.inline) == ["picture1@letter"] and ours.warnings == []


def test_a_picture_by_a_file_url_is_refused() -> None:
    with pytest.raises(gp.InputError, match=r"html: picture 'file:///a\.png': "):
        letter(html="<img src='file:///a.png'>", inline_images=True)


def test_a_cid_that_names_no_part_is_told() -> None:
    html = "<img src='cid:logo'><p style='background:url(cid:нет)'><img src='cid:нет'>"
    assert letter(html=html, inline={"logo": b"\x89PNG"}).warnings == [
        "the html shows 'cid:нет', which is not a part of the letter"
    ]


@pytest.mark.parametrize("address", ["\r\nx@b.c", "x@b.c\r\n", "\rx@b.c", "x@b.c\n", "\0x@b.c"])
@pytest.mark.parametrize("field", ["from_", "to", "reply_to", "sender"])
def test_a_line_end_at_the_edge_of_an_address_is_refused_in_every_form(field: str, address: str) -> None:
    for given in (address, ("n", address)):
        with pytest.raises(gp.InputError, match=field):
            gp.Message(**{"from_": "a@b.ru", "to": "c@d.ru", "text": "t", field: given})


@pytest.mark.parametrize("envelope", [{"from_": "\r\nx@b.c"}, {"to": "a@b.ru\r\n"}, {"to": ["\ra@b.ru"]}])
def test_a_line_end_at_the_edge_of_an_envelope_address_is_refused(envelope: dict[str, Any], sink: gp.Sink) -> None:
    letter = gp.Message(from_="a@b.ru", to="c@d.ru", text="t")
    with gp.Mailer(sink.account()) as mailer, pytest.raises(gp.InputError, match=next(iter(envelope))):
        mailer.send(letter, **envelope)
    assert len(sink.letters) == 0
