"""Events over the WebSocket, as Mailpit tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import gatepost as gp


@pytest.fixture
def events(http_sink: gp.Sink) -> Iterator[ClientConnection]:
    with connect(http_sink.http_url.replace("http", "ws") + "/api/events") as socket:
        yield socket


def next_of(events: ClientConnection, kind: str) -> Any:
    while True:
        event = json.loads(events.recv(10))
        if event["Type"] == kind:
            return event["Data"]


def test_a_letter_is_told_when_it_comes(events: ClientConnection, http: httpx.Client, send) -> None:
    send("Счёт", to="olga+tag@example.com")
    told = next_of(events, "new")
    assert told == http.get("/api/v1/messages").json()["messages"][0]
    assert (told["Subject"], told["Tags"]) == ("Счёт", ["tag"])
    stats = next_of(events, "stats")
    assert (stats["Total"], stats["Unread"]) == (1, 1)


def test_changes_are_told(events: ClientConnection, http: httpx.Client, send) -> None:
    send("one")
    send("two")
    next_of(events, "new")
    http.get("/api/v1/message/1")
    assert next_of(events, "update") == {"ID": "1", "Read": True}
    http.put("/api/v1/tags", json={"IDs": ["1"], "Tags": ["a"]})
    assert next_of(events, "update") == {"ID": "1", "Tags": ["a"]}
    http.put("/api/v1/tags/a", json={"Name": "b"})
    assert next_of(events, "prune") is None
    http.request("DELETE", "/api/v1/messages", json={"IDs": ["1"]})
    assert next_of(events, "delete") == {"ID": "1"}
    http.delete("/api/v1/messages")
    assert next_of(events, "truncate") is None


def test_a_change_of_many_letters_is_told_once(
    events: ClientConnection, http: httpx.Client, http_sink: gp.Sink
) -> None:
    with gp.Mailer(http_sink.account()) as mailer:
        for number in range(201):
            mailer.send(gp.Message(from_="a@b.ru", to="c@d.ru", subject=str(number), text="t"))
    http.put("/api/v1/messages", json={"Read": True})
    assert next_of(events, "prune") is None
    assert next_of(events, "stats")["Unread"] == 0


def test_a_client_is_let_go_with_the_sink() -> None:
    with gp.Sink(http=True) as sink:
        socket = connect(sink.http_url.replace("http", "ws") + "/api/events")
    with socket, pytest.raises(ConnectionClosed):
        socket.recv(10)


def test_another_origin_hears_nothing(http_sink: gp.Sink) -> None:
    with pytest.raises(InvalidStatus):
        connect(http_sink.http_url.replace("http", "ws") + "/api/events", origin="http://evil.example")
