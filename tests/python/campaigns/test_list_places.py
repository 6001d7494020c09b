"""Whatever is said of a row names where it stands in the list as it was given last, however the list changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from fake_engine import GREYLISTED, LOST_AFTER_DOT, Failure, Server

from gatepost.campaigns import Campaign, RecipientList, Template
from gatepost.errors import InputError
from gatepost.history.letters import letters
from gatepost.history.times import zone_named

PLAIN = Template(subject="x", text="x")
Make = Callable[..., Campaign]


def csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["email,name", *rows]) + "\n")
    return path


def places(campaign: Campaign) -> dict[str, int | None]:
    return {row["email"]: row["row"] for row in campaign.results()}


def test_rows_put_in_at_the_top_after_the_run_move_all_others_by_their_number(
    server: Server, make: Make, tmp_path: Path
) -> None:
    server.script = lambda to, account, nth: Failure() if to == "gone@x.ru" else None
    make(recipients=csv(tmp_path / "a.csv", "a@x.ru,A", "broken,B", "gone@x.ru,G")).run()
    longer = csv(tmp_path / "b.csv", "new@x.ru,N", "worse,W", "a@x.ru,A", "broken,B", "gone@x.ru,G", "A@X.ru,A")
    campaign = make(recipients=longer)
    expected = {"new@x.ru": 2, "worse": 3, "a@x.ru": 4, "broken": 5, "gone@x.ru": 6, "A@X.ru": 7}
    assert places(campaign) == expected
    assert [row["row"] for row in campaign.results()] == [2, 3, 4, 5, 6, 7]
    checked = campaign.check()
    assert [(one.row, one.text) for one in checked.bad] == [(3, "worse"), (5, "broken")]
    assert [(one.row, one.why) for one in checked.duplicates] == [(7, "same address as row 4")]
    assert [one.row for one in checked.previews] == [2]
    report = campaign.run()
    assert {(cause.category, tuple(cause.rows)) for cause in report.causes} == {
        ("", (3, 5)),
        ("recipient_unknown", (6,)),
    }
    assert "row 6: " in str(report) and "row 3: " in str(report)
    assert [row["row"] for row in campaign.failed().results()] == [6]


def test_a_second_list_that_moves_rows_back_gives_them_their_numbers_back(
    server: Server, make: Make, tmp_path: Path
) -> None:
    make(recipients=[{"email": "a@x.ru", "name": "A"}, {"email": "b@x.ru", "name": "B"}]).run()
    moved = make(recipients=[{"email": one, "name": "x"} for one in ("b@x.ru", "new@x.ru", "a@x.ru")])
    assert places(moved) == {"b@x.ru": 1, "new@x.ru": 2, "a@x.ru": 3}
    back = make(recipients=[{"email": "a@x.ru", "name": "A"}, {"email": "b@x.ru", "name": "B"}])
    assert places(back) == {"a@x.ru": 1, "b@x.ru": 2}  # who was new is gone again
    assert back.run().counts == {"accepted": 2}


def test_the_row_that_says_of_which_row_it_is_the_double_says_so_of_the_list_of_today(
    server: Server, make: Make, tmp_path: Path
) -> None:
    make(recipients=csv(tmp_path / "a.csv", "a@x.ru,A", "b@x.ru,B", "b@x.ru,B")).run()
    campaign = make(recipients=csv(tmp_path / "b.csv", "n@x.ru,N", "a@x.ru,A", "b@x.ru,B", "b@x.ru,B"))
    assert [(one.row, one.why) for one in campaign.check().duplicates] == [(5, "same address as row 4")]


def test_the_further_addresses_of_a_cell_stand_in_the_row_of_the_cell(
    server: Server, make: Make, tmp_path: Path
) -> None:
    first = csv(tmp_path / "a.csv", "a@x.ru,A", "b@x.ru; c@x.ru; a@x.ru,B")
    campaign = make(recipients=first)
    assert [(row["row"], row["email"]) for row in campaign.results()] == [
        (2, "a@x.ru"),
        (3, "b@x.ru"),
        (3, "c@x.ru"),
        (3, "a@x.ru"),
    ]
    assert [(one.row, one.why) for one in campaign.check().duplicates] == [(3, "same address as row 2")]
    campaign.run()
    longer = csv(tmp_path / "b.csv", "n@x.ru,N", "a@x.ru,A", "b@x.ru; c@x.ru; a@x.ru,B", "d@x.ru,D", "bad,E")
    campaign = make(recipients=longer)
    found = [(row["row"], row["email"]) for row in campaign.results()]
    assert found == [
        (2, "n@x.ru"),
        (3, "a@x.ru"),
        (4, "b@x.ru"),
        (4, "c@x.ru"),
        (4, "a@x.ru"),
        (5, "d@x.ru"),
        (6, "bad"),
    ]
    assert [one.row for one in campaign.check().bad] == [6]
    assert campaign.run().counts["accepted"] == 5


def test_a_letter_to_oneself_a_preview_and_an_export_know_rows_as_the_list_has_them(
    server: Server, make: Make, tmp_path: Path
) -> None:
    make(recipients=csv(tmp_path / "a.csv", "a@x.ru,Анна", "b@x.ru,Борис")).run()
    campaign = make(recipients=csv(tmp_path / "b.csv", "n@x.ru,Нина", "b@x.ru,Борис"))
    with pytest.raises(InputError, match="row 4 is not in the list"):
        campaign.preview(tmp_path / "page.html", rows=[4])
    page = campaign.preview(tmp_path / "page.html", rows=[3, 2]).read_text()
    assert page.index("Row 3") < page.index("Борис") < page.index("Row 2") < page.index("Нина")
    campaign.export(tmp_path / "out")
    assert (tmp_path / "out" / "recipients.csv").read_text().splitlines()[1:] == ["n@x.ru,Нина", "b@x.ru,Борис"]
    results = pl.read_csv(tmp_path / "out" / "results.csv").select("row", "email").rows()
    assert results == [(2, "n@x.ru"), (3, "b@x.ru"), (None, "a@x.ru")]
    known = letters(campaign._store, zone_named(None), "october").select("recipient", "row").rows()
    assert dict(known) == {"n@x.ru": 2, "b@x.ru": 3, "a@x.ru": None}


def test_rows_of_a_sheet_and_of_a_table_keep_the_numbers_of_their_own_kind(
    server: Server, make: Make, tmp_path: Path
) -> None:
    def sheet(name: str, *rows: list[str]) -> RecipientList:
        book = openpyxl.Workbook()
        for row in [["Клиенты"], [], ["email", "name"], *rows]:
            book.active.append(row)
        book.save(tmp_path / name)
        return RecipientList(tmp_path / name)

    make(recipients=sheet("a.xlsx", ["a@x.ru", "A"], ["bad", "B"])).run()
    campaign = make(recipients=sheet("b.xlsx", ["n@x.ru", "N"], ["a@x.ru", "A"], ["bad", "B"]))
    assert places(campaign) == {"n@x.ru": 4, "a@x.ru": 5, "bad": 6}


def test_a_corrected_row_that_moved_takes_the_place_of_the_bad_one(server: Server, make: Make, tmp_path: Path) -> None:
    make(recipients=csv(tmp_path / "a.csv", "a@x.ru,A", "bad,B")).run()
    make(recipients=csv(tmp_path / "b.csv", "n@x.ru,N", "a@x.ru,A", "bad,B")).run()
    campaign = make(recipients=csv(tmp_path / "c.csv", "n@x.ru,N", "a@x.ru,A", "good@x.ru,B"))
    assert campaign.changes[0] == "The list is another: 0 new, 1 corrected."
    assert places(campaign) == {"n@x.ru": 2, "a@x.ru": 3, "good@x.ru": 4}


def test_who_is_in_doubt_or_refused_and_no_longer_in_the_list_stands_nowhere_and_is_not_sent_to_again(
    server: Server, make: Make
) -> None:
    server.script = lambda to, account, nth: {"doubt@x.ru": LOST_AFTER_DOT, "gone@x.ru": Failure()}.get(to)
    make(recipients=["a@x.ru", "doubt@x.ru", "gone@x.ru"], template=PLAIN).run()
    campaign = make(recipients=["a@x.ru"], template=PLAIN)
    assert places(campaign) == {"a@x.ru": 1, "doubt@x.ru": None, "gone@x.ru": None}
    assert "no longer in the list: 550" in str(campaign.report())
    assert (campaign.unknown().resend(), campaign.failed().resend()) == (0, 0)


def test_who_was_taken_out_is_told_as_removed_and_comes_back_with_the_list(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: GREYLISTED if to == "later@x.ru" else None
    make(recipients=["a@x.ru", "later@x.ru"], template=PLAIN).run(wait_for_retries=False)
    server.script = lambda to, account, nth: None
    campaign = make(recipients=["a@x.ru"], template=PLAIN)
    [cause] = campaign.run().causes
    assert (cause.status, cause.category, cause.count, cause.rows) == ("expired", "removed", 1, [])
    assert "the list was given without it" in str(campaign.report())
    assert "given up" not in str(campaign.report()) + str(campaign.status())
    assert campaign.failed().resend() == 0
    back = make(recipients=["a@x.ru", "later@x.ru"], template=PLAIN)
    assert back.changes[0] == "The list is another: 0 new, 1 corrected."
    assert back.run().counts == {"accepted": 2}


def test_who_is_corrected_to_an_address_that_has_its_letter_is_not_sent_to_at_the_wrong_one(
    server: Server, make: Make
) -> None:
    rows = [{"email": "a@x.ru", "name": "A", "id": "1"}, {"email": "wrong@x.ru", "name": "B", "id": "2"}]
    server.script = lambda to, account, nth: GREYLISTED if to == "wrong@x.ru" else None
    make(recipients=rows, row_key="id").run(wait_for_retries=False)
    server.script = lambda to, account, nth: None
    make(recipients=[rows[0], {**rows[1], "email": "a@x.ru"}], row_key="id").run()
    assert [letter.to for letter in server.delivered] == ["a@x.ru"]
