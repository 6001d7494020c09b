"""Which account a letter goes through."""

from __future__ import annotations

import re
import time

import pytest
from accounts_samples import Written

import gatepost as gp

FILE = """
[old]
url = "smtp://old.example.com"
sender = "Иван <ivan@example.com>"
created = 2020-01-01

[new]
url = "smtp://new.example.com"
sender = "Рассылка <ivan@example.com>"
created = 2026-01-01

[newest]
url = "smtp://newest.example.com"
sender = "Иван <ivan@example.com>"
created = 2026-11-01
active = false

[shop]
url = "smtp://shop.example.com"
sender = "shop@example.com"
aliases = ["*@shop.example.com", "Sales@example.com"]

[yandex]
preset = "yandex"
login = "olga@yandex.ru"
"""


@pytest.mark.parametrize(
    ("sender", "name", "why"),
    [
        ("ivan@example.com", "new", "newer than old"),
        ("Иван <ivan@example.com>", "old", "its sender name is the letter's"),
        ("рассылка <IVAN@example.com>", "new", "its sender name is the letter's"),
        ("Кто-то <ivan@example.com>", "new", "newer than old"),
        ("ivan+tag@example.com", "new", "takes plus-addresses of ivan@example.com"),
        ("info@shop.example.com", "shop", r"takes \*@shop.example.com"),
        ("sales@example.com", "shop", "takes Sales@example.com"),
        ("sales+x@example.com", "shop", "takes plus-addresses of sales@example.com"),
        ("olga@ya.ru", "yandex", "takes olga@ya.ru, the same mailbox at Yandex Mail"),
        ("olga+news@narod.ru", "yandex", "takes plus-addresses of olga@narod.ru"),
        ("petr@ya.ru", None, "no account fits"),
        ("ivan@other.example", None, "no account fits"),
    ],
)
def test_the_address_decides_then_the_name_then_the_age(
    written: Written, sender: str, name: str | None, why: str
) -> None:
    choice = written(FILE).explain(sender)
    assert choice.name == name
    assert re.search(why, str(choice)), str(choice)


def test_an_inactive_account_is_never_chosen_and_the_explanation_says_so(written: Written) -> None:
    told = str(written(FILE).explain("Иван <ivan@example.com>"))
    assert "newest: sends from ivan@example.com, but it is not active" in told
    assert told.splitlines()[0] == "From Иван <ivan@example.com>: account old"


def test_a_paused_account_makes_way_for_the_next(written: Written) -> None:
    accounts = written(FILE)
    accounts.pause("new", "holidays", until=time.time() + 60)
    assert accounts.explain("ivan@example.com").name == "old"
    assert "new: sends from ivan@example.com, but it is paused" in str(accounts.explain("ivan@example.com"))
    accounts.resume("new")
    assert accounts.explain("ivan@example.com").name == "new"


def test_a_letter_is_chosen_for_by_its_from(written: Written) -> None:
    accounts = written(FILE)
    letter = gp.Message(from_="Иван <ivan@example.com>", to="a@example.com", subject="x", text="y")
    assert accounts.explain(letter).name == "old"
    assert accounts.for_sender(letter).host == "old.example.com"
    assert gp.accounts.for_sender("shop@example.com").host == "shop.example.com"


def test_no_fitting_account_is_an_error_that_lists_what_was_considered(written: Written) -> None:
    with pytest.raises(gp.InputError, match=r"(?s)no account fits.*shop: sends from shop@example.com"):
        written(FILE).for_sender("nobody@example.org")


def test_where_dates_are_missing_the_place_in_the_file_says_which_is_newer(written: Written) -> None:
    text = "[a]\nurl='smtp://a'\nsender='x@example.com'\n[b]\nurl='smtp://b'\nsender='x@example.com'\n"
    assert written(text).explain("x@example.com").name == "b"


def test_accounts_are_sent_through_by_name(written: Written, sink: gp.Sink) -> None:
    written(f"[news]\nurl = '{sink.url}'\nsender = 'Новости <news@example.com>'\n")
    gp.send("news", to="olga@example.com", subject="x", text="y")
    assert sink.letters[0].message.from_ == "Новости <news@example.com>"
