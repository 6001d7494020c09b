"""Copies for addresses of one's own: at the start and at the end, marked, and counted nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import gatepost as gp

PEOPLE = [{"email": f"u{i}@example.com", "name": f"Имя{i}"} for i in range(5)]
TEXT = gp.Template(subject="Привет, {{ name }}!", text="x")
SEEDS = ["Me <me@own.example>", "boss@own.example", "me@own.example"]


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink() as sink:
        yield sink


def campaign(sink: gp.Sink, store: str, **options: Any) -> gp.Campaign:
    account = sink.account(name="news", sender="news@example.com")
    known = {"template": TEXT, "recipients": PEOPLE, "accounts": account, "store": store, "seeds": SEEDS}
    return gp.Campaign("october", **{**known, **options})


def copies(sink: gp.Sink) -> list[tuple[str, str, str, str]]:
    """(address, X-Seed, X-Letter-Id, subject) of letters that are marked."""
    marked = [one for one in sink.letters if one.message.headers.get("X-Seed")]
    return sorted(
        (one.envelope.to[0], one.message.headers["X-Seed"], one.message.headers["X-Letter-Id"], one.message.subject)
        for one in marked
    )


AT_THE_START, AT_THE_END = (
    [(to, which, f"seed-{which}", f"Привет, {name}!") for to in ("boss@own.example", "me@own.example")]
    for which, name in (("start", "Имя0"), ("end", "Имя4"))
)


def test_copies_go_at_the_start_and_the_end_and_count_nowhere(sink: gp.Sink, store_url: str) -> None:
    with campaign(sink, store_url) as one:
        report = one.run(progress=False)
        assert report.counts == {"accepted": 5} and report.sent == 5
        assert copies(sink) == sorted(AT_THE_START + AT_THE_END) and len(sink.letters) == 9
        assert "Seed list: 2 of 2 copies at the start, counted nowhere." in report.notes
        assert len(one.results()) == 5
        assert not any(
            letter.message.headers.get("X-Seed") for letter in sink.letters if "u" in letter.envelope.to[0][:1]
        )
    with gp.History(store_url) as history:
        assert len(history.attempts()) == 5


def test_they_go_once_however_often_a_campaign_is_paused(sink: gp.Sink, store_url: str) -> None:
    sink.rules.add(phase="rcpt", to="u4@*", nth=1, reply="450 4.2.1 Try again later")
    with campaign(sink, store_url, retry=gp.RetryPolicy(first_delay=0.2)) as one:
        assert one.run(progress=False, wait_for_retries=False).state == "paused"
        assert copies(sink) == sorted(AT_THE_START)
        assert one.run(progress=False).ok
        assert copies(sink) == sorted(AT_THE_START + AT_THE_END)
    with campaign(sink, store_url, recipients=[*PEOPLE, {"email": "new@example.com", "name": "N"}]) as longer:
        assert longer.run(progress=False).counts == {"accepted": 6}
        assert len(copies(sink)) == 4


def test_one_that_is_refused_is_named_and_holds_up_nothing(sink: gp.Sink, store_url: str) -> None:
    sink.rules.add(phase="rcpt", to="boss@*", reply="550 5.1.1 No such user")
    with campaign(sink, store_url) as one:
        report = one.run(progress=False)
        assert report.ok and report.counts == {"accepted": 5}
        assert any(note.startswith("No seed copy (boss@own.example): ") for note in report.notes)
        assert {to for to, *_ in copies(sink)} == {"me@own.example"}


def test_the_list_may_change_and_be_taken_back(sink: gp.Sink, store_url: str) -> None:
    with campaign(sink, store_url) as one:
        assert one.describe()["seeds"] == ["me@own.example", "boss@own.example"]
        assert one.update(seeds=[]) == []
        one.run(progress=False)
        assert copies(sink) == []
        with pytest.raises(gp.InputError, match=r"seeds: .*'nobody'"):
            one.update(seeds=["nobody"])
        with pytest.raises(gp.InputError, match="seeds takes a collection of str"):
            one.update(seeds="me@own.example")
