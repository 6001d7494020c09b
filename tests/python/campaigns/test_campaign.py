from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from campaign_samples import PEOPLE, TEMPLATE
from fake_engine import NO_CONNECTION, Server

from gatepost.accounts import Account
from gatepost.campaigns import AsyncCampaign, Campaign, RetryPolicy, Suppressions, Template
from gatepost.campaigns.campaign_id import campaign_id_of
from gatepost.campaigns.estimate import seconds_for
from gatepost.campaigns.run.run_lock import AlreadyRunning, RunLock
from gatepost.sending.limits import Limits
from gatepost.store import StoreError

Make = Callable[..., Campaign]


def test_the_same_script_run_again_opens_the_campaign(make: Make) -> None:
    assert make()._record.id == make()._record.id


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"template": Template(subject="other", text="Здравствуйте, {{ name }}.")}, "the template's subject"),
        ({"from_": "other@example.com"}, "from_"),
    ],
)
def test_another_letter_where_letters_went_out_is_refused_and_the_difference_named(
    server: Server, make: Make, change: dict[str, object], named: str
) -> None:
    make().run()
    with pytest.raises(StoreError, match=f"differs in {named}.*went out.*new_texts=True.*Campaign.open"):
        make(**change)


def test_a_changed_file_is_noticed(server: Server, make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email,name\na@x.ru,A\n")
    make(recipients=path)
    make(recipients=path)
    path.write_text("email,name\na@x.ru,B\n")
    changed = make(recipients=path)
    assert changed.changes == [
        "The list is another; nothing has gone out yet, so it takes the place of the one before."
    ]
    changed.run()
    assert [letter.subject for letter in server.delivered] == ["Привет, B!"]


def test_a_campaign_that_has_begun_is_not_replaced(server: Server, make: Make) -> None:
    make().run()
    with pytest.raises(StoreError, match=r"differs in from_.*cannot rebuild it: letters of it went out"):
        make(from_="other@example.com", replace=True)


def test_a_campaign_of_which_nothing_went_out_is_replaced_after_its_run(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: NO_CONNECTION
    assert make().run().state == "paused"
    rebuilt = make(from_="other@example.com", replace=True)
    server.script = lambda to, name, nth: None
    assert rebuilt.run().counts == {"accepted": 10}


def test_a_campaign_whose_rows_all_failed_here_is_replaced(server: Server, make: Make) -> None:
    assert make(template=Template(subject="{{ 1 // (name|length * 0) }}", text="x")).run().counts == {"invalid": 10}
    assert make(replace=True).run().counts == {"accepted": 10}


def test_a_campaign_that_is_running_is_not_replaced(server: Server, make: Make) -> None:
    campaign = make()
    lock = RunLock(campaign._store.url, campaign._record.id, campaign.name)
    with pytest.raises(AlreadyRunning, match="running already"):
        make(from_="other@example.com", replace=True)
    lock.release()
    assert campaign.status().total == 10


def test_a_campaign_with_letters_under_way_after_a_crash_is_not_replaced(server: Server, make: Make) -> None:
    campaign = make()
    campaign._store.lease(campaign._store.join(campaign._record.id, "test", 0.0), 1, 0.0)
    with pytest.raises(StoreError, match=r"cannot rebuild it: letters of it are under way"):
        make(from_="other@example.com", replace=True)


def test_a_campaign_that_a_crash_left_without_its_list_is_built_anew(make: Make, store_path: str) -> None:
    first = make()
    spec = first._record.spec
    first._store.delete_campaign(first._record.id)
    first._store.create_campaign("october", spec, {})
    assert make().status().counts == {"queued": 10}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"accounts": []}, "no account"),
        ({"from_": "nobody"}, "from_ 'nobody'"),
        ({"in_doubt": "maybe"}, "in_doubt takes one of hold"),
        ({"headers": {"X-Tag": "a\nBcc: all@example.com"}}, "campaign: "),
        ({"recipients": iter(())}, "empty"),
        ({"accounts": ["smtp://127.0.0.1:25"]}, "no sender address"),
    ],
    ids=["no account", "bad from", "bad policy", "header injection", "empty list", "no sender"],
)
def test_bad_input_is_named_and_nothing_is_stored(
    make: Make, store_path: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        make(**options)
    assert not Path(store_path).exists()


def test_two_accounts_of_one_name_are_refused(make: Make, account: Account) -> None:
    with pytest.raises(ValueError, match="two are named 'main'"):
        make(accounts=[account, account])


def test_an_account_that_sends_as_itself_only_is_checked_at_once(make: Make) -> None:
    strict = Account("smtp://127.0.0.1:25", name="x", sender="own@example.com", only_sender=True)
    with pytest.raises(ValueError, match=r"sends from own@example\.com only"):
        make(accounts=[strict], from_="news@example.com")


def test_open_names_the_campaigns_that_there_are(make: Make, store_path: str) -> None:
    make()
    with pytest.raises(StoreError, match="no campaign 'november'; there are: 'october'"):
        Campaign.open("november", store=store_path)


def test_check_says_all_that_is_wrong_and_sends_nothing(
    server: Server, make: Make, tmp_path: Path, store_path: str
) -> None:
    Suppressions(store_path).add("stop@x.ru", reason="complaint")
    path = tmp_path / "a.csv"
    path.write_text(
        "email,name,city\na@x.ru,A,\nbad,B,C\nA@x.ru,C,D\nstop@x.ru,D,E\ntest@test.ru,,F\nz@x.ru,Z,\n", encoding="utf-8"
    )
    template = Template(
        subject="{{ city | default('друг', true) }} {{ name }}", text="{{ name }} {{ 1 // name|length }}"
    )
    limited = Account("smtp://127.0.0.1:25", name="x", sender="a@example.com", limits=Limits(per_hour=2))
    report = make(template=template, recipients=path, accounts=[limited], from_="Отдел <news@other.ru>").check(
        previews=1
    )
    assert [finding.row for finding in report.bad] == [3]
    assert [(finding.row, finding.why) for finding in report.duplicates] == [(4, "same address as row 2")]
    assert [(finding.row, finding.why) for finding in report.suppressed] == [(5, "complaint")]
    assert {(gap.row, gap.field, gap.covered) for gap in report.missing} == {
        (2, "city", True), (6, "name", False), (7, "city", True)
    }  # fmt: skip
    assert [finding.row for finding in report.unrenderable] == [6]
    assert report.test_rows == [6] and report.to_send == 2
    [preview] = report.previews
    assert preview.subject == "друг A" and preview.row == 2
    assert report.seconds == 3600
    text = str(report)
    assert "thrown away" in text and "1 h" in text and "many servers refuse" in text
    assert "<table>" in report._repr_html_() and report.to_dict()["total"] == 6
    assert server.delivered == []


def test_check_tells_of_pictures_that_are_no_part_of_the_letter(make: Make) -> None:
    html = """{# <img src="cid:old"> #}{% if name > 'a' %}<img src="cid:missing">{% else %}
        <td background="cid:there">{% endif %}<img src="cid:{{ name }}"><img src="https://x.example/{{ name }}.png">"""
    template = Template(subject="a", html=html, text="a", inline={"there": b"GIF89a"})
    found = [words for words in make(template=template).check().findings if "cid:" in words]
    assert found == ["the html shows 'cid:missing', which is not a part of the letter"]


def test_the_letter_in_a_preview_cannot_leave_its_frame(make: Make) -> None:
    template = Template(subject="x", html="<script>alert(1)</script>'><b>{{ name }}</b>")
    html = make(template=template).check()._repr_html_()
    assert "<script>" not in html and "iframe sandbox" in html


def test_the_report_counts_causes_with_remedies(server: Server, make: Make) -> None:
    from fake_engine import Failure

    server.script = lambda to, name, nth: Failure() if to[4] in "123" else None
    report = make().run()
    [cause] = report.causes
    assert cause.category == "recipient_unknown" and cause.count == 4 and cause.remedy and cause.cause
    for words in (str(report), report._repr_html_()):
        assert "recipient_unknown" in words and "No such user" in words
    assert not report.ok and report.to_dict()["causes"][0]["count"] == 4


async def awaited(store_path: str, account: Account) -> None:
    campaign = await AsyncCampaign.create(
        "october", template=TEMPLATE, recipients=PEOPLE, accounts=[account], store=store_path
    )
    async with campaign:
        assert (await campaign.check()).to_send == 10
        assert (await campaign.run()).ok
        assert (await campaign.status()).counts == {"accepted": 10}
        assert len(await campaign.results()) == 10
        assert "October" not in repr(campaign)


def test_the_async_twin_does_the_same(server: Server, store_path: str, account: Account) -> None:
    import asyncio

    asyncio.run(awaited(store_path, account))
    assert len(server.delivered) == 10


@pytest.mark.parametrize(
    ("name", "found"),
    [("october-news_1", "october-news_1"), ("Новости октября", "novosti-oktyabrya"), ("Ещё щи!", "eshche-shchi")],
)
def test_campaign_id_fits_the_alphabet(name: str, found: str) -> None:
    assert campaign_id_of(name) == found


def test_campaign_id_of_signs_alone_is_still_one() -> None:
    assert campaign_id_of("!!!").startswith("campaign-") and campaign_id_of("中文") != campaign_id_of("日本")


@pytest.mark.parametrize(
    ("letters", "accounts", "seconds"),
    [
        (1000, [()], 0),
        (200, [((200, 3600.0),)], 0),
        (201, [((200, 3600.0),)], 3600),
        (1001, [((200, 3600.0), (500, 86400.0))], 2 * 86400),
        (250, [((200, 3600.0),), ((50, 86400.0),)], 0),
        (60, [((1, 60.0),)], 59 * 60),
    ],
)
def test_least_time_follows_the_limits(letters: int, accounts: list[object], seconds: float) -> None:
    assert seconds_for(letters, accounts) == seconds


def test_retry_waits_grow_and_end() -> None:
    policy = RetryPolicy(max_attempts=4, factor=3)
    waits = [policy.next_at(n, 0.0, "greylisted", 0) for n in (1, 2, 3, 4)]
    assert waits == [600, 1800, 5400, None]
    assert policy.next_at(1, 100.0, "greylisted", 42) == 142
    assert RetryPolicy(max_age=1000).next_at(2, 0.0, "greylisted", 0) is None
    assert policy.next_at(5, 0.0, "greylisted", 0) == 600  # put back by hand: it begins anew
    assert RetryPolicy(first_delay=2).next_at(1, 0.0, "service_unavailable", 0) == 2
    assert RetryPolicy(first_delay=2).next_at(1, 0.0, "service_unavailable", 600) == 600  # the server named it
    with pytest.raises(ValueError, match="max_attempts"):
        RetryPolicy(max_attempts=0)


def test_suppressions_are_a_set_of_addresses(store_path: str, tmp_path: Path) -> None:
    stop = Suppressions(store_path)
    assert stop.add(["a@x.ru", "Иван <b@пример.рф>"], reason="complaint") == 2
    assert "A@X.RU" in stop and "b@xn--e1afmkfd.xn--p1ai" in stop and "c@x.ru" not in stop and 5 not in stop
    assert sorted(stop) == ["a@x.ru", "b@xn--e1afmkfd.xn--p1ai"] and len(stop) == 2
    stop.remove("a@x.ru")
    assert "a@x.ru" not in stop
    path = tmp_path / "stop.csv"
    path.write_text("email\nq@x.ru\nnonsense\n")
    with pytest.raises(ValueError, match=r"stop\.csv, row 3"):
        stop.import_csv(path)
    assert "q@x.ru" not in stop
    with pytest.raises(ValueError, match="nonsense"):
        stop.add(["z@x.ru", "nonsense"])
    assert "z@x.ru" not in stop
