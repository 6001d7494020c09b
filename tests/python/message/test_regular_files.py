"""Whatever opens a path that a user gave reads regular files alone, and never waits for another kind."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from gatepost import files
from gatepost.campaigns.lists.recipients import read_recipients
from gatepost.campaigns.template import parts
from letters import letter


@pytest.fixture
def other_kinds(tmp_path: Path) -> Iterator[list[Path]]:
    fifo, folder, listening = tmp_path / "fifo.csv", tmp_path / "folder.csv", tmp_path / "socket.csv"
    os.mkfifo(fifo)
    folder.mkdir()
    link = tmp_path / "link.csv"
    link.symlink_to(fifo)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(listening))
        yield [fifo, folder, listening, link, *map(Path, ("/dev/zero", "/dev/null", "/dev/tty"))]


ENDLESS = [Path("/proc/self/pagemap"), Path("/proc/self/mem"), Path("/proc/cpuinfo"), Path("/proc/self/environ")]
DOORS: dict[str, Callable[[Path], Any]] = {
    "attachment": gp.Attachment,
    "attachments": lambda path: letter(attachments=path),
    "list of attachments": lambda path: letter(attachments=[path]),
    "mapping of attachments": lambda path: letter(attachments={"a.txt": path}),
    "inline": lambda path: letter(html="<img src='cid:a'>", inline={"a": path}),
    "inline_images": lambda path: letter(html=f"<img src='{path.name}'>", inline_images=path.parent),
    "calendar": lambda path: letter(calendar=path),
    "load": gp.Message.load,
    "key": gp.DkimKey.load,
    "signer": lambda path: gp.DkimSigner("example.com", "s", path),
    "template html": lambda path: gp.Template.from_files(subject="x", html=path),
    "template text": lambda path: gp.Template.from_files(subject="x", text=path),
    "campaign attachment": parts.static_attachment,
    "campaign inline": lambda path: parts.inline_part("a", path),
    "list": read_recipients,
    "store": lambda path: gp.History(str(path)),
    "mbox": lambda path: list(gp.Mbox(path)),
    "mbox to write": lambda path: gp.Mbox(path).add(letter()),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_regular_file_is_refused_by_name(door: str, other_kinds: list[Path]) -> None:
    for path in other_kinds:
        with pytest.raises((gp.InputError, gp.StoreError, IsADirectoryError)) as refusal:
            DOORS[door](path)
        assert path.name in str(refusal.value)


@pytest.mark.parametrize("door", [door for door in DOORS if "mbox to write" not in door and "store" not in door])
def test_what_the_system_makes_up_as_it_is_read_is_refused_by_name(door: str, tmp_path: Path) -> None:
    for path in filter(Path.exists, ENDLESS):
        link = tmp_path / f"{path.name}.csv"
        link.symlink_to(path)
        with pytest.raises(gp.InputError) as refusal:
            DOORS[door](path if door == "inline_images" else link)
        assert path.name in str(refusal.value)


def test_a_symbolic_link_to_a_regular_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"data")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to("b.txt")
    [one] = letter(attachments=tmp_path / "c.txt").attachments
    assert (one.name, one.data) == ("c.txt", b"data")


@pytest.mark.parametrize("size", [0, 1, 57 * 4096 - 1, 57 * 4096, 57 * 4096 + 1, 1_000_000])
def test_a_file_of_any_size_is_read_whole(size: int, tmp_path: Path) -> None:
    data = os.urandom(size)
    (tmp_path / "a.bin").write_bytes(data)
    [one] = gp.Message.parse(bytes(letter(attachments=tmp_path / "a.bin"))).attachments
    assert one.data == data
    assert files.read_bytes(tmp_path / "a.bin") == data


def test_a_file_that_became_a_fifo_since_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    attachment = gp.Attachment(path)
    path.unlink()
    os.mkfifo(path)
    for use in (attachment.part, lambda: attachment.data, lambda: letter(attachments=[attachment])):
        with pytest.raises(gp.InputError, match=r"a\.bin.*is a FIFO"):
            use()


def test_a_file_that_is_not_there_keeps_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(gp.InputError, match=r"nothing\.pdf.*No such file"):
        letter(attachments=tmp_path / "nothing.pdf")
    with pytest.raises(FileNotFoundError) as missing:
        gp.Message.load(tmp_path / "nothing.eml")
    assert missing.value.filename == str(tmp_path / "nothing.eml")


def test_no_descriptor_is_left_open(tmp_path: Path, other_kinds: list[Path]) -> None:
    (tmp_path / "a.bin").write_bytes(b"x")
    before = len(os.listdir("/proc/self/fd"))
    for path in [*other_kinds, *ENDLESS]:
        with pytest.raises(gp.InputError):
            gp.Attachment(path)
    letter(attachments=tmp_path / "a.bin")
    assert len(os.listdir("/proc/self/fd")) == before
