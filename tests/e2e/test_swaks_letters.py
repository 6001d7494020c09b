"""swaks against our sink: the letters it makes, and those that are refused."""

from __future__ import annotations

from pathlib import Path

import gatepost as gp
from peers.swaks import NO_DATA, NO_GREETING, NO_RCPT, REFUSED_LETTER, REFUSED_MAIL, MakeSink, RunSwaks, last_transcript


def test_body_header_and_attachment(make_sink: MakeSink, run_swaks: RunSwaks, tmp_path: Path) -> None:
    sink = make_sink()
    attachment = tmp_path / "every byte.bin"
    attachment.write_bytes(bytes(range(256)) * 100)
    run_swaks(
        sink,
        *("--body", "Здравствуйте\\n.\\n..\\n", "--h-Subject", "=?utf-8?b?0KHRh9GR0YI=?=", "--add-header", "X-Tag: 1"),
        *("--attach-type", "application/octet-stream", "--attach", f"@{attachment}"),
    )
    [letter] = sink.wait(1)
    assert letter.subject == "Счёт"
    assert b"\r\nX-Tag: 1\r\n" in letter.raw
    assert "Здравствуйте\n.\n..\n" in (letter.message.text or "")
    assert [part.data for part in letter.message.attachments] == [attachment.read_bytes()]


def test_parts_with_types_and_names(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    run_swaks(
        sink,
        *("--attach-type", "text/html", "--attach-body", "<p>Здравствуйте</p>"),
        *("--attach-type", "text/csv", "--attach-name", "list.csv", "--attach", "a;b\\n1;2\\n"),
    )
    [letter] = sink.wait(1)
    assert "<p>Здравствуйте</p>" in (letter.message.html or "")
    assert [(part.name, part.type) for part in letter.message.attachments] == [("list.csv", "text/csv")]


def test_letter_as_it_stands(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    raw = "From ivan Mon Nov 22 12:00:00 2026\r\nSubject: %FROM_ADDRESS%\r\n\r\n..\r\n"
    run_swaks(sink, "--data", f"{raw}.\r\n", "--no-data-fixup")
    assert sink.wait(1)[0].raw.decode() == raw.replace("\r\n..", "\r\n.")


def test_bare_line_feeds_are_refused_behind_the_true_end(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    smuggled = "Subject: x\n\n.\nMAIL FROM:<evil@example.org>\nRCPT TO:<a@example.com>\nDATA\n\n"
    run_swaks(sink, "--data", f"{smuggled}\r\n.\r\n", "--no-data-fixup", code=REFUSED_LETTER)
    assert "S: 550 5.5.2" in last_transcript(sink)
    assert sink.letters == []
    assert "evil@example.org" not in last_transcript(sink)


def test_null_sender(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    run_swaks(sink, "--from", "<>")
    assert sink.wait(1)[0].envelope.from_ == ""


def test_letter_above_the_size_is_refused_and_the_session_goes_on(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(limits=gp.SinkLimits(message_bytes=10_000))
    run_swaks(sink, "--body", "x" * 70 + "\\n" * 20_000, code=REFUSED_LETTER)
    assert "S: 552 5.3.4" in last_transcript(sink)
    assert last_transcript(sink).rstrip().endswith("S: 221 2.0.0 Bye")
    assert sink.letters == []


def test_rules_speak_in_each_phase(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    codes = {"connect": NO_GREETING, "mail": REFUSED_MAIL, "rcpt": NO_RCPT, "data": NO_DATA, "final": REFUSED_LETTER}
    for phase, code in codes.items():
        sink = make_sink()
        sink.rules.add(phase=phase, reply="554 5.7.1 Not you")
        assert "554 5.7.1 Not you" in run_swaks(sink, code=code)
