"""Addresses as people and letters write them: no door ever makes another address of one, with Python's reader of RFC
5322 as the judge."""

from __future__ import annotations

import re
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import AddressHeader
from email.parser import BytesHeaderParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import gatepost as gp
from gatepost import _core
from gatepost.campaigns.lists.addresses import wire_address

GLUED = [
    "a@exa(x)mple.com",
    "a@b(.c)om",
    "us(x)er@h.ru",
    "<us(x)er@h.ru>",
    "Ivan <a@exa(x)mple.com>",
    "us er@h.ru",
    "a@exa mple.com",
    'a"b"@x.ru',
    "Mr. ivan@x.ru",
    "a@exa\u00admple.com",
    "a@exa\u200bmple.com",
]
ENCODED = ["=?utf-8?q?ivan=40x.ru?=", "<=?utf-8?q?ivan=40x.ru?=>", "=?utf-8?q?ivan?=@x.ru", "ivan@=?utf-8?q?x.ru?="]
DOUBTFUL = [*GLUED, *ENCODED, "a@x.ru <b@x.ru", "<a@x.ru> <b@x.ru>", "a@x.ru; b@x.ru", "<<a@x.ru>>", "A: B: a@x.ru;;"]


def received(to: str) -> gp.ParsedMessage:
    return gp.Message.parse(f"From: a@example.com\r\nTo: {to}\r\n\r\nx".encode())


@pytest.mark.parametrize("typed", DOUBTFUL)
def test_message_to_an_address_that_may_mean_two_things_is_refused(typed: str) -> None:
    for field in ("to", "cc", "bcc", "reply_to"):
        with pytest.raises(gp.InputError, match=field):
            gp.Message(from_="a@example.com", **{"to": "b@example.com", "text": "x", field: typed})  # type: ignore[arg-type]
    with pytest.raises(gp.InputError, match="from_"):
        gp.Message(from_=typed, to="b@example.com", text="x")
    with pytest.raises(gp.InputError, match="to"):
        gp.Message(from_="a@example.com", to=[("Ivan", typed)], text="x")


@pytest.mark.parametrize("typed", DOUBTFUL)
def test_recipient_of_a_list_or_an_envelope_whose_address_may_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(gp.InputError):
        wire_address(typed)
    with gp.Mailer(gp.Account("smtp://127.0.0.1:1")) as mailer, pytest.raises(gp.InputError, match="to"):
        mailer.send(b"Subject: x\r\n\r\n", from_="a@example.com", to=typed)


def test_recipient_of_a_list_may_have_the_name_in_a_comment() -> None:
    assert wire_address("a@x.ru (Иван)") == ("a@x.ru", "Иван")


@pytest.mark.parametrize("written", [*GLUED, *ENCODED])
def test_received_address_that_may_mean_two_things_stands_as_it_was_written_and_nothing_is_sent_to_it(
    written: str,
) -> None:
    letter = received(written)
    [one] = letter.to
    raw = written.removeprefix("Ivan ").removeprefix("<").removesuffix(">")
    assert one.address == raw and any("To:" in warning for warning in letter.warnings)
    with gp.Sink() as sink, gp.Mailer(sink.account()) as mailer:
        with pytest.raises(gp.InputError, match="to"):
            mailer.send(letter)
        assert mailer.send(letter, to="b@example.com").ok
        assert [one.envelope.to for one in sink.letters] == [["b@example.com"]]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "pete@silly.test"),
        ("jdoe@test  . example", "jdoe@test.example"),
        ("Mary Smith <@node.test:mary@example.net>", "mary@example.net"),
        ("<@node.test,@other.test:mary@example.net>", "mary@example.net"),
        ("a@b(x).c", "a@b.c"),
        ('"a".b@x.ru', "a.b@x.ru"),
        ("a@x.ru (Ivan)", "a@x.ru"),
        ("Ivan P. Petrov <a@x.ru>", "a@x.ru"),
    ],
)
def test_old_forms_of_rfc_5322_are_read_at_every_door(written: str, address: str) -> None:
    assert received(written).recipients == [address]
    assert gp.Message(from_="a@example.com", to=written, text="x").recipients == [address]


def test_groups_within_groups_are_read_and_refused_in_what_is_typed() -> None:
    assert received("A: B: a@x.ru, b@x.ru;, c@x.ru;, d@x.ru").recipients == ["a@x.ru", "b@x.ru", "c@x.ru", "d@x.ru"]
    with pytest.raises(gp.InputError, match="a group within a group"):
        gp.Message(from_="a@example.com", to="A: B: a@x.ru;;", text="x")


def test_sender_of_a_received_letter_is_read_from_its_bytes_not_from_decoded_words() -> None:
    letter = gp.Message.parse(b"Sender: =?utf-8?q?=3Cevil=40x.ru=3E?= <a@b.ru>\r\nFrom: c@d.ru\r\n\r\n")
    assert letter.sender is not None and letter.sender.address == "a@b.ru" and letter.sender.name == "<evil@x.ru>"
    assert gp.Message.parse(b"Sender: us(x)er@h.ru\r\nFrom: c@d.ru\r\n\r\n").envelope_from == "c@d.ru"


# --- the judge ---------------------------------------------------------------------------------------------------

SHREDS = st.lists(
    st.sampled_from(
        [
            *("a", "b", "ivan", "x.ru", "exa", "mple", "com", "@", ".", " ", ",", ";", ":", "<", ">", "(c)", "(", ")"),
            *('"', '"q r"', '"q"', "\\", "[1.2.3.4]", "a@x.ru", "<b@y.ru>", "Ivan P.", "=?utf-8?q?a=40b?=", "@r,@s:"),
        ]
    ),
    max_size=9,
).map("".join)


def theirs(written: str) -> set[str] | None:
    """The addresses that Python's reader finds in a To field, local parts unquoted as ours; None where it breaks."""
    try:
        header = BytesHeaderParser(policy=policy.default).parsebytes(f"To: {written}\r\n\r\n".encode())["To"]
        assert isinstance(header, AddressHeader)
        specs = [one.addr_spec for one in header.addresses]
    except (HeaderParseError, AttributeError, IndexError, ValueError):
        return None
    return {wire for spec in specs if (wire := normalised(spec))}


def normalised(address: str) -> str:
    try:
        return _core.normalise_address(address)
    except gp.InputError:
        return ""


def is_known_difference(written: str) -> bool:
    """Where Python reads less, or otherwise, and why ours stands."""
    reasons = (
        ";" in written,  # between addresses: ours takes both, as everybody writes them; Python drops what is behind
        ":" in written,  # groups that are not closed, or nested: Python takes the whole for one bad address
        written.count("<") != written.count(">"),  # a bracket too many: Python drops the rest
        "><" in written or "> " in written or ">" in written.rstrip(" >")[:-1],  # no comma behind one: ours takes both
        "\\" in written,  # Python keeps or drops backslashes outside of quotes by chance
        written.count('"') % 2 == 1 or written.count("(") != written.count(")"),  # not closed
        re.search(r"@[^,]*<", written) is not None,  # a name with an "@", as Outlook has them: no phrase to Python
        "=?" in written,  # Python decodes encoded-words everywhere
        "[1.2.3.4]" in written,  # Python takes words beside a literal into it
    )
    return any(reasons)


@settings(max_examples=400, deadline=None)
@given(written=SHREDS)
@example(written="a@exa(c)mple.com")
@example(written="<a@exa mple.com>, a@x.ru")
def test_no_address_is_read_that_python_does_not_read(written: str) -> None:
    ours = {wire for one in received(written).to if (wire := normalised(one.address))}
    judged = theirs(written)
    if judged is not None and not is_known_difference(written):
        assert ours <= judged


@settings(max_examples=400, deadline=None)
@given(written=SHREDS)
@example(written="us(c)er@x.ru")
def test_what_the_strict_door_takes_is_what_the_reader_of_letters_finds(written: str) -> None:
    try:
        typed = gp.Message(from_="a@example.com", to=written, bcc="z@example.com", text="x").to
    except gp.InputError:
        return
    assert [one.address for one in typed] == [one.address for one in received(written).to]
