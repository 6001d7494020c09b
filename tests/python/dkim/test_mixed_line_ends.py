"""A letter whose lines end in CRLF, LF and CR at once is signed as it is sent; dkimpy verifies what a sink received."""

from __future__ import annotations

import itertools

import dkim as dkimpy
import pytest
from dkim_keys import key_of, table_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import gatepost as gp

FORMS = list(itertools.product(("simple", "relaxed"), repeat=2))
HEADER = ["From: ivan@example.com", "To: olga@example.net", "Subject: a folded", " subject", "Message-ID: <1@x.ru>"]
BODY = ["Dear Olga,", "", ".", "..dots", "  spaces  ", "From me", "", ""]

ends = st.sampled_from(["\r\n", "\n", "\r"])


def mixed(line_ends: list[str], lines: list[str] | None = None) -> bytes:
    """A letter with these line ends in turn, and CRLF once they are used up. The blank line is a line of its own kind:
    behind "\\r" an "\\n" would make one line end of two."""
    out = ""
    given_ends = iter(line_ends)
    for line in [*HEADER, "", *(BODY if lines is None else lines)]:
        end = next(given_ends, "\r\n")
        out += line + ("\r\n" if out.endswith("\r") and not line and end == "\n" else end)
    return out.encode()


def signer(form: tuple[str, str], kind: str = "ed25519") -> gp.DkimSigner:
    return gp.DkimSigner("example.com", "s", key_of(kind), header=form[0], body=form[1])


def verified(raw: bytes, one: gp.DkimSigner) -> None:
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    [ours] = gp.dkim.verify(raw, table_of(one))
    assert ours.passed, ours
    assert dkimpy.verify(raw, dnsfunc=lambda name, timeout=5: table_of(one).get(name.decode().rstrip("."), "").encode())


@example(line_ends=["\n"] * 14)
@example(line_ends=["\r"] * 14)
@example(line_ends=["\n", "\r\n", "\r"] * 5)
@example(line_ends=["\r\n"] * 6 + ["\n", "\r"] * 4)
@settings(max_examples=60, deadline=None)
@given(line_ends=st.lists(ends, max_size=14))
def test_what_a_signer_gives_back_has_crlf_alone_and_verifies(line_ends: list[str]) -> None:
    for form in FORMS:
        one = signer(form)
        verified(one.sign(mixed(line_ends)), one)


@pytest.mark.parametrize("form", FORMS, ids="/".join)
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("chunking", [False, True], ids=["DATA", "BDAT"])
def test_what_a_sink_receives_verifies(form: tuple[str, str], kind: str, chunking: bool) -> None:
    one = signer(form, kind)
    letters = [mixed(["\r\n"] * 6 + ["\n", "\r"] * 4), mixed(["\n", "\r\n", "\r"] * 5), mixed(["\n"] * 6), mixed([])]
    with gp.Sink() as sink, gp.Mailer(gp.Account(sink.url, dkim=one, chunking=chunking)) as mailer:
        for raw in letters:
            assert mailer.send(raw, from_="ivan@example.com", to="olga@example.net").ok
        assert all(mailer.send_many([gp.Message.parse(raw) for raw in letters]))
        for received in sink.wait(8):
            verified(received.raw, one)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line_ends=st.lists(ends, min_size=6, max_size=14), lines=st.lists(st.sampled_from(BODY), max_size=8))
def test_whatever_the_mixture_a_sink_receives_what_verifies(
    line_ends: list[str], lines: list[str], sink: gp.Sink
) -> None:
    one = signer(("simple", "simple"))
    sink.clear()
    with gp.Mailer(gp.Account(sink.url, dkim=one)) as mailer:
        mailer.send(mixed(line_ends, lines), from_="ivan@example.com", to="olga@example.net")
    verified(sink.wait(1)[0].raw, one)


def test_a_letter_of_a_campaign_verifies(sink: gp.Sink, tmp_path) -> None:  # type: ignore[no-untyped-def]
    one = signer(("simple", "simple"))
    template = gp.Template(subject="x", text="a {{ name }}\rb\nc\r\n.d\r")
    campaign = gp.Campaign(
        "c",
        template=template,
        recipients=[{"email": "olga@example.net", "name": "O\rl\ng\r\na"}],
        from_="ivan@example.com",
        accounts=[gp.Account(sink.url, dkim=one)],
        store=str(tmp_path / "c.db"),
    )
    campaign.run()
    verified(sink.wait(1)[0].raw, one)


def test_a_binary_letter_keeps_its_body_and_verifies(sink: gp.Sink) -> None:
    one = signer(("simple", "simple"))
    body = b"a\nb\rc\x00\xff\r\n"
    header = "\n".join(["From: ivan@example.com", "Content-Transfer-Encoding: binary", "X: y\r\n"]).encode()
    with gp.Mailer(gp.Account(sink.url, dkim=one)) as mailer:
        result = mailer.send(
            header + b"\r\n" + body, from_="ivan@example.com", to="o@x.ru", requests=gp.SendRequests(binary=True)
        )
    assert result.ok
    raw = sink.wait(1)[0].raw
    assert raw.endswith(b"\r\n\r\n" + body)
    assert [found.status for found in gp.dkim.verify(raw, table_of(one))] == ["pass"]


def test_a_seal_is_made_of_the_lines_that_are_sent() -> None:
    one = signer(("relaxed", "relaxed"))
    raw = gp.dkim.seal_arc(mixed(["\n", "\r\n", "\r"] * 5), one, "mx.example.net; none", chain="none")
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    assert gp.dkim.verify_arc(raw, table_of(one)).passed
