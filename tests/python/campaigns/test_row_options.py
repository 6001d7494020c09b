"""Columns with a meaning of their own: account, send_at, letter_id, attachments, language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fake_engine import Server

from gatepost import RecipientList
from gatepost.accounts import Account
from gatepost.campaigns import Campaign, Template

Make = Callable[..., Campaign]
TEXT = Template(subject="s", text="x")


def second() -> Account:
    return Account("smtp://127.0.0.1:2526", name="second", sender="second@example.com")


def test_a_row_goes_through_the_account_that_it_names(server: Server, make: Make, account: Account) -> None:
    rows = [{"email": f"u{i}@x.ru", "account": ("second", "main", "")[i % 3]} for i in range(600)]
    assert make(template=TEXT, recipients=rows, accounts=[account, second()]).run().ok
    used = {letter.to: letter.account for letter in server.delivered}
    assert {used[f"u{i}@x.ru"] for i in range(0, 600, 3)} == {"second"}
    assert {used[f"u{i}@x.ru"] for i in range(1, 600, 3)} == {"main"}
    assert len(server.delivered) == 600


def test_an_account_that_the_campaign_does_not_have_is_named_with_its_column(server: Server, make: Make) -> None:
    rows = [{"email": "a@x.ru", "Аккаунт": "other"}, {"email": "b@x.ru", "Аккаунт": "main"}]
    found = [(row["status"], row["detail"]) for row in make(template=TEXT, recipients=rows).results()]
    assert found[0][0] == "invalid"
    assert "column 'Аккаунт': the campaign has no account 'other' (main)" in found[0][1]
    assert found[1] == ("queued", "")


def test_columns_are_fields_and_nothing_else_where_that_is_wanted(server: Server, make: Make) -> None:
    rows = [{"email": "a@x.ru", "account": "ООО «Ромашка»", "send_at": "soon"}]
    campaign = make(
        template=Template(subject="{{ account }}", text="{{ send_at }}"),
        recipients=RecipientList(rows, row_options=False),
    )
    assert campaign.run().ok
    assert [letter.subject for letter in server.delivered] == ["ООО «Ромашка»"]


def test_nobody_gets_a_letter_before_its_time(server: Server, make: Make) -> None:
    at = datetime.fromtimestamp(server.clock.now + 3600)
    rows = [
        {"email": "later@x.ru", "send at": at.strftime("%d.%m.%Y %H:%M:%S")},
        {"email": "now@x.ru", "send at": ""},
        {"email": "past@x.ru", "send at": "2001-01-01"},
        {"email": "bad@x.ru", "send at": "завтра"},
    ]
    campaign = make(template=TEXT, recipients=rows)
    campaign.run(wait_for_retries=False)
    assert [letter.to for letter in server.delivered] == ["now@x.ru", "past@x.ru"]
    found = {row["email"]: (row["status"], row["attempts"], row["detail"]) for row in campaign.results()}
    assert found["later@x.ru"][:2] == ("retrying", 0)
    assert found["bad@x.ru"][0] == "invalid" and "column 'send at': 'завтра' is no time" in found["bad@x.ru"][2]
    server.clock.now += 3601
    campaign.run()
    assert [letter.to for letter in server.delivered][2:] == ["later@x.ru"]


def test_a_row_brings_its_letter_id_and_its_files(server: Server, make: Make, tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    for name in ("1.txt", "2.txt"):
        (tmp_path / "acts" / name).write_text(name)
    rows = [
        {"email": "a@x.ru", "letter_id": "A-7", "Вложения": "1.txt; 2.txt"},
        {"email": "b@x.ru", "letter_id": "", "Вложения": ""},
        {"email": "c@x.ru", "letter_id": "с пробелом", "Вложения": ""},
        {"email": "d@x.ru", "letter_id": "", "Вложения": "../secret.txt"},
    ]
    (tmp_path / "secret.txt").write_text("secret")
    campaign = make(template=TEXT, recipients=RecipientList(rows, attachments_from=tmp_path / "acts"))
    campaign.run()
    letters = {letter.to: letter for letter in server.delivered}
    assert set(letters) == {"a@x.ru", "b@x.ru"}
    assert len(letters["a@x.ru"].attachments) == 2 and not letters["b@x.ru"].attachments
    details = {row["email"]: row["detail"] for row in campaign.results()}
    assert "letter id" in details["c@x.ru"] and "no file '../secret.txt'" in details["d@x.ru"]


def test_files_are_attached_from_nowhere_until_a_folder_is_named(server: Server, make: Make) -> None:
    campaign = make(template=TEXT, recipients=[{"email": "a@x.ru", "attachments": "/etc/passwd"}])
    assert any("nothing is attached until attachments_from=" in fact for fact in campaign.check().recognised)
    campaign.run()
    assert not server.delivered[0].attachments


@pytest.mark.parametrize(("language", "good"), [("ru", True), ("pt-BR", True), ("", True), ("по-русски", False)])
def test_a_language_is_checked(server: Server, make: Make, language: str, good: bool) -> None:
    campaign = make(template=TEXT, recipients=[{"email": "a@x.ru", "Язык": language}])
    assert [row["status"] for row in campaign.results()] == ["queued" if good else "invalid"]
