"""What becomes of html: plain text, inline pictures, tables and charts, style sheets."""

from __future__ import annotations

import base64
import email
import sys
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

import altair
import matplotlib
import pandas
import polars
import pytest
from matplotlib.figure import Figure

import gatepost as gp

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def letter(**fields: object) -> gp.Message:
    return gp.Message(**{"from_": "ivan@example.com", "to": "olga@example.com", **fields})  # type: ignore[arg-type]


def by_stdlib(message: gp.Message) -> EmailMessage:
    read = email.message_from_bytes(bytes(message), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def body(message: gp.Message, kind: str) -> str:
    part = by_stdlib(message).get_body((kind,))
    assert part is not None
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n", "\n")


def types(message: gp.Message) -> list[str]:
    return [part.get_content_type() for part in by_stdlib(message).walk()]


def parts_by_cid(message: gp.Message) -> dict[str, bytes]:
    parts = (part for part in by_stdlib(message).walk() if part["Content-ID"])
    return {str(part["Content-ID"]).strip("<>"): part.get_payload(decode=True) for part in parts}  # type: ignore[misc]


# --- text from html ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Привет,\n <b>Иван</b>!</p><p>Пока</p>", "Привет, Иван!\n\nПока\n"),
        ("a<br>b<br><br>c", "a\nb\n\nc\n"),
        ("<a href='https://x.ru/?a=1&amp;b=2'>отчёт</a>, да", "отчёт <https://x.ru/?a=1&b=2>, да\n"),
        ("<a href='https://x.ru/'>https://x.ru</a> <a href='mailto:a@x.ru'>a@x.ru</a>", "https://x.ru a@x.ru\n"),
        ("<a href='#top'>вверх</a> <a href='javascript:x()'>x</a>", "вверх x\n"),
        ("<a href='https://x.ru'><img src=a></a>", "<https://x.ru>\n"),
        ("<ul><li>а<li>б<ol><li>в</ol></ul>г", "- а\n- б\n  1. в\n\nг\n"),
        ("x<blockquote>цитата<p>ещё</blockquote>y", "x\n\n> цитата\n>\n> ещё\n\ny\n"),
        ("<table><tr><th>Имя<th>Сумма<tr><td>Иван<td>10</table>", "Имя   Сумма\nИван  10\n"),
        ("<table><tr><td><p>a<p>b<td>c</table>", "a\n\nb\nc\n"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c\n"),
        ("<title>T</title><style>p{}</style><script>1 < 2</script><!-- <p>x -->y", "y\n"),
        ("<div style='DISPLAY: none'>pre<div>x</div></div><p hidden>h</p>y", "y\n"),
        ("<p>\u200c&nbsp;\u200c&nbsp;</p>y", "y\n"),
        ("1 < 2 &amp; &lt;b&gt; &#8364; &#99999999999;", "1 < 2 & <b> € \ufffd\n"),
        ("<img src=x alt='Лого'>", "[Лого]\n"),
        ("می\u200cخواهم", "می\u200cخواهم\n"),
        ("a<p", "a\n"),
        ('a<p title="', "a\n"),
    ],
)
def test_text_is_made_from_html(html: str, text: str) -> None:
    message = letter(html=html)
    assert message.text == text
    assert body(message, "plain") == text


def test_text_given_or_refused_is_not_made() -> None:
    assert types(letter(html="<p>x", text="y")) == ["multipart/alternative", "text/plain", "text/html"]
    assert letter(html="<p>x", text="").text == ""
    assert types(letter(html="<p>x", text=False)) == ["text/html"]
    assert types(letter(html="<img src=x>")) == ["text/html"]


@pytest.mark.parametrize(
    "shred",
    [
        "<!--",
        '<a "',
        "<a b=",
        "<table>",
        "<td>",
        "<table><tr><td>x",
        "<ul><li>x",
        "</ul>",
        "<blockquote>x",
        "<![",
        "&",
        "&#",
        "<div hidden>",
        "<b ",
        " \t",
        "<script>",
        "<a href=https://x>y",
        "<p",
        "<pre>\n",
        "<title>",
    ],
)
def test_any_broken_html_takes_time_by_its_length_alone(shred: str) -> None:
    began = time.process_time()
    letter(html=shred * 20_000 + "</div>")
    assert time.process_time() - began < 20  # seconds; what is quadratic takes minutes


# --- pictures ----------------------------------------------------------------------------------------------------


def test_pictures_below_the_folder_become_parts_each_once(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "лого 1.png").write_bytes(PNG)
    inside = base64.b64encode(PNG + b"2").decode()
    html = (
        "<body background='img/лого 1.png'><IMG alt=x SRC = img/%D0%BB%D0%BE%D0%B3%D0%BE%201.png?v=2>"
        f'<img src="data:image/png;base64,{inside}"><img src="https://x.ru/a.png"><img src="//x.ru/b.png">'
        "<img src='cid:own'><a href='img'>x</a><!-- <img src='none.png'> -->"
    )
    message = letter(html=html, inline_images=tmp_path, inline={"own": b"GIF8"})
    assert message.html == (
        '<body background="cid:picture1@letter"><IMG alt=x SRC = "cid:picture1@letter">'
        '<img src="cid:picture2@letter"><img src="https://x.ru/a.png"><img src="//x.ru/b.png">'
        "<img src='cid:own'><a href='img'>x</a><!-- <img src='none.png'> -->"
    )
    assert parts_by_cid(message) == {"own": b"GIF8", "picture1@letter": PNG, "picture2@letter": PNG + b"2"}
    assert types(message)[:4] == ["multipart/related", "multipart/alternative", "text/plain", "text/html"]
    assert body(message, "html") == message.html


def test_true_means_the_current_folder_and_nothing_is_taken_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    monkeypatch.chdir(tmp_path)
    assert list(parts_by_cid(letter(html="<img src=a.png>", inline_images=True)).values()) == [PNG]
    assert letter(html="<img src=a.png>").html == "<img src=a.png>"


@pytest.mark.parametrize(
    "src", ["none.png", "../secret.png", "%2e%2e/secret.png", "/etc/passwd", "link.png", "", "a%00b"]
)
def test_pictures_that_are_missing_or_elsewhere_are_refused_by_name(src: str, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    if not src:
        assert letter(html="<img src=''>", inline_images=folder).inline == {}
        return
    with pytest.raises(gp.InputError, match="html: picture "):
        letter(html=f'<img src="{src}">', inline_images=folder)


def test_broken_data_uri_is_refused() -> None:
    with pytest.raises(gp.InputError, match="html: picture 'data:image/png"):
        letter(html="<img src='data:image/png;base64,AAA*'>", inline_images=True)


# --- tables and charts -------------------------------------------------------------------------------------------

ROWS = {"Имя": ["Иван", "<b>Ольга</b>"], "сумма": [1.5, None], "n": [1, 20]}


@pytest.mark.parametrize("frame", [pandas.DataFrame(ROWS), polars.DataFrame(ROWS)], ids=["pandas", "polars"])
def test_data_frames_become_tables_with_escaped_cells(frame: object) -> None:
    message = letter(html=["<h1>Итоги</h1>", frame])
    assert message.html is not None and message.text is not None
    assert "&lt;b&gt;Ольга&lt;/b&gt;" in message.html and "<b>" not in message.html
    assert ">1.5</td>" in message.html and "nan" not in message.html and "None" not in message.html
    assert message.text == "Итоги\n\nИмя           сумма  n\nИван          1.5    1\n<b>Ольга</b>         20\n"
    assert letter(html=frame).html in message.html


def test_index_of_a_frame_is_shown_where_it_says_something() -> None:
    frame = pandas.DataFrame({"город": ["Москва", "Омск"], "n": [1, 2]}).groupby("город").sum()
    assert letter(html=[frame]).text == "город   n\nМосква  1\nОмск    2\n"
    assert letter(html=[frame["n"]]).text == "город   n\nМосква  1\nОмск    2\n"


def test_figures_become_inline_pictures_with_their_titles() -> None:
    assert matplotlib.__name__ in sys.modules
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2])
    axes.set_title('Рост "<x>"')
    chart = altair.Chart(pandas.DataFrame({"x": [1]}), title="Столбцы").mark_bar().encode(x="x")
    message = letter(html=["<p>Итоги</p>", figure, axes, chart])
    pictures = parts_by_cid(message)
    assert list(pictures) == ["picture1@letter", "picture2@letter"]
    assert all(data.startswith(b"\x89PNG") for data in pictures.values())
    assert message.html is not None and message.html.count('src="cid:picture1@letter"') == 2
    assert 'alt="Рост &quot;&lt;x&gt;&quot;"' in message.html and 'alt="Столбцы"' in message.html


def test_altair_without_vl_convert_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(gp.InputError, match=r"html\[0\].*pip install vl-convert-python"):
        letter(html=[altair.Chart().mark_bar()])


@pytest.mark.parametrize("html", [5, [5], ["x", None], b"x", [b"x"]])
def test_what_is_no_html_is_refused_by_place(html: object) -> None:
    with pytest.raises(gp.InputError, match="html"):
        letter(html=html)


# --- css ---------------------------------------------------------------------------------------------------------


def test_style_sheets_move_into_elements_and_nothing_is_loaded() -> None:
    html = (
        "<html><head><style>p{color:red} @media (max-width:9px){p{color:blue}}</style>"
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'></head><body><p>Привет</p></body></html>"
    )
    message = letter(html=html, inline_css=True)
    assert message.html is not None
    assert '<p style="color: red;">Привет</p>' in message.html
    assert "@media" in message.html and "http://127.0.0.1:9/x.css" in message.html
    assert message.text == "Привет\n"


def test_css_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "css_inline", None)
    with pytest.raises(gp.InputError, match=r"gatepost\[css\]"):
        letter(html="<p>x", inline_css=True)
