"""Four times as much of a stranger's input takes a reader about four times as long, not sixteen times."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.campaigns.lists.recipients import read_recipients
from gatepost.dns.organisation import dmarc_tags
from gatepost.domains.checks import transport
from gatepost.domains.spf_record import SpfSyntaxError, parse_spf
from gatepost.domains.sts_policy import parse_policy
from gatepost.message.blind_copies import without_blind_copies
from gatepost.message.inline_images import Pictures, take_pictures
from gatepost.message.plain_text import to_text

_POLICY = "version: STSv1\nmode: enforce\nmax_age: 1\n"
_ICS = "BEGIN:VCALENDAR\nMETHOD:REQUEST\n{}\nEND:VCALENDAR"


def style(value: str) -> object:
    return take_pictures(f"<p style='{value}'>", ".", Pictures({}))


def letter(header: bytes) -> object:
    read = gp.Message.parse(header + b"\r\nX-End: 1\r\n\r\nx")
    return read.to, read.subject, read.references, read.parts


def body(text: bytes, kind: bytes = b"multipart/mixed; boundary=b") -> object:
    return gp.Message.parse(b"Content-Type: " + kind + b"\n\n" + text).text


READERS: dict[str, Callable[[int], object]] = {
    "urls of a style without an end": lambda n: style("url(a" * n),
    "urls of a style with blanks": lambda n: style("url( " * n),
    "quoted urls of a style": lambda n: style('url("' * n),
    "blanks in a url of a style": lambda n: style("url(" + " " * n),
    "candidates of a srcset": lambda n: take_pictures(f"<img srcset='{'#a,' * n}#b'>", ".", Pictures({})),
    "a policy line of blanks": lambda n: parse_policy(_POLICY + "a:" + " " * n + "x" + " " * n),
    "a policy line without a colon": lambda n: parse_policy(_POLICY + "a" * n),
    "an MX of a policy": lambda n: parse_policy(_POLICY + "mx: " + "a." * n + "!"),
    "macros of SPF": lambda n: parse_spf("v=spf1 exists:" + "%{d}" * n + ".x.y"),
    "prefixes of SPF": lambda n: parse_spf("v=spf1 a:a.b" + "/1" * n + "x"),
    "a record of MTA-STS": lambda n: transport._STS.fullmatch("v=STSv1;" + "; " * n + "x"),
    "a record of TLS-RPT": lambda n: transport._RPT.fullmatch("v=TLSRPTv1; " + "rua=mailto:;" * n),
    "tags of DMARC": lambda n: dmarc_tags("v=DMARC1;" + "a=b;" * n),
    "a long calendar line": lambda n: gp.Calendar(_ICS.format("A:" + "ж" * n)),
    "folds of a calendar": lambda n: gp.Calendar(_ICS.format("A:" + "\n " * n)),
    "calendar lines": lambda n: gp.Calendar(_ICS.format("A:b\n" * n)),
    "tags of html": lambda n: to_text("<a " * n),
    "comments of html": lambda n: to_text("<!--" * n),
    "scripts of html": lambda n: to_text("<script>" * n),
    "folds of a blind copy": lambda n: without_blind_copies(b"Bcc:" + b"\r\n " * n),
    "addresses": lambda n: letter(b"To: " + b"a@b.ru, " * n),
    "comments of addresses": lambda n: letter(b"To: " + b"(" * n),
    "routes of addresses": lambda n: letter(b"To: " + b"<@a," * n),
    "comments within addresses": lambda n: letter(b"To: " + b"a.(x)" * n),
    "addresses without commas": lambda n: letter(b"To: " + b"a <b@c.ru> " * n),
    "groups within groups": lambda n: letter(b"To: " + b"a:" * n),
    "quoted words of a local part": lambda n: letter(b"To: " + b'"a".' * n + b"@x.ru"),
    "lines of a header that are no field": lambda n: letter(b"A: b\r\n" + b"no field\r\n" * n),
    "lines that look like boundaries": lambda n: body(b"--c\n--c--\n" * n),
    "multiparts with wrong boundaries": lambda n: body(b"--b\nContent-Type: multipart/mixed; boundary=z\n\nx\n" * n),
    "multiparts within each other": lambda n: body(b"--y\nContent-Type: multipart/mixed; boundary=z\n\n" * n),
    "escapes of Japanese": lambda n: body(b'\x1b$B$"\x1b(B' * n, b"text/plain; charset=iso-2022-jp"),
    "pairs of Chinese": lambda n: body(b"\xa1\x45\xa4\xa4" * n, b"text/plain; charset=big5"),
    "broken UTF-8": lambda n: body(b"\xd0\x9f\xe2\x82 " * n, b"text/plain; charset=utf-8"),
    "encoded-words": lambda n: letter(b"Subject: " + b"=?utf-8?q?a?= " * n),
    "beginnings of encoded-words": lambda n: letter(b"Subject: " + b"=?utf-8?q?" * n),
    "parameters": lambda n: letter(b"Content-Type: text/plain" + b"; a=b" * n),
    "references": lambda n: letter(b"References: " + b"<" * n),
    "replies": lambda n: gp.explain("550 " + "5.7.1 <a@b.ru> http://x " * n),
}


def seconds(read: Callable[[int], object], size: int) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        with suppress(gp.InputError, ValueError, SpfSyntaxError):
            read(size)
        best = min(best, time.process_time() - begin)
    return best


def grows_in_proportion(read: Callable[[int], object]) -> bool:
    size, before = 2000, seconds(read, 2000)
    while before < 0.004 and size < 200_000:
        size *= 4
        before = seconds(read, size)
    assert before < 2, f"{size} pieces take {before:.1f} s"
    return before < 0.004 or seconds(read, 4 * size) < 11 * before


@pytest.mark.parametrize("name", READERS)
def test_a_reader_of_strangers_input_takes_time_in_proportion(name: str) -> None:
    assert any(grows_in_proportion(READERS[name]) for _ in range(3))  # a busy machine may disturb a look or two


def mbox(tmp_path: Path, text: bytes) -> object:
    path = tmp_path / "box"
    path.write_bytes(b"From \nContent-Length: 10\nSubject: a\n\n" + text)
    return [one.subject for one in gp.Mbox(path)]


@pytest.mark.parametrize("line", [b"From x\n", b"\nFrom Ivan there\n", b"\nFrom \nX: y\n\n", b"From " + b"Mon " * 99])
def test_an_mbox_of_from_lines_takes_time_in_proportion(line: bytes, tmp_path: Path) -> None:
    assert any(grows_in_proportion(lambda n: mbox(tmp_path, line * (n // 10))) for _ in range(3))


def wide_list(tmp_path: Path, columns: int) -> object:
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{n}" for n in range(columns))
    path.write_text(f"email,{names}\na@b.ru" + "," * columns + "\n")
    return list(read_recipients(path))


def test_a_list_of_many_columns_takes_time_in_proportion(tmp_path: Path) -> None:
    assert any(grows_in_proportion(lambda n: wide_list(tmp_path, n)) for _ in range(3))
