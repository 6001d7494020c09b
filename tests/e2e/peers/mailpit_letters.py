"""Letters of many kinds, for Mailpit and for us: what each shows of them has to be the same."""

from __future__ import annotations

import base64
from email.message import EmailMessage

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _message(subject: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Иван Петров <ivan@example.com>"
    message["To"] = "Ольга <olga@example.com>"
    message["Subject"] = subject
    message["Date"] = "Mon, 30 Nov 2026 12:34:56 +0300"
    message["Message-ID"] = f"<{abs(hash(subject))}@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def _plain() -> EmailMessage:
    message = _message("Счёт за октябрь")
    message.set_content("Добрый день!\n\nСчёт во вложении: https://example.com/a?b=c\n")
    return message


def _both() -> EmailMessage:
    message = _message("Text and html", Cc="Cc <cc@example.com>, other@example.com", Reply_To="reply@example.com")
    message.set_content("The text.\n")
    message.add_alternative(
        "<html><head><title>No</title><style>p {color: red}</style></head><body><p>The <b>html</b></p><p>of it"
        '<br>here</p><a href="https://example.com/x">more</a><img src="https://example.com/y.png"></body></html>\n',
        subtype="html",
    )
    return message


def _files() -> EmailMessage:
    message = _message("Files")
    message.set_content("See the files.\n")
    message.add_attachment(b"%PDF-1.4 no", maintype="application", subtype="pdf", filename="счёт.pdf")
    message.add_attachment("a,b\n1,2\n", subtype="csv", filename="table.csv")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="dot.png", disposition="inline")
    message.add_attachment(bytes(range(256)), maintype="application", subtype="octet-stream", filename="data.bin")
    return message


def _pictures() -> EmailMessage:
    message = _message("Pictures in html")
    message.set_content("text\n")
    message.add_alternative('<p>Logo: <img src="cid:logo"></p>\n', subtype="html")
    message.get_payload()[1].add_related(PNG, "image", "png", cid="<logo>", filename="logo.png", disposition="inline")
    message.add_attachment(b"x" * 100, maintype="application", subtype="zip", filename="all.zip")
    return message


def _tagged() -> EmailMessage:
    message = _message("Tagged", X_Tags="One, two three, b@d!")
    del message["To"]
    message["To"] = "olga+news+weekly@example.com"
    message.set_content("tagged\n")
    return message


def _unsubscribe() -> EmailMessage:
    message = _message(
        "Newsletter",
        List_Unsubscribe="<mailto:leave@example.com?subject=x>, <https://example.com/u?i=1>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )
    message.set_content("news\n")
    return message


def _bad_unsubscribe() -> EmailMessage:
    message = _message("Bad newsletter", List_Unsubscribe="https://example.com/u")
    message.set_content("news\n")
    return message


def _html_alone() -> EmailMessage:
    message = _message("Html alone")
    message.set_content("<p>Only html, no text</p>\n", subtype="html")
    return message


def _calendar() -> EmailMessage:
    message = _message("Invitation")
    message.set_content("Come!\n")
    message.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", params={"method": "REQUEST"})
    return message


LETTERS: dict[str, bytes] = {
    **{
        make.__name__.removeprefix("_"): make().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        for make in (_plain, _both, _files, _pictures, _tagged, _unsubscribe, _bad_unsubscribe, _html_alone, _calendar)
    },
    "bare": b"Subject: bare\r\n\r\nNo other header.\r\n",
    "folded": (
        b"From: a@example.com\r\nTo: b@example.com,\r\n c@example.com\r\nSubject: folded\r\n"
        b" over lines\r\nX-Long: one\r\n\ttwo\r\nReceived: first\r\nReceived: second\r\n\r\nbody\r\n"
    ),
    "cp1251": (
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: cp1251\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n"
        b"\r\n\xcf\xf0\xe8\xe2\xe5\xf2\r\n"
    ),
    "nested": (
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: nested\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
        b"--q\r\nContent-Type: text/plain\r\n\r\nsecond\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject: inner\r\n\r\ninner body\r\n--q--\r\n"
    ),
    "only a file": (
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: only a file\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment; filename=x.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n"
    ),
}
