"""Files of every media type: what `mimetypes` knows, and what RFC 6838 allows."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import pytest

import gatepost as gp
from letters import by_stdlib, letter

LONG = f"{'a' * 127}/{'b' * 127}"
mimetypes.init()  # else the map has what Python knows, and later what the system does
TYPES = dict(mimetypes.types_map)


@pytest.mark.parametrize("of_bytes", [True, False], ids=["bytes", "file"])
def test_a_file_of_every_type_that_mimetypes_knows_is_attached_and_read_back(of_bytes: bool, tmp_path: Path) -> None:
    assert len(TYPES) > 100
    for extension, kind in sorted(TYPES.items()):
        name = f"file{extension}"
        data = b"Subject: a letter\r\n\r\nits text\r\n" if kind.startswith("message/") else b"\x00\xff" + kind.encode()
        (tmp_path / name).write_bytes(data)
        guessed = mimetypes.guess_type(name) == (kind, None)  # "a.1905.1" is taken for a ".1"
        source = data if of_bytes else tmp_path / name
        one = gp.Attachment(source, name=name, type=None if guessed else kind)
        [part] = by_stdlib(letter(attachments=one)).iter_attachments()
        sent = "application/octet-stream" if kind.startswith("multipart/") else kind.lower()  # that is no single file
        assert (part.get_content_type(), part.get_filename()) == (sent, name)
        if kind.startswith("message/"):
            assert part.get_payload(0)["Subject"] == "a letter"  # type: ignore[union-attr,index]
        else:
            assert part.get_payload(decode=True) == data


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template"),
        ("a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.bin", LONG),
        ("a.bin", "x!#$&-^_.+9/" + "a" * 127),
        ("a.bin", "application/x-a'b%c*d~e"),
    ],
)
def test_a_type_as_long_as_rfc_6838_allows_is_taken(name: str, kind: str) -> None:
    one = gp.Attachment(b"x", name=name, type=kind)
    [part] = by_stdlib(letter(attachments=[one])).iter_attachments()
    assert part.get_content_type() == kind
    assert max(map(len, bytes(letter(attachments=[one])).split(b"\r\n"))) <= 998
    [read] = gp.Message.parse(bytes(letter(attachments=[one]))).attachments
    assert (read.type, read.name) == (kind, name)


@pytest.mark.parametrize("kind", ["a" * 128 + "/b", "a/" + "b" * 128, "a", "a/", "/b", "a/b c", "a/(b)", "multipart/x"])
def test_a_type_that_no_part_can_have_is_refused(kind: str) -> None:
    with pytest.raises(gp.InputError, match=r"attachments\[0\]: type: "):
        letter(attachments=[gp.Attachment(b"x", name="a", type=kind)])


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("text/csv; charset=utf-8; header=present", {"charset": "utf-8", "header": "present"}),
        ('text/x; a="b;c=d"; e=f', {"a": "b;c=d", "e": "f"}),
        ('text/x; a="say \\"yes\\" \\\\ ;"', {"a": 'say "yes" \\ ;'}),
        (f"text/x; profile={'p' * 300}", {"profile": "p" * 300}),
        (f'text/x; profile="{"p q " * 100}"', {"profile": "p q " * 100}),
        (f"{LONG}; {'n' * 30}={'v' * 300}", {"n" * 30: "v" * 300}),
        ("text/x;;a=b;", {"a": "b"}),
    ],
)
def test_parameters_of_a_type_come_back(kind: str, parameters: dict[str, str]) -> None:
    message = letter(attachments=[gp.Attachment(b"x", name="a.txt", type=kind)])
    [part] = by_stdlib(message).iter_attachments()
    found = dict(part["Content-Type"].params)
    assert found.pop("name") == "a.txt"
    assert found == parameters
    assert max(map(len, bytes(message).split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "kind", ['a/b; c="d', 'a/b; c="d"e', "a/b; c", "a/b; c=", "a/b; =d", "a/b; c=d e", "a/b; name=c"]
)
def test_a_malformed_parameter_is_refused(kind: str) -> None:
    with pytest.raises(gp.InputError, match="type: "):
        letter(attachments=[gp.Attachment(b"x", name="a", type=kind)])


@pytest.mark.parametrize(
    "guessed", ["multipart/x-zip", "a" * 128 + "/b", "no type", "a/b; c=d", "a/b/c", ".a/b", "a/ж"]
)
def test_a_guess_that_is_no_legal_type_becomes_octet_stream(guessed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".odd", guessed)
    if mimetypes._db is not None:  # type: ignore[attr-defined]
        monkeypatch.setitem(mimetypes._db.types_map[True], ".odd", guessed)  # type: ignore[attr-defined]
    [part] = by_stdlib(letter(attachments=("a.odd", b"x"))).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
