"""Mailpit and a sink of ours get the same letters and the same requests: what they answer is compared, field by field.

Where we differ by intent, a test says so and why; docs/sink-http.md has the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import gatepost as gp
from peers.mailpit import MailApi, running_mailpit
from peers.mailpit_letters import LETTERS

HIDDEN = ("olga@example.com", "hidden@example.com")
# Ids and times are each server's own. Mailpit puts a Received header on top, which a sink that keeps what it got does
# not; the size is that of the letter with it.
OWN = {"ID", "Created", "Size"}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailApi]:
    with running_mailpit(tmp_path_factory.mktemp("mailpit")) as api:
        yield api


@pytest.fixture(scope="module")
def ours() -> Iterator[MailApi]:
    with gp.Sink(http=True) as sink, httpx.Client(base_url=sink.http_url, timeout=30) as client:
        yield MailApi("gatepost", sink.port, client)


@pytest.fixture
def both(theirs: MailApi, ours: MailApi) -> tuple[MailApi, MailApi]:
    """The two, both empty."""
    for api in (theirs, ours):
        assert api.call("DELETE", "/api/v1/messages").text == "ok"
    return theirs, ours


@pytest.fixture
def full(both: tuple[MailApi, MailApi]) -> tuple[MailApi, MailApi]:
    """The two with all letters in them."""
    for api in both:
        for raw in LETTERS.values():
            api.send(raw, to=HIDDEN)
    return both


def shared(value: Any) -> Any:
    """What both have to agree on."""
    if isinstance(value, dict):
        return {name: shared(one) for name, one in value.items() if name not in OWN}
    return [shared(one) for one in value] if isinstance(value, list) else value


def ids(api: MailApi) -> list[str]:
    return [message["ID"] for message in api.get("/api/v1/messages", limit=0)["messages"]]


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_told_in_the_same_words(both: tuple[MailApi, MailApi], name: str) -> None:
    told = []
    for api in both:
        api.send(LETTERS[name], to=HIDDEN)
        listed, found = api.get("/api/v1/messages"), api.get("/api/v1/message/latest")
        found.pop("Read", None)  # ours alone has it still
        headers = api.get("/api/v1/message/latest/headers")
        headers["Received"] = [one for one in headers.get("Received", []) if "(Mailpit)" not in one]
        if b"Message-ID" not in LETTERS[name]:  # made up by the server
            assert (
                found.pop("MessageID") == listed["messages"][0].pop("MessageID") == headers.pop("Message-Id")[0][1:-1]
            )
        if b"Date" not in LETTERS[name]:
            assert found.pop("Date") == listed["messages"][0]["Created"]
        told.append((shared(listed), shared(found), headers))
    assert told[1] == told[0]


@pytest.mark.parametrize("name", ["files", "pictures", "calendar", "nested", "only a file"])
def test_parts_and_pages_are_the_same_bytes(both: tuple[MailApi, MailApi], name: str) -> None:
    told = []
    for api in both:
        api.send(LETTERS[name])
        found = api.get("/api/v1/message/latest")
        parts = [part["PartID"] for part in found["Inline"] + found["Attachments"]]
        answers = [api.http.get(f"/api/v1/message/{found['ID']}/part/{part}") for part in parts]
        views = [api.http.get(f"/view/latest.{kind}").text.replace(found["ID"], "ID") for kind in ("html", "txt")]
        heads = [(one.headers["content-type"], one.headers["content-disposition"]) for one in answers]
        told.append((parts, heads, [one.content for one in answers], views))
    assert told[1] == told[0]


def test_the_source_is_the_letter_under_the_headers_that_mailpit_adds(both: tuple[MailApi, MailApi]) -> None:
    sources = []
    for api in both:
        api.send(LETTERS["plain"], to=HIDDEN)
        source = api.http.get("/api/v1/message/latest/raw").content
        head, _, rest = source.partition(b"Received: ")
        sources.append(source if not rest else head + rest.partition(b"(UTC)\r\n")[2])
    assert sources[1] == sources[0]
    assert sources[1].endswith(LETTERS["plain"])


QUERIES = [
    *("октябрь", '"see the"', "to:olga", "from:ivan", "cc:other", "bcc:hidden", "reply-to:reply", "subject:text"),
    *("SUBJECT:TEXT", "message-id:example", "tag:one", 'tag:"two three"', "is:tagged", "is:read", "-is:read"),
    *("is:unread", "has:attachment", "!has:attachments", "has:inline", "after:2026-01-01", "before:2026-01-01"),
    *('before:"2099-01-01 10:00"', "larger:1.5k", "smaller:10", "addressed:cc@", "-to:olga", "table.csv"),
    *("a,b", '"html of it"', '"of it here"', "https://example.com/x", "-", "to:", "xyz:abc", "Петров", "петров"),
    *("is:foo", "subject:", "after:nonsense", '"Only html"', "100%", "_", "inner", 'subject:"Text and"'),
    *('"subject:Text and"', "text html", "first second", '"first second"', '"<olga@example.com>"'),
    *('to:"Ольга <olga@example.com>"', "-subject:text -has:attachment", "larger:abc", "smaller:1m", "after:1700000000"),
]


def test_searches_find_the_same(full: tuple[MailApi, MailApi]) -> None:
    for api in full:  # some read, some not
        api.get(f"/api/v1/message/{ids(api)[3]}")
    for query in QUERIES:
        found = []
        for api in full:
            answer = api.get("/api/v1/search", query=query)
            subjects = [message["Subject"] for message in answer["messages"]]
            found.append((subjects, answer["messages_count"], answer["messages_unread"], answer["total"]))
        assert found[1] == found[0], query


def test_subjects_are_found_whatever_the_case_of_their_russian_letters(full: tuple[MailApi, MailApi]) -> None:
    found = [api.get("/api/v1/search", query="subject:СЧЁТ")["messages_count"] for api in full]
    assert found == [0, 1]  # SQLite's LIKE knows the case of ASCII alone


@pytest.mark.parametrize(
    "query",
    [{}, {"limit": 2, "start": 3}, {"limit": 0}, {"limit": "x", "start": -3}, {"start": 99}, {"before": "2020"}],
)
def test_pages_are_the_same(full: tuple[MailApi, MailApi], query: dict[str, Any]) -> None:
    told = []
    for api in full:
        answer = api.get("/api/v1/messages", **query)
        answer["messages"] = [message["Subject"] for message in answer["messages"]]
        told.append(answer)
    assert told[1] == told[0]


def test_what_changes_letters_changes_them_alike(full: tuple[MailApi, MailApi]) -> None:
    told = []
    for api in full:
        keys = ids(api)
        steps: list[tuple[str, str, Any]] = [
            ("PUT", "/api/v1/messages", {"IDs": keys[:3], "Read": True}),
            ("PUT", "/api/v1/messages", {"Search": "subject:text", "Read": True}),
            ("PUT", "/api/v1/messages", {"IDs": keys[:1]}),
            ("PUT", "/api/v1/tags", {"IDs": keys[2:5], "Tags": ["New", "new", " a?b ", "", "one"]}),
            ("PUT", "/api/v1/tags/New", {"Name": "newer"}),
            ("PUT", "/api/v1/tags/news", {"Name": "newer"}),
            ("DELETE", "/api/v1/tags/weekly", None),
            ("DELETE", "/api/v1/tags/nothing", None),
            ("PUT", "/api/v1/tags", {"IDs": keys[2:3], "Tags": []}),
            ("DELETE", "/api/v1/messages", {"IDs": [keys[4], "nothing"]}),
            ("DELETE", "/api/v1/search?query=subject:folded", None),
            ("PUT", "/api/v1/messages", {"IDs": keys[:1], "Search": "x"}),
            ("PUT", "/api/v1/tags/newer", {"Name": "?"}),
        ]
        for method, path, body in steps:
            answer = api.call(method, path, body)
            listed = [
                (message["Subject"], message["Read"], message["Tags"])
                for message in api.get("/api/v1/messages")["messages"]
            ]
            facts = {name: api.get("/api/v1/info")[name] for name in ("Messages", "Unread", "Tags")}
            told.append((method, path, answer.status_code, answer.text, listed, facts, api.get("/api/v1/tags")))
    assert told[len(told) // 2 :] == told[: len(told) // 2]


ERRORS = [
    *[("GET", "/api/v1/message/nothing", None), ("GET", "/api/v1/message/nothing/raw", None)],
    *[("GET", "/api/v1/search", None), ("DELETE", "/api/v1/search", None), ("GET", "/view/nothing.html", None)],
    *[("GET", "/api/v1/message/latest/part/77", None), ("PUT", "/api/v1/tags/x", {"Name": "y"})],
    *[("PUT", "/api/v1/chaos", {"Sender": {"ErrorCode": 300, "Probability": 1}})],
    *[("PUT", "/api/v1/chaos", {"Recipient": {"ErrorCode": 451, "Probability": 101}})],
    *[("OPTIONS", "/api/v1/messages", None), ("GET", "/livez", None), ("GET", "/readyz", None)],
]


@pytest.mark.parametrize(("method", "path", "body"), ERRORS)
def test_errors_have_the_same_status_and_words(
    both: tuple[MailApi, MailApi], method: str, path: str, body: Any
) -> None:
    answers = [api.call(method, path, body) for api in both]
    assert (answers[1].status_code, answers[1].text) == (answers[0].status_code, answers[0].text)


@pytest.mark.parametrize(
    "body",
    [
        {"From": {"Email": "ivan@example.com"}, "To": [{"Email": "olga@example.com"}], "Subject": "s", "Text": "t"},
        {
            "From": {"Email": "ivan@example.com", "Name": "Иван"},
            "To": [{"Email": "olga@example.com", "Name": "Ольга"}],
            "Cc": [{"Email": "cc@example.com", "Name": "Cc"}],
            "Bcc": ["bcc@example.com"],
            "ReplyTo": [{"Email": "reply@example.com", "Name": "Reply"}],
            "Subject": "Счёт",
            "Text": "text",
            "HTML": "<p>html</p>",
            "Tags": ["One", "two"],
            "Headers": {"X-IP": "1.2.3.4"},
            "Attachments": [{"Content": "JVBERi0xLjQK", "Filename": "a.pdf", "ContentType": "application/pdf"}],
        },
    ],
)
def test_a_letter_that_was_sent_by_json_is_told_in_the_same_words(
    both: tuple[MailApi, MailApi], body: dict[str, Any]
) -> None:
    told = []
    for api in both:
        id_ = api.call("POST", "/api/v1/send", body).json()["ID"]
        found = api.get(f"/api/v1/message/{id_}")
        # The composers differ in line ends at the end of texts and in the numbers of parts.
        found["Text"], found["HTML"] = found["Text"].strip(), found["HTML"].strip()
        for part in found["Attachments"]:
            part.pop("PartID")
        found = {name: value for name, value in found.items() if name not in ("Date", "MessageID", "Read")}
        told.append((shared(found), api.get(f"/api/v1/message/{id_}/headers").get("X-Ip")))
    assert told[1] == told[0]


def test_the_configuration_and_the_facts_have_the_same_names(both: tuple[MailApi, MailApi]) -> None:
    assert both[1].get("/api/v1/webui") == both[0].get("/api/v1/webui")
    infos = [api.get("/api/v1/info") for api in both]
    assert [set(info) for info in infos] == [set(infos[0])] * 2
    assert set(infos[1]["RuntimeStats"]) == set(infos[0]["RuntimeStats"])
    assert both[1].get("/api/v1/chaos") == both[0].get("/api/v1/chaos")


def test_links_are_the_same_and_nobody_asks_for_them(both: tuple[MailApi, MailApi]) -> None:
    found = []
    for api in both:
        api.send(LETTERS["both"].replace(b"https://example.com", b"http://127.0.0.1:1"))
        answer = api.get("/api/v1/message/latest/link-check")
        found.append([link["URL"] for link in answer["Links"]])
    assert found[1] == found[0]
    assert answer["Errors"] == 0
    assert {link["Status"] for link in answer["Links"]} == {"not requested: the sink sends nothing"}
