"""Templates cut into literals, fields and regions, against Jinja2's own rendering of the whole source."""

from __future__ import annotations

import email
import json
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gatepost.campaigns import RetryPolicy, Template
from gatepost.campaigns.run.render import Renderer
from gatepost.campaigns.spec import make_spec
from gatepost.campaigns.template.jinja import _ESCAPED, _PLAIN, Contexts, Part, RowError, compile_part
from gatepost.store import LeasedRecipient

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["<b>Ёж</b> & \"co\" 'x'", "🙂 Привет", " a  b ", "", "1"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=3), st.just("<i>")), max_size=3),
    st.dictionaries(st.sampled_from(["a", "items"]), st.text(max_size=3), max_size=2),
)  # fmt: skip
ROWS = st.dictionaries(st.sampled_from(["a", "b", "имя", "items", "x"]), VALUES)

TEXTS = [" ", "\n", "  \n  ", "текст", "🙂", '<p class="a">', "&amp;", "{", "}}", "'", "\r\n", "\t", "%}", "# x", "\\n"]
ASIDES = ["{# нет {{ a }} #}", "{#- x -#}", "{% raw %}{{ a }}{% if %}{% endraw %}", "{%- raw -%} <{% endraw -%} "]
PRIMARY = [
    "a", "b", "имя", "items", "x", "row", "row['a']", 'row["имя"]', "row.b", "row['items']", "none", "true",
    "42", "1.5", "'Ёж <i>'", '"it\'s {{ no }}"', "'\\u0041\\n'", "[]", "[a, 1]", "{'k': a}", "(a, b)", "range",
    "range(3)", "dict(k=a)", "loop.index", "self", "a.b", "items[0]", "items.x", "a.upper()", "' '.join(items)",
    "items.append(1)", "row.pop('a')", "row.get('b')", "''.__class__", "m(a)", "namespace(v=1)", "items[1:]", "-a",
]  # fmt: skip
FILTERS = [
    "upper", "trim", "default('<нет>')", "d('', true)", "escape", "safe", "length", "e", "join(', ')", "first", "int",
    "title", "replace('a', '<')", "truncate(3)", "list", "tojson", "string", "sort", "map('upper')|list", "dictsort",
    "round", "striptags", "urlencode", "format(1)", "center(9)", "wordcount",
]  # fmt: skip
OPERATORS = [" + ", " ~ ", " * 2 + ", " or ", " and ", " == ", " < ", " in ", " // ", " % "]


class Source:
    """Draws the source of a template."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def one(self, *choices: str) -> str:
        return self._draw(st.sampled_from(choices))

    def expression(self, depth: int = 2) -> str:
        match self.one("primary", "primary", "filter", "operator", "if", "test") if depth else "primary":
            case "filter":
                return f"{self.expression(depth - 1)}|{self.one(*FILTERS)}"
            case "operator":
                return f"({self.expression(depth - 1)}{self.one(*OPERATORS)}{self.expression(depth - 1)})"
            case "if":
                return f"({self.expression(depth - 1)} if {self.expression(depth - 1)} else {self.one(*PRIMARY)})"
            case "test":
                return f"({self.one('', 'not ')}{self.one(*PRIMARY)} is {self.one('defined', 'none', 'string')})"
        return self.one(*PRIMARY)

    def tag(self, words: str) -> str:
        return self.one("{% ", "{% ", "{%- ", "{%+ ") + words + self.one(" %}", " %}", " -%}", " +%}")

    def output(self) -> str:
        shown = self.one("a", "b", "имя", "row['a']", "row.items", "") or self.expression()
        return self.one("{{ ", "{{ ", "{{- ", "{{+ ") + shown + self.one(" }}", " }}", " -}}")

    def block(self, depth: int) -> str:
        target, inner = self.one("a", "b", "y"), self.body(depth - 1)
        other = self.tag("else") + self.body(depth - 1) if self.one("", "else") else ""
        match self.one("if", "if", "for", "for", "with", "filter", "escape", "set", "setblock", "macro", "block"):
            case "if":
                return self.tag(f"if {self.expression()}") + inner + other + self.tag("endif")
            case "for":
                return self.tag(f"for {target} in {self.expression()}") + inner + other + self.tag("endfor")
            case "with":
                return self.tag(f"with {target} = {self.expression()}") + inner + self.tag("endwith")
            case "filter":
                return self.tag(f"filter {self.one('upper', 'trim')}") + inner + self.tag("endfilter")
            case "escape":
                return self.tag(f"autoescape {self.one('true', 'false', 'a')}") + inner + self.tag("endautoescape")
            case "set":
                return self.tag(f"set {target} = {self.expression()}")
            case "setblock":
                return self.tag(f"set {target}") + inner + self.tag("endset")
            case "macro":
                return self.tag("macro m(v=1)") + inner + self.tag("endmacro")
        return self.tag("block c") + self.output() + self.tag("endblock")

    def body(self, depth: int = 2) -> str:
        pieces = []
        for _ in range(self._draw(st.integers(0, 4))):
            match self.one("output", "output", "text", "text", "aside", "block"):
                case "output":
                    pieces.append(self.output())
                case "aside":
                    pieces.append(self.one(*ASIDES))
                case "block" if depth:
                    pieces.append(self.block(depth))
                case _:
                    pieces.append(self.one(*TEXTS))
        return "".join(pieces)


@st.composite
def sources(draw: st.DrawFn) -> str:
    return Source(draw).body()


def rendered(part: Part, row: dict[str, Any]) -> str:
    """The text, or what was wrong with the row."""
    try:
        return part.render(row)
    except RowError as error:
        return f"failed: {error}"


def rendered_whole(source: str, row: dict[str, Any], escapes: bool) -> str:
    """The same, by Jinja2 alone."""
    template = (_ESCAPED if escapes else _PLAIN).from_string(source)
    try:
        given_row = deepcopy(row)
        text = template.render({**given_row, "row": given_row})
        text.encode()
    except Exception as error:
        return f"failed: text: {error}"
    return text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(sources(), ROWS, st.booleans())
@example("{{ a }}{% set a = 1 %}{{ a }}", {"a": "<"}, True)
@example("{% if x %}{% set a = 1 %}{% endif %}{{ a }}", {"a": 2, "x": 1}, False)
@example("{{ items.append(1) }}{{ items }}", {"items": []}, True)
@example("{% for a in items %}{{ a }}{% endfor %}{{ a }}", {"a": "<", "items": [1, "&"]}, True)
@example("{{ row.items }}{{ row['items'] }}", {"items": "<i>"}, True)
@example("{{ '\\ud83d' }}", {}, False)
@example("{{ (a if ''.__class__ else a) }}", {}, True)
def test_the_pieces_give_what_jinja2_makes_of_the_whole(source: str, row: dict[str, Any], escapes: bool) -> None:
    try:
        part = compile_part("text", source, escapes)
    except ValueError:
        with pytest.raises(Exception):  # noqa: B017 - Jinja2 raises many kinds
            (_ESCAPED if escapes else _PLAIN).from_string(source)
        return
    shown, expected = (
        re.sub("(?i)(?<=dict object at 0x)[0-9a-f]+", "", text)  # row.items: of another copy of the row
        for text in (rendered(part, row), rendered_whole(source, row, escapes))
    )
    assert shown == expected


@pytest.mark.parametrize(
    ("source", "fields", "regions"),
    [
        ("a{{ name }}b{{ row['Full name'] }}{{ row.city }}", ["name", "Full name", "city"], 0),
        ("{{ name|upper }}{{ name }}", ["name"], 1),
        ("{{ a|e }}{% if a %}x{% endif %}{{ a + b }}", [], 1),
        ("{{ a|e }} {% for x in a %}{{ x }}{% endfor %}", [], 2),
        ("{{ a }}{% set a = 1 %}{{ a }}", [], 1),
        ("{{ a }}{{ a.append(1) }}", [], 1),
        ("{{ a }}{{ a.strip() }}", ["a"], 1),
        ("{{ row }}{{ row.items }}{{ range }}", [], 1),
    ],
)
def test_what_stands_alone_is_a_field_and_the_rest_is_as_few_regions_as_can_be(
    source: str, fields: list[str], regions: int
) -> None:
    slots = compile_part("text", source).pieces.slots
    assert [slot.field for slot in slots if slot.field is not None] == fields
    assert len(slots) - len(fields) == regions


def test_a_row_that_fails_leaves_the_others_their_text() -> None:
    part = compile_part("text", "{{ 6 // n }}")
    [slot] = part.pieces.slots
    failed: dict[int, RowError] = {}
    assert part.column(slot, Contexts([{"n": 2}, {"n": 0}, {}]), failed) == ["3", "", ""]
    assert {index: str(error) for index, error in failed.items()} == {
        1: "text: integer division or modulo by zero",
        2: "text: 'n' is undefined",
    }


def test_what_one_part_does_to_a_row_no_other_part_sees() -> None:
    row = {"items": [1]}
    assert compile_part("subject", "{{ items.append(2) }}{{ items }}").render(row) == "[1, 2]"
    assert row == {"items": [1]}


@pytest.mark.parametrize(
    "source", ["{{ " + "(" * 5000 + "a" + ")" * 5000 + " }}", "{% for x in a %}" * 30 + "{% endfor %}" * 30]
)
def test_a_template_that_is_nested_too_deeply_is_refused_in_words(source: str) -> None:
    with pytest.raises(ValueError, match="template, text"):
        compile_part("text", source)


RECIPIENTS = [
    LeasedRecipient(row, f"u{row}@x.ru", f"u{row}@x.ru", json.dumps(values), 0, "")
    for row, values in enumerate([{"name": "<Оля>", "n": 2}, {"name": "Ян", "n": 0}, {"name": None, "n": 3}], 1)
]


def renderer(**options: Any) -> Renderer:
    """A campaign's renderer; options as for make_spec."""
    template = Template(subject="{{ name }}", text="{{ name }} {{ 6 // n }}", html="<b>{{ name }}</b>{{ 6 // n }}")
    return renderer_of(template, **options)


def renderer_of(template: Template, **options: Any) -> Renderer:
    """The same of another template."""
    defaults = dict.fromkeys(("from_", "reply_to", "headers", "list_unsubscribe", "to_name", "campaign_id", "inline"))
    given = {**defaults, "accounts": (), "attachments": (), "address_column": "email", "in_doubt": "hold", **options}
    return Renderer(make_spec("october", template, retry=RetryPolicy(), source={"sha256": None}, **given))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(sources(), ROWS)
@example("{{ a }}", {"a": "x\r\n.\ry\n"})
@example("Ж{{ a }}я{{ a }}", {"a": "<\u0436>" * 100})
def test_the_bytes_of_a_letter_hold_what_jinja2_makes_of_the_whole(source: str, row: dict[str, Any]) -> None:
    try:
        template = Template(subject="s", text=source, html=source)
    except ValueError:
        return  # see above
    made = renderer_of(template)
    letters = made.letters([LeasedRecipient(1, "a@x.ru", "a@x.ru", json.dumps(row), 0, "")])
    expected = [rendered_whole(source, row, escapes) for escapes in (False, True)]
    if letters.failed:
        assert any(text.startswith("failed: ") for text in expected)
        return
    raw = made.program("news@example.com").render(to_address="a@x.ru", values=[column[0] for column in letters.columns])
    parts = email.message_from_bytes(raw).get_payload()
    for part, whole in zip(parts, expected, strict=True):
        body = part.get_payload(decode=True).decode()
        shown, wanted = (
            re.sub("(?i)(?<=dict object at 0x)[0-9a-f]+", "", re.sub("\r\n|\r", "\n", text)) for text in (body, whole)
        )
        assert shown == wanted


def test_a_field_is_one_column_however_often_it_stands_and_a_row_that_fails_is_in_none() -> None:
    letters = renderer(to_name=" {{ name }} ").letters(RECIPIENTS)
    assert letters.columns == [["<Оля>", ""], ["3", "2"], ["3", "2"]]
    assert letters.to_name == ["<Оля>", ""] and letters.attachments is None
    assert [one.row for one in letters.recipients] == [1, 3]
    [(recipient, error)] = letters.failed
    assert recipient.row == 2 and str(error) == "html: integer division or modulo by zero"


@pytest.mark.parametrize(
    ("link", "columns", "expected"),
    [
        ("https://example.com/u", 3, b"<https://example.com/u>"),
        (" https://пример.рф/отписка ", 3, b"<https://xn--e1afmkfd.xn--p1ai/%D0%BE%D1%82%D0%BF%D0%B8%D1%81%D0%BA%D0%B0>"),
        ("https://пример.рф/?n={{ n }}", 4, b"<https://xn--e1afmkfd.xn--p1ai/?n=2>"),
        ("{% if n == 3 %}https://example.com/{% endif %}", 4, b""),
    ],
)  # fmt: skip
def test_the_link_to_unsubscribe_is_ascii_and_its_own_column_where_it_differs(
    link: str, columns: int, expected: bytes
) -> None:
    made = renderer(list_unsubscribe=link)
    letters = made.letters(RECIPIENTS)
    assert len(letters.columns) == columns
    letter = made.program("news@example.com").render(
        to_address="u1@x.ru", values=[column[0] for column in letters.columns]
    )
    header = re.search(rb"List-Unsubscribe: (.*?)\r\n(?! )", letter, re.DOTALL)
    assert (header.group(1).replace(b"\r\n ", b"") if header else b"") == expected
