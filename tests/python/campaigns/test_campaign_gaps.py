"""What the dry run says of fields that rows leave empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import Server

import gatepost as gp
from gatepost.campaigns import Campaign, Template
from gatepost.campaigns.gaps import find_gaps
from gatepost.campaigns.template.jinja import compile_part

Make = Callable[..., Campaign]


@pytest.mark.parametrize(
    ("source", "row", "stays_empty"),
    [
        ("{{ name }}", {"name": ""}, True),
        ("{{ name }}", {"name": None}, True),
        ("{{ row.name }}{{ row['name'] }}", {"name": ""}, True),
        ("{{ name|default('друг') }}", {"name": ""}, True),
        ("{{ name|default('друг') }}", {"name": None}, True),
        ("{{ name|default('друг') }}", {}, False),
        ("{{ name|default('друг', true) }}", {"name": ""}, False),
        ("{{ name|default('друг', true) }}", {}, False),
        ("{{ name or 'друг' }}", {"name": ""}, False),
        ("{{ name or nick }}", {"name": "", "nick": ""}, True),
        ("{{ name or nick }}", {"name": "", "nick": "Ян"}, False),
        ("Привет{% if name %}, {{ name }}{% endif %}!", {"name": ""}, False),
        ("{% if vip == 'да' %}Привет{% endif %}{{ name }}", {"name": "Оля", "vip": ""}, False),
        ("{{ name|title|trim|e }}", {"name": ""}, True),
        ("?n={{ name|urlencode }}", {"name": ""}, True),
        ("{{ name[:1] }}", {"name": ""}, True),
        ("{% set n = name %}<{{ n }}>", {"name": ""}, True),
        ("{{ sum|int }}", {"sum": None}, False),
        ("{{ name|default('друг', true) }}, {{ name }}", {"name": ""}, True),
    ],
)
def test_a_field_stays_empty_where_nothing_is_shown_in_its_place(
    source: str, row: dict[str, Any], stays_empty: bool
) -> None:
    gaps = [gap for gap in find_gaps([compile_part("text", source)], [row]) if gap.field != "nick"]
    assert gaps and not any(gap.fails for gap in gaps)
    assert any(gap.empty_in for gap in gaps) is stays_empty


def test_a_default_that_does_not_fire_for_an_empty_cell_is_no_default(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email,name\no@example.com,Ольга\np@example.com,\n", encoding="utf-8")
    report = make(template=Template(subject="{{ name|default('друг') }}", text="x"), recipients=path).check()
    [gap] = report.missing
    assert (gap.row, gap.covered, gap.empty_in) == (3, False, ("subject",))
    assert "row 3); it stays empty in subject" in str(report) and "{{ name|default('...', true) }}" in str(report)


def test_a_default_in_one_part_says_nothing_of_another(make: Make) -> None:
    template = Template(subject="{{ name }}", text="{{ name|default('друг', true) }}")
    report = make(template=template, recipients=[{"email": "o@example.com", "name": ""}]).check()
    assert [gap.empty_in for gap in report.missing] == [("subject",)]
    good = Template(subject="{{ name or 'друг' }}", text="{{ name|default('друг', true) }}")
    report = make("second", template=good, recipients=[{"email": "o@example.com", "name": ""}]).check()
    assert [gap.covered for gap in report.missing] == [True]
    assert "the template provides for it" in str(report)


def test_a_row_that_lacks_the_column_is_left_out_and_nothing_stays_empty_in_it(make: Make) -> None:
    people = [{"email": "a@example.com", "name": "Оля"}, {"email": "b@example.com"}]
    report = make(template=Template(subject="{{ name }}", text="x"), recipients=people).check()
    assert [item.row for item in report.unrenderable] == [2]
    assert [(gap.row, gap.covered) for gap in report.missing] == [(2, False)]
    assert "stays empty" not in str(report)


@pytest.mark.parametrize("source", ["{{ name or 'друг' }}", "{% if name %}x{% endif %}", "{{ row.name }}"])
def test_a_column_that_the_list_does_not_have_is_refused_where_every_letter_would_fail(make: Make, source: str) -> None:
    with pytest.raises(gp.InputError, match="no field 'name'"):
        make(template=Template(subject=source, text="x"), recipients=[{"email": "a@example.com"}])


def test_a_column_that_the_list_does_not_have_may_have_a_default(server: Server, make: Make) -> None:
    template = Template(subject="{{ name|default('друг') }}{{ row.nick|d('') }}", text="{{ 1 if n is defined else 0 }}")
    make(template=template, recipients=[{"email": "a@example.com"}]).run()
    assert (server.delivered[0].subject, server.delivered[0].text) == ("друг", "0")
