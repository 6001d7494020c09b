"""What HTTP clients see of an inbox as it changes: new letters, evicted ones, deleted ones, tags."""

from __future__ import annotations

import base64
import smtplib
import struct
import time
import zlib

import httpx
import pytest

import gatepost as gp
from gatepost.sinks.http.html_check.check import check_html
from gatepost.sinks.http.mailbox.html_text import words_of
from gatepost.sinks.http.mailbox.texts import Texts


def subjects(http: httpx.Client, query: str = "") -> list[str]:
    path = "/api/v1/search" if query else "/api/v1/messages"
    answer = http.get(path, params={"query": query} if query else {})
    return [message["Subject"] for message in answer.json()["messages"]]


def test_the_newest_letter_comes_first(http: httpx.Client, send) -> None:
    for name in ("first", "second", "третье"):
        send(name)
    assert subjects(http) == ["третье", "second", "first"]


def test_what_the_sink_evicts_is_gone_here_too() -> None:
    limits = gp.SinkLimits(inbox_bytes=40_000)
    with gp.Sink(http=True, limits=limits) as sink, httpx.Client(base_url=sink.http_url) as http:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            for number in range(60):
                text = f"Subject: {number}\r\nX-Tags: t{number}\r\n\r\nword{number} {'x' * 1000}\r\n"
                client.sendmail("a@b.ru", "discarded@b.ru" if number % 5 == 0 else "c@d.ru", text.encode())
                if number == 30:
                    assert subjects(http)
                    sink.rules.add(phase="rcpt", to="discarded@*", discard=True)
        assert sink._core.evicted > 0
        there = [letter.subject for letter in reversed(sink.letters)]
        answer = http.get("/api/v1/messages", params={"limit": 0}).json()
        assert [message["Subject"] for message in answer["messages"]] == there
        assert answer["total"] == answer["unread"] == len(there)
        assert sorted(answer["tags"]) == sorted(f"t{subject}" for subject in there)
        assert subjects(http, f"word{there[-1]}") == [there[-1]]
        assert subjects(http, "word1") == [name for name in there if name.startswith("1")]
        assert subjects(http, "xxx")[-1] == there[-1]


def test_clearing_the_sink_empties_the_mailbox_and_ids_go_on(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    send("old", to="a+tag@example.com")
    assert subjects(http) == ["old"]
    http_sink.clear()
    assert http.get("/api/v1/messages").json()["total"] == 0
    assert http.get("/api/v1/tags").json() == []
    send("new")
    assert [message["ID"] for message in http.get("/api/v1/messages").json()["messages"]] == ["2"]
    assert subjects(http, "text") == ["new"]


def test_deleting_all_empties_the_sink(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    send("old")
    http.delete("/api/v1/messages")
    assert (http_sink.letters, subjects(http)) == ([], [])


def test_a_letter_that_is_deleted_alone_stays_in_the_sink(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    send("one")
    send("two")
    http.request("DELETE", "/api/v1/messages", json={"IDs": ["1"]})
    assert subjects(http) == ["two"]
    assert subjects(http, "text") == ["two"]
    assert http.get("/api/v1/message/1").status_code == 404
    assert len(http_sink.letters) == 2


def test_a_letter_counts_as_read_when_it_was_opened(http: httpx.Client, send) -> None:
    send("one")
    send("two")
    http.get("/api/v1/message/1/raw")
    assert subjects(http, "is:read") == []
    http.get("/api/v1/message/1")
    assert subjects(http, "is:read") == ["one"]
    assert http.get("/api/v1/messages").json()["unread"] == 1


def test_chaos_is_a_rule_that_can_be_taken_back(http: httpx.Client, http_sink: gp.Sink, send) -> None:
    http.put("/api/v1/chaos", json={"Recipient": {"ErrorCode": 550, "Probability": 100}})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send("refused")
    http.put("/api/v1/chaos", json={})
    send("taken")
    assert (subjects(http), len(http_sink.rules)) == (["taken"], 0)


def test_a_letter_of_json_passes_the_rules(http: httpx.Client, http_sink: gp.Sink) -> None:
    letter = {"From": {"Email": "a@b.ru"}, "To": [{"Email": "full@b.ru"}], "Subject": "s", "Text": "t"}
    http_sink.rules.add(phase="rcpt", to="full@*", reply="452 4.2.2 Mailbox full")
    answer = http.post("/api/v1/send", json=letter)
    assert answer.status_code == 400
    assert "Mailbox full" in answer.json()["Error"]
    http_sink.rules.clear()
    assert http.post("/api/v1/send", json=letter).json() == {"ID": "1"}


@pytest.mark.parametrize(
    "change",
    [
        {"To": [{"Email": "bad"}]},
        {"To": "x"},
        {"From": None},
        {"Subject": 5},
        {"Headers": {"Subject": "x"}},
        {"Headers": {"X-A": 5}},
        {"Headers": {"X-A": "a\r\nX-B: b"}},
        {"Attachments": [{"Content": "!!", "Filename": "x"}]},
        {"Attachments": [5]},
        {"Bcc": [5]},
    ],
)
def test_a_letter_of_json_that_is_none_is_refused_in_json(http: httpx.Client, change) -> None:
    letter = {"From": {"Email": "a@b.ru"}, "To": [{"Email": "c@d.ru"}], "Subject": "s", "Text": "t", **change}
    answer = http.post("/api/v1/send", json=letter)
    assert (answer.status_code, list(answer.json())) == (400, ["Error"])


def test_a_sink_with_a_login_and_tls_sends_its_own_letters_too() -> None:
    with gp.Sink("demo_gate", tls="starttls", http=True) as sink:
        letter = {"From": {"Email": "a@b.ru"}, "To": [{"Email": "c@d.ru"}], "Subject": "s", "Text": "t"}
        assert httpx.post(f"{sink.http_url}/api/v1/send", json=letter).json() == {"ID": "1"}
        assert httpx.get(f"{sink.http_url}/api/v1/message/1").json()["Username"] == "demo.demo@smtpgate"


_TEXT = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset="


@pytest.mark.parametrize(
    "raw",
    [
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alterna\xed\xa0\x80tive; boundary=q\r\n\r\n"
        b"--q\r\n\r\nx\r\n--q--\r\n",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixe\xfb\xad{k\x10\xa0\xf6\x1dd\r\n\r\nx\r\n",
        b'Bcc: <, "\r\nTo: undisclosed:;\r\n\r\nx\r\n',
        *(
            _TEXT + name + b"\r\n\r\n\xcf\xf0\xe8\r\n"
            for name in (b'"a\0b"', b"punycode", b"idna", b"base64", b"x" * 500)
        ),
        b"Date: Mon, 99 Foo 0000 99:99:99 +9999\r\n\r\nx\r\n",
        b"Subject: =?utf-8?b?7aCA?= =?x-nope?q?=ff?=\r\n\r\n\xed\xa0\x80\r\n",
    ],
)
def test_bytes_of_no_charset_are_shown_somehow(raw: bytes) -> None:
    protocol = gp.SinkProtocol(lenient=["nul_octets"])
    with gp.Sink(http=True, protocol=protocol) as sink, httpx.Client(base_url=sink.http_url) as http:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            client.sendmail("a@b.ru", "hidden@d.ru", raw)
        assert http.get("/api/v1/messages").json()["messages"][0]["Bcc"][-1]["Address"] == "hidden@d.ru"
        for below in ("", "/headers", "/link-check"):
            assert http.get(f"/api/v1/message/1{below}").status_code == 200
        assert http.get("/api/v1/search", params={"query": "-nothing"}).json()["messages_count"] == 1


def test_letters_that_are_no_letters_are_listed(http: httpx.Client, http_sink: gp.Sink) -> None:
    with smtplib.SMTP("127.0.0.1", http_sink.port) as client:
        for raw in (b"", b"\r\n", b"no header at all\r\n", b":\r\n\r\n", b"\xff\xfe: \x80\r\n\r\n\xff\r\n", b"A" * 900):
            client.sendmail("a@b.ru", "c@d.ru", raw)
        client.docmd("MAIL", "FROM:<>")
        client.docmd("RCPT", "TO:<c@d.ru>")
        client.data(b"Subject: bounce\r\n\r\n")
    answer = http.get("/api/v1/messages").json()
    assert answer["total"] == 7
    for message in answer["messages"]:
        for below in ("", "/raw", "/headers", "/link-check"):
            assert http.get(f"/api/v1/message/{message['ID']}{below}").status_code == 200
    assert http.get("/api/v1/search", params={"query": "nothing"}).json()["messages_count"] == 0


@pytest.mark.parametrize(
    "broken", ["<div>", "<script", "<p a='", "<", "<!--", "&#9999999999", "<a href=", "<head", "</", "<style>"]
)
def test_a_hostile_page_takes_no_more_time_than_its_length(broken: str) -> None:
    began = time.process_time()
    words_of(broken * 50_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("broken", ["+", "X-A: " + " " * 50, "X:", "=?utf-8?b?", "a@b,", "(", "\t\r\n ", "<", ";"])
def test_hostile_headers_take_no_more_time_than_their_length(
    http: httpx.Client, http_sink: gp.Sink, broken: str
) -> None:
    raw = f"X-Tags: a\r\nSubject: {broken * (200_000 // len(broken))}\r\n\r\nbody\r\n".encode()
    with smtplib.SMTP("127.0.0.1", http_sink.port) as client:
        client.sendmail("a@b.ru", "c@d.ru", raw)
    began = time.process_time()
    for path in ("messages", "message/1", "message/1/headers", "search?query=body", "message/1/link-check"):
        assert http.get(f"/api/v1/{path}").status_code == 200
    assert time.process_time() - began < 10


def test_a_picture_larger_than_memory_is_white(http: httpx.Client, send) -> None:
    header = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = base64.b64encode(header + struct.pack(">I", zlib.crc32(header[12:]))).decode()
    head = "MIME-Version: 1.0\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n"
    send("bomb", headers=head, body=png)
    answer = http.get("/api/v1/message/latest/part/0/thumb")
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, 'filename="x.jpg"')


def test_the_check_of_a_hostile_page_takes_no_more_time_than_its_length() -> None:
    began = time.process_time()
    for broken in ("<div style='a:", "<style>a:", "<style>{a ", "<p style='1", "<script ", "/*", "@media", "::a"):
        check_html(f"<style>{broken * 10_000}")
        check_html(broken * 10_000)
    assert time.process_time() - began < 20


def test_texts_find_by_blocks_and_forget_the_oldest() -> None:
    texts = Texts()
    for number in range(1, 10_001):
        texts.add(number, f"letter {number} счёт")
    assert texts.containing("letter 77") == {77, *range(770, 780), *range(7700, 7800)}
    assert len(texts.containing("счёт")) == 10_000
    texts.drop_before(9_000)
    assert texts.containing("letter 1000") <= {10_000}
    assert 9_500 in texts.containing("letter 95")
