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


def wide_list(tmp_path: Path, columns: int) -> object:
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{n}" for n in range(columns))
    path.write_text(f"email,{names}\na@b.ru" + "," * columns + "\n")
    return list(read_recipients(path))


def test_a_list_of_many_columns_takes_time_in_proportion(tmp_path: Path) -> None:
    assert any(grows_in_proportion(lambda n: wide_list(tmp_path, n)) for _ in range(3))
