"""The letters of all benches: text and HTML, Cyrillic subject and body, about 1 and 10 KB serialised."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

SENTENCE = "Ваш заказ {{ number }} собран и ждёт вас до конца недели. "
FILLER = "Мы сохраним его на складе, а курьер позвонит за час до приезда. "
FROM = "Отдел <news@example.org>"
SIZES = {"1k": 0, "10k": 30}
"""Name -> how often the filler stands in the body."""


@dataclass(frozen=True)
class LetterTemplate:
    """Jinja2 sources with the fields name and number."""

    subject: str
    text: str
    html: str


def template(size: str) -> LetterTemplate:
    """The template whose letters have about this size."""
    filler = FILLER * SIZES[size]
    return LetterTemplate(
        subject="{{ name }}, заказ {{ number }} готов",
        text=f"{{{{ name }}}}!\n{SENTENCE}{filler}\n",
        html=f"<p>{{{{ name }}}}!</p><p>{SENTENCE}{filler}</p>\n",
    )


def recipients(count: int) -> list[dict[str, str]]:
    """Rows email, name, number."""
    names = ("Анна", "Борис", "Вера", "Григорий", "Дарья")
    return [
        {"email": f"reader{i}@example.test", "name": names[i % len(names)], "number": f"{i:06}"} for i in range(count)
    ]


def sample(size: str) -> bytes:
    """One finished letter of this size with CRLF line ends, for the loader."""
    source = template(size)
    message = EmailMessage()
    message["From"] = FROM
    message["To"] = "reader1@example.test"
    message["Subject"] = source.subject
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0300"
    message["Message-ID"] = "<sample@example.org>"
    message.set_content(source.text, cte="base64")
    message.add_alternative(source.html, subtype="html", cte="base64")
    return message.as_bytes().replace(b"\n", b"\r\n")
