"""swaks against our sink: every point where it can stop, politely or not."""

from __future__ import annotations

from typing import Any

import pytest

import gatepost as gp
from peers.peer import LOGIN, PASSWORD
from peers.swaks import AUTH, XCLIENT, MakeSink, RunSwaks, last_transcript

STOPS = ["BANNER", "FIRST-HELO", "XCLIENT", "TLS", "HELO", "AUTH", "MAIL", "RCPT"]


@pytest.fixture
def busy_sink(make_sink: MakeSink) -> gp.Sink:
    return make_sink(tls="starttls", users={LOGIN: PASSWORD}, access=gp.SinkAccess(xclient_from=["127.0.0.1"]))


EVERYTHING: list[Any] = ["--tls", "--auth", "PLAIN", *AUTH, *XCLIENT]


@pytest.mark.parametrize("stop", STOPS)
def test_quit_after_each_step_is_answered(busy_sink: gp.Sink, run_swaks: RunSwaks, stop: str) -> None:
    run_swaks(busy_sink, *EVERYTHING, "--quit-after", stop)
    assert last_transcript(busy_sink).rstrip().endswith("S: 221 2.0.0 Bye")
    assert busy_sink.letters == []


@pytest.mark.parametrize(
    ("how", "stop"),
    [("--drop-after", stop) for stop in [*STOPS, "DATA"]]
    + [("--drop-after-send", stop) for stop in [*STOPS[1:], "DATA"]],
)
def test_connection_that_breaks_leaves_no_letter_and_the_sink_goes_on(
    busy_sink: gp.Sink, run_swaks: RunSwaks, stop: str, how: str
) -> None:
    run_swaks(busy_sink, *EVERYTHING, how, stop)
    run_swaks(busy_sink, *EVERYTHING)
    assert len(busy_sink.wait(1)) == 1
    assert busy_sink.received == 1


@pytest.mark.parametrize("how", ["--drop-after", "--drop-after-send"])
def test_connection_that_breaks_behind_the_last_dot_leaves_the_letter_once(
    busy_sink: gp.Sink, run_swaks: RunSwaks, how: str
) -> None:
    run_swaks(busy_sink, *EVERYTHING, how, "DOT")
    assert len(busy_sink.wait(1)) == 1
    assert busy_sink.received == 1
