from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import Server

from gatepost import Attachment, _core
from gatepost.campaigns import Campaign, Template
from gatepost.campaigns.template.jinja import RowError, compile_part
from gatepost.errors import InputError
from gatepost.store import open_store

Make = Callable[..., Campaign]
LIST = "email,имя,Full name\na@x.ru,<Оля>,Olga P\nb@x.ru,Ян,\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_html_is_escaped_and_text_and_subject_are_not(server: Server, make: Make, people: Path) -> None:
    template = Template(subject="{{ имя }}", text="{{ имя }}", html='<b>{{ имя }} {{ row["Full name"] }}</b>')
    make(template=template, recipients=people).run()
    letter = server.delivered[0]
    assert (letter.subject, letter.text, letter.html) == ("<Оля>", "<Оля>", "<b>&lt;Оля&gt; Olga P</b>")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"subject": "x", "text": "a\nb\n{{ nmae }}"}, "template, text, line 3: no field 'nmae'"),
        ({"subject": "{{ nmae }}", "text": "x"}, "template, subject, line 1: no field 'nmae'"),
        ({"subject": "x", "html": "<p>\n{% for x in nmae %}{{ x }}{% endfor %}"}, "template, html, line 2"),
        ({"subject": "x", "text": "{{ row['nmae'] }}"}, "template, text, line 1: no field 'nmae'"),
        ({"subject": "x", "text": "x", "attachments": ["{{ nmae }}.pdf"]}, "attachment '{{ nmae }}.pdf', line 1"),
    ],
)
def test_an_unknown_field_names_part_line_columns_and_a_guess_and_leaves_nothing(
    server: Server, make: Make, tmp_path: Path, store_path: str, parts: dict[str, str], place: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email,name,city\na@x.ru,A,B\n")
    with pytest.raises(ValueError) as caught:
        make(template=Template(**parts), recipients=path)
    words = str(caught.value)
    assert place in words and "did you mean 'name'?" in words and "'email', 'name', 'city'" in words
    assert not Path(store_path).exists() or open_store(store_path).campaigns() == []


def test_a_field_that_only_some_mappings_bring_is_known(server: Server, make: Make, store_path: str) -> None:
    people = [{"email": "a@x.ru"}, {"email": "b@x.ru", "city": "Тверь"}]
    make("one", template=Template(subject="x", text="{{ city | default('?') }}"), recipients=people).run()
    assert [letter.text for letter in server.delivered] == ["?", "Тверь"]
    with pytest.raises(ValueError, match="no field 'town'"):
        make("two", template=Template(subject="x", text="{{ town }}"), recipients=people)
    assert [record.name for record in open_store(store_path).campaigns()] == ["one"]
    strict = make("three", template=Template(subject="x", text="{{ city }}"), recipients=people)
    strict.run()
    assert strict.status().counts == {"accepted": 1, "invalid": 1}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a\n{{ name", "template, text, line 2"),
        ("{% if x %}", "template, text, line 1"),
        ("{{ x|nofilter }}", "nofilter"),
    ],
)
def test_a_syntax_error_names_part_and_line(source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Template(subject="x", text=source)


@pytest.mark.parametrize("value", ["{{ email }}", "a {% if x %}b{% endif %}"])
def test_a_template_in_a_header_is_refused_since_nothing_would_fill_it_in(make: Make, value: str) -> None:
    with pytest.raises(ValueError, match=r"headers: X-A holds .* are not templates"):
        make(headers={"X-A": value})


@pytest.mark.parametrize(
    "source",
    [
        "{% macro row(x) %}{{ x }}{% endmacro %}{{ row['Full name'] }}",
        "{% set row = 1 %}{{ row['Full name'] }}",
        "{% for row in items %}{{ row.title }}{% endfor %}",
    ],
    ids=["macro", "set", "loop"],
)
def test_a_name_that_hides_the_row_is_refused_with_its_line(source: str) -> None:
    with pytest.raises(InputError, match="template, text, line 2: 'row' is the whole row"):
        Template(subject="a", text=f"first\n{source}")


@pytest.mark.parametrize("item", [("{{ name }}.txt", b"a"), Attachment(b"a", name="Счёт {{ name }}.txt")], ids=type)
def test_a_template_in_the_name_of_a_shared_attachment_is_refused(make: Make, item: object) -> None:
    with pytest.raises(InputError, match=r"attachments: the name '.*\{\{ name }}.txt' is not a template"):
        make(attachments=[item])


def test_what_fails_in_the_html_is_named_so_and_not_by_the_text_made_of_it(server: Server, make: Make) -> None:
    html = "<p>{% macro m() %}{{ caller() if caller }}{% endmacro %}{{ m() }}</p>"
    campaign = make(template=Template(subject="a", html=html))
    campaign.run()
    assert {row["detail"] for row in campaign.results()} == {"html: No caller defined"}


def test_includes_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="include"):
        Template(subject="x", text="{% include 'other.txt' %}")


def test_a_template_needs_a_body_and_a_subject_on_one_line() -> None:
    with pytest.raises(ValueError, match="html=, text="):
        Template(subject="x")
    with pytest.raises(ValueError, match="line break"):
        Template(subject="a\nb", text="x")


def test_the_sandbox_keeps_templates_from_the_machine() -> None:
    part = compile_part("text", "{{ ''.__class__.__mro__ }}")
    with pytest.raises(RowError, match="unsafe"):
        part.render({})


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 10 ** 10 }}",
        "{{ 'x' * n }}",
        "{{ 10 ** 10 * [1] }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 'x'|center(10000000000) }}",
        "{{ 'x'|indent(10000000000) }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '%*d'|format(n, 1) }}",
    ],
)
def test_what_would_fill_the_memory_is_worked_out_neither_ahead_nor_for_a_row(source: str) -> None:
    part = compile_part("text", source)
    with pytest.raises(RowError, match="over 1,000,000"):
        part.render({"n": 10**10})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ '-' * 3 }}{{ 2 ** 10 }}{{ 7 % 4 }}", "---10243"),
        ("{{ '%s: %05.2f%%' % ('1234567', n) }}", "1234567: 02.50%"),
        ("{{ 'x'|center(5) }}{{ n * n }}{{ [1] * 2 }}", "  x  6.25[1, 1]"),
    ],
)
def test_operators_with_small_results_are_jinja2s_own(source: str, expected: str) -> None:
    assert compile_part("text", source).render({"n": 2.5}) == expected


@pytest.mark.parametrize("opening", ["{% if x %}", "{% for a in x %}", "{{ ((((("])
def test_deep_nesting_is_told_in_words_about_the_template(opening: str) -> None:
    closing = {"{% if": "{% endif %}", "{% fo": "{% endfor %}"}.get(opening[:5])
    source = opening * 101 + closing * 101 if closing else "{{ " + "(" * 500 + "x" + ")" * 500 + " }}"
    with pytest.raises(ValueError, match="template, text: blocks or expressions are nested too deeply"):
        Template(subject="x", text=source)


def test_none_renders_as_nothing_and_errors_in_a_row_name_the_part() -> None:
    assert compile_part("text", "[{{ a }}]").render({"a": None}) == "[]"
    with pytest.raises(RowError, match="text: division by zero"):
        compile_part("text", "{{ 1 / n }}").render({"n": 0})


def test_templates_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>{{ имя }}</p>", encoding="utf-8")
    template = Template.from_files(subject="x", html=tmp_path / "a.html")
    assert template.fields == {"имя"} and "html" in repr(template)
    (tmp_path / "b.html").write_bytes("<p>Привет</p>".encode("windows-1251"))
    with pytest.raises(ValueError, match=r"b\.html, byte 3: not UTF-8"):
        Template.from_files(subject="x", html=tmp_path / "b.html")


def test_each_recipient_gets_the_attachment_that_the_path_names(
    server: Server, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "invoices").mkdir()
    (tmp_path / "invoices" / "7.csv").write_text("7")
    (tmp_path / "secret.txt").write_text("s")
    people = [
        {"email": "a@x.ru", "n": "7"},
        {"email": "b@x.ru", "n": ""},
        {"email": "c@x.ru", "n": "8"},
        {"email": "d@x.ru", "n": "../secret"},
    ]
    template = Template(
        subject="x",
        text="x",
        attachments=["invoices/{% if n %}{{ n }}.{{ 'txt' if 'secret' in n else 'csv' }}{% endif %}"],
    )
    campaign = make(template=template, recipients=people)
    campaign.run()
    found = {row["email"]: (row["status"], row["detail"]) for row in campaign.results()}
    assert found["a@x.ru"][0] == "accepted"
    assert found["c@x.ru"][0] == "invalid" and "8.csv" in found["c@x.ru"][1]
    assert found["d@x.ru"][0] == "invalid" and "outside of" in found["d@x.ru"][1]
    [letter] = [letter for letter in server.delivered if letter.to == "a@x.ru"]
    assert [part.name for part in letter.attachments] == ["7.csv"]


def test_shared_parts_live_in_the_store_and_survive_their_files(
    server: Server, make: Make, tmp_path: Path, store_path: str
) -> None:
    price = tmp_path / "цены.csv"
    price.write_text("1")
    template = Template(
        subject="x", html="<img src='cid:logo'>", attachments=[price], inline={"logo": b"\x89PNG\r\n\x1a\n..."}
    )
    campaign = make(template=template, recipients=[{"email": "a@x.ru"}])
    price.unlink()
    opened = Campaign.open("october", store=store_path, accounts=campaign.accounts)
    assert opened.run().ok
    [logo, prices] = [
        part for part in _core.parse(server.delivered[0].render()).parts if part.content_id or part.file_name
    ]
    assert (logo.content_id, prices.file_name, prices.content) == ("logo", "цены.csv", b"1")
    assert opened.check(previews=0).to_send == 0


def test_a_missing_attachment_is_named_before_anything_is_stored(make: Make, store_path: str) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.pdf"):
        make(template=Template(subject="x", text="x", attachments=["nowhere.pdf"]))
    assert not Path(store_path).exists()
