import pytest

import gatepost as gp
from gatepost.campaigns.template.jinja import compile_part
from gatepost.campaigns.template.template_text import NoText, text_template


def render(html: str, **row: object) -> str:
    return compile_part("text", text_template(html), is_text_of_html=True).render(row)


def test_fields_stand_in_the_text_unescaped() -> None:
    assert render("<h1>Привет, {{ name }}!</h1><p>Всё &lt;готово&gt;.</p>", name="А & Б") == (
        "Привет, А & Б!\n\nВсё <готово>.\n"
    )


def test_links_and_pictures_keep_their_fields() -> None:
    html = '<a href="{{ url }}">Отписаться</a> <a href="https://x.ru/{{ id }}">сайт</a> <img alt="{{ alt }}">'
    assert render(html, url="https://u", id=7, alt="Лого") == ("Отписаться <https://u> сайт <https://x.ru/7> [Лого]\n")


@pytest.mark.parametrize("shown", [True, False])
def test_blocks_around_paragraphs_leave_no_empty_lines(shown: bool) -> None:
    html = "<p>Раз</p>\n{% if shown %}<p>Два</p>{% endif %}\n<p>Три</p>"
    assert render(html, shown=shown) == ("Раз\n\nДва\n\nТри\n" if shown else "Раз\n\nТри\n")


def test_loops_give_a_line_for_each_item() -> None:
    html = "<p>В заказе:</p><ul>{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul><p>Конец</p>"
    assert render(html, items=["чай", "мёд"]) == "В заказе:\n- чай\n- мёд\n\nКонец\n"


def test_what_stands_in_a_style_sheet_goes_whole() -> None:
    assert render("<style>{% if dark %}a{% endif %}</style><p>x</p>", dark=True) == "x\n"


@pytest.mark.parametrize("field", ["name|e", "name|escape", "name|forceescape", "name|trim|e"])
def test_what_the_html_escapes_itself_is_not_escaped_in_the_text(field: str) -> None:
    assert render(f"<p>{{{{ {field} }}}}</p>", name="А & <Б>") == "А & <Б>\n"


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<p>{{ body|safe }}</p>", r"what \|safe shows is html"),
        ("<p>{{ body|urlize }}</p>", r"what \|urlize shows is html"),
        ("{% autoescape false %}<p>{{ body }}</p>{% endautoescape %}", "autoescape"),
        ("{% if a %}<style>p {}{% endif %}</style><p>x</p>", "style sheet"),
        ("<p>&#123;{ x }}</p>", "look like a template"),
        ("<img src='x.png'>", "no words"),
        ("<p>{{ broken</p>", "cannot be read"),
    ],
)
def test_no_text_where_the_html_cannot_be_read_before_it_is_rendered(html: str, why: str) -> None:
    with pytest.raises(NoText, match=why):
        text_template(html)


def test_a_template_of_html_alone_gets_a_text_unless_told_not_to() -> None:
    html = "<p>{{ name }}, вот новости.</p>"
    assert "text" in gp.Template(subject="s", html=html).parts
    assert "text" not in gp.Template(subject="s", html=html, text=False).parts


def test_a_field_that_is_missing_is_told_of_the_html_that_the_user_wrote() -> None:
    with pytest.raises(gp.InputError, match="template, html, line 1: no field 'nmae'"):
        gp.Template(subject="s", html="<p>{{ nmae }}</p>").check_fields(["name"])


def test_the_check_speaks_of_a_missing_text_only_where_there_is_none(sink: gp.Sink) -> None:
    def notes(template: gp.Template, name: str) -> str:
        rows = [{"email": "a@example.com"}]
        return str(
            gp.Campaign(
                name, template=template, recipients=rows, from_="b@example.com", accounts=[sink.url], store=":memory:"
            ).check()
        )

    why = notes(gp.Template(subject="s", html="<p>{{ email|safe }}</p>"), "three")
    assert "since what |safe shows is html itself" in why and "write one as text=" in why
    assert "no text part" not in notes(gp.Template(subject="s", html="<p>x</p>"), "one")
    unwanted = notes(gp.Template(subject="s", html="<p>x</p>", text=False), "two")
    assert "no text part" in unwanted and "text=" not in unwanted
