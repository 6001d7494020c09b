"""The HTML report: complete, self-contained, safe to open."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from store_samples import NOON, attempt, recipient

from gatepost.errors import InputError
from gatepost.history import History
from gatepost.history.report import MOST_RECIPIENTS
from gatepost.store import Settled, Status, Store


class Page(HTMLParser):
    """Tags with their attributes, and the text outside of styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture
def page(history: History, tmp_path: Path) -> Page:
    return Page(history.report(tmp_path / "отчёт.html", campaign="october"))


def test_the_numbers_are_those_of_the_ledger(page: Page) -> None:
    assert "2 of 4 recipients that could be written to (50.0%)" in page.text
    assert "1 will not get it" in page.text
    assert "1 are in doubt" in page.text


def test_refusals_stand_with_cause_remedy_and_the_servers_words(page: Page) -> None:
    assert "There is no such mailbox at the recipient's server." in page.text
    assert "Remove the address from the list" in page.text
    assert "550 5.1.1 Нет такого <script>alert(1)</script>" in page.text
    assert "ivan@mail.ru" in page.text
    assert "late@gmail.com" in page.text


def test_rows_that_were_sorted_out_are_told(page: Page) -> None:
    assert "invalid why 1 not an address" in page.text
    assert "duplicate why 1 olga@mail.ru" in page.text


def test_domains_stand_in_their_own_letters_and_the_test_address_nowhere(page: Page) -> None:
    assert "пример.рф" in page.text
    assert "test.ru" not in page.text.lower()


def test_foreign_text_is_escaped(page: Page, tmp_path: Path) -> None:
    assert "script" not in [tag for tag, _ in page.tags]
    assert "<script" not in (tmp_path / "отчёт.html").read_text(encoding="utf-8")


def test_the_file_needs_nothing_from_the_net(page: Page, tmp_path: Path) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("link", "script", "iframe", "img", "object")
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    source = (tmp_path / "отчёт.html").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\((?!#)", source)


def test_the_plots_are_inside(page: Page) -> None:
    assert [tag for tag, _ in page.tags].count("svg") == 4
    assert "Why servers said no, by category" in page.text


def test_the_list_of_recipients_is_capped_and_the_rest_counted(store: Store, tmp_path: Path) -> None:
    count = MOST_RECIPIENTS + 7
    campaign = store.create_campaign("big", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, count + 1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, count, NOON)
    refused = [Settled(row, Status.REFUSED, "mailbox_full", 552, at=NOON) for row in range(1, count + 1)]
    store.settle(worker, refused, [attempt(NOON, "a@x.ru", "refused", campaign="big")])
    page = Page(History(store).report(tmp_path / "r.html", "big"))
    assert f"The first {MOST_RECIPIENTS} of {count}" in page.text
    assert f"user{MOST_RECIPIENTS}@" in page.text
    assert f"user{MOST_RECIPIENTS + 1}@" not in page.text


def test_a_report_of_everything_includes_letters_outside_campaigns(history: History, tmp_path: Path) -> None:
    page = Page(history.report(tmp_path / "r.html"))
    assert "Delivery report: all letters" in page.text
    assert "3 of 5 recipients" in page.text


def test_a_report_of_nothing_says_so(store: Store, tmp_path: Path) -> None:
    page = Page(History(store).report(tmp_path / "r.html"))
    assert "There is nothing to report" in page.text


def test_an_unknown_campaign_is_named_and_no_file_written(history: History, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no campaign 'november'"):
        history.report(tmp_path / "r.html", campaign="november")
    assert not (tmp_path / "r.html").exists()


def test_recording_needs_no_matplotlib(tmp_path: Path) -> None:
    script = f"""
import sys
from gatepost.history import History
History({str(tmp_path / "s.db")!r}).stats()
sys.exit("matplotlib" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
