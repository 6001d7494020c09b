"""The transcripts in docs/desk.md are what the stories showed: compared by the tests, written by them on request."""

from __future__ import annotations

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "desk.md"
_WRITE = "GATEPOST_WRITE_TRANSCRIPTS"

# What differs from run to run, and what stands for it. The width stays, where lines are folded.
_STEADY = (
    (r"(?!2099)\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "2026-11-30 14:05"),
    (r"\b\d\d:\d\d:\d\d\b", "14:05:00"),
    (r"(?<=until )\d{4}-\d\d-\d\d", "2026-11-30"),
    (r"queued as \w+", "queued as 2AB7Q"),
    (r"[\d.,]+ letters/s", "20 letters/s"),
    (r"\b[\d.,]+/s\b", "20/s"),
    (r"\b[\d.,]+ m?s (in all|left)", r"2 s \1"),
    (r"process [\w.-]+:\d+", "process desk:1234"),
    (r"preview:\s+/[^$]*?html", "preview: /home/desk/preview.html"),
)


# A long command is folded by the terminal wherever its line ends.
_HOST = re.compile("\n?".join([*map(re.escape, "127.0.0.1:"), *[r"\d"] * 5]))


def _host(found: re.Match[str]) -> str:
    steady_one = iter("127.0.0.1:25025")
    return "".join(char if char == "\n" else next(steady_one) for char in found[0])


def steady(text: str) -> str:
    """The same without what differs from run to run."""
    text = _HOST.sub(_host, text)
    for pattern, stands in _STEADY:
        text = re.sub(pattern, stands, text)
    return text


def _compared(text: str) -> list[str]:
    """Words that are the same in every run: how lines are folded, how often progress is told and whether it is midnight
    soon make no difference."""
    text = re.sub(r"^\w+: \d+ of \d.*?(?=^Campaign |^\$ |\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r" 2 s left", "", text).replace("2026-11-30 14:05", "14:05:00")
    return text.split()


def must_be_in_the_docs(story: str, transcript: list[str]) -> None:
    """Fails where docs/desk.md shows something else; GATEPOST_WRITE_TRANSCRIPTS=1 writes it there."""
    shown = steady("\n\n".join(transcript))
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- story: {story} -->\n```text\n)(.*?)(\n```)", re.DOTALL)
    found = block.search(page)
    assert found is not None, f"docs/desk.md has no block for the story {story}"
    if os.environ.get(_WRITE) == "1":
        PAGE.write_text(page[: found.start(2)] + shown + page[found.end(2) :], encoding="utf-8")
        return
    assert _compared(shown) == _compared(found[2]), (
        f"docs/desk.md shows another transcript; {_WRITE}=1 writes the new one"
    )
