"""Letters go in the hours of their recipients, by clocks that are set forward and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from campaign_samples import PEOPLE
from fake_engine import GREYLISTED, Server

import gatepost as gp
from gatepost.accounts import Account
from gatepost.campaigns import Campaign, CampaignReport, SendWindow, Template
from gatepost.errors import InputError

Make = Callable[..., Campaign]
TEXT = Template(subject="s", text="x")


def run_on(server: Server, campaign: Campaign) -> CampaignReport:
    """Runs until all is done, and goes on at once when the next letter may go."""
    while (report := campaign.run(wait_for_retries=False)).state != "done":
        due = campaign._store.next_due(campaign._record.id)
        server.clock.now = max(server.clock.now + 1, due or 0.0)
    return report


def at(zone: str, *when: int, fold: int = 0) -> float:
    year, month, day, hour, minute = (*when, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def shown(moment: float, zone: str) -> str:
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        ("09:00-20:00 mon-fri", (2026, 11, 27, 12), "Fri 27 Nov 12:00"),
        ("09:00-20:00 mon-fri", (2026, 11, 27, 8, 59), "Fri 27 Nov 09:00"),
        ("09:00-20:00 mon-fri", (2026, 11, 27, 20), "Mon 30 Nov 09:00"),
        ("9-20", (2026, 11, 27, 21), "Sat 28 Nov 09:00"),
        ("9-20 пн-пт; 11-18 сб", (2026, 11, 27, 21), "Sat 28 Nov 11:00"),
        ("22:00-02:00 fri", (2026, 11, 28, 1, 59), "Sat 28 Nov 01:59"),
        ("22:00-02:00 fri", (2026, 11, 28, 2), "Fri 04 Dec 22:00"),
        ("22:00-02:00 fri", (2026, 11, 27, 1), "Fri 27 Nov 22:00"),
        ("09:00-20:00 sat-mon", (2026, 12, 1, 9), "Sat 05 Dec 09:00"),
        ("fri 10:00-24:00", (2026, 11, 27, 23, 59), "Fri 27 Nov 23:59"),
        ("00:00-24:00", (2026, 11, 27, 0), "Fri 27 Nov 00:00"),
    ],
)
def test_a_window_opens_when_its_words_say(hours: str, now: tuple[int, ...], opens: str) -> None:
    window = SendWindow(hours, timezone="Europe/Moscow")
    assert shown(window.next_open(at("Europe/Moscow", *now)), "Europe/Moscow") == opens


def test_hours_are_those_of_the_clock_on_the_wall_when_it_is_set() -> None:
    window, berlin = SendWindow("09:00-20:00"), ZoneInfo("Europe/Berlin")
    before = at("Europe/Berlin", 2026, 3, 28, 20)
    assert window.next_open(before, berlin) - before == 12 * 3600  # a night with an hour less
    before = at("Europe/Berlin", 2026, 10, 24, 20)
    assert window.next_open(before, berlin) - before == 14 * 3600  # one with an hour more
    skipped = SendWindow("02:30-04:00")
    opens = skipped.next_open(at("Europe/Berlin", 2026, 3, 29, 1), berlin)
    assert shown(opens, "Europe/Berlin") == "Sun 29 Mar 03:00"  # 02:30 is not there that night
    never = SendWindow("02:10-02:50 sun")
    assert shown(never.next_open(at("Europe/Berlin", 2026, 3, 29), berlin), "Europe/Berlin") == "Sun 05 Apr 02:10"
    twice = SendWindow("02:00-02:30")
    first, second = at("Europe/Berlin", 2026, 10, 25, 2), at("Europe/Berlin", 2026, 10, 25, 2, fold=1)
    assert twice.next_close(first, berlin) - first == 1800
    assert twice.next_open(first + 1800, berlin) == second


@pytest.mark.parametrize("hours", ["", "mon-fri", "9-20 mo", "9-9", "25-26", "9:60-10", "9-20 mon fri", "soon", ";"])
def test_words_that_are_no_hours_are_refused_with_an_example(hours: str) -> None:
    with pytest.raises(InputError, match=r"^window: .*(such as|days are|between)"):
        SendWindow(hours)


def test_a_zone_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match=r"timezone 'Europe/Moskva' is not known; write an IANA name"):
        SendWindow("9-20", timezone="Europe/Moskva")
    moscow = SendWindow("9-20", timezone="europe/moscow")
    for same in ("UTC+3", "+03:00", "gmt+3"):
        assert SendWindow("9-20", timezone=same).next_open(0.0) == moscow.next_open(0.0)


def test_recipients_outside_their_window_wait_and_others_go(server: Server, make: Make) -> None:
    zones = ["Asia/Vladivostok", "Europe/Moscow", "America/New_York", "", "utc-11"]
    rows = [{"email": f"u{i}@x.ru", "Часовой пояс": zones[i % 5]} for i in range(1000)]
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 10)  # 17:00 in Vladivostok, 02:00 in New York
    went: dict[str, list[float]] = defaultdict(list)

    def script(to: str, account: str, nth: int) -> None:
        went[zones[int(to[1:].partition("@")[0]) % 5]].append(server.clock.now)

    server.script = script
    campaign = make(template=TEXT, recipients=rows, window=SendWindow("09:00-20:00 mon-fri", timezone="Europe/London"))
    first = campaign.run(wait_for_retries=False)
    assert first.counts == {"accepted": 400, "retrying": 600} and first.state == "paused"
    assert "600 recipients wait for the send window, the first until" in first.why
    assert "600 recipients wait for the send window, the first until" in str(campaign.explain())
    [waits] = [one for one in campaign.status().waits]
    assert (waits.why, waits.recipients) == ("waits for the send window", 600)
    assert waits.next_at == at("Europe/London", 2026, 11, 27, 9)
    assert run_on(server, campaign).counts == {"accepted": 1000}
    window = SendWindow("09:00-20:00 mon-fri")
    for name in zones[:3]:
        assert len(went[name]) == 200 and all(window.next_open(t, ZoneInfo(name)) == t for t in went[name])
    assert shown(min(went["America/New_York"]), "America/New_York") == "Fri 27 Nov 09:00"
    assert shown(min(went[""]), "Europe/London") == "Fri 27 Nov 09:00"
    assert {row["attempts"] for row in campaign.results()} == {1}


def test_a_campaign_without_zones_waits_as_a_whole(server: Server, make: Make) -> None:
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 22)
    campaign = make(window=SendWindow("09:00-20:00 mon-fri", timezone="Europe/Moscow"))
    report = campaign.run(wait_for_retries=False)
    assert report.counts == {"queued": 10} and report.why.startswith("its send window opens at 2026-11-30")
    assert "The window opens at 2026-11-30" in str(campaign.explain())
    server.clock.now = at("Europe/Moscow", 2026, 11, 30, 8, 59)
    assert campaign.run().ok
    assert server.clock.now >= at("Europe/Moscow", 2026, 11, 30, 9)


def test_nobody_gets_a_letter_once_the_window_has_closed(server: Server, make: Make) -> None:
    """Letters that the engine has and that wait for a limit come back."""
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 19, 30)
    slow = Account("smtp://127.0.0.1:2526", name="slow", sender="a@example.com", limits=gp.Limits(per_minute=1))
    went: list[float] = []
    server.on_letter = lambda n: went.append(server.clock.now)
    people = [{"email": f"u{i}@x.ru", "timezone": "Europe/Moscow"} for i in range(60)]
    window = SendWindow("9-20 mon-fri")
    campaign = make(template=TEXT, recipients=people, accounts=[slow], window=window)
    campaign.run(max_seconds=2400)
    assert len(went) in (30, 31)
    server.clock.now = at("Europe/Moscow", 2026, 11, 30, 8, 55)
    campaign.run(max_seconds=2400)
    assert len(went) == 60 and all(window.next_open(t, ZoneInfo("Europe/Moscow")) == t for t in went)


def test_a_greylisted_recipient_is_not_tried_again_at_night(server: Server, make: Make) -> None:
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 19, 59)
    server.script = lambda to, account, nth: GREYLISTED if nth == 1 else None
    window = SendWindow("9-20 mon-fri", timezone="Europe/Moscow")
    server.clock.now += 50
    campaign = make(window=window)
    campaign.run(max_seconds=120)
    assert set(server.tries.values()) == {1}
    server.clock.now = at("Europe/Moscow", 2026, 11, 30, 9)
    assert campaign.run().ok


def test_few_tokens_are_not_spent_on_looking_for_whom_they_may_go_to(server: Server, make: Make) -> None:
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 10)
    rows = [{"email": f"u{i}@x.ru", "tz": "America/New_York"} for i in range(1000)]
    rows += [{"email": "day@x.ru", "tz": "Europe/Moscow"}]
    one = Account("smtp://127.0.0.1:2526", name="one", sender="a@example.com", limits=gp.Limits(per_hour=1))
    make(template=TEXT, recipients=rows, accounts=[one], window=SendWindow("9-20")).run(max_seconds=30)
    assert [letter.to for letter in server.delivered] == ["day@x.ru"]


def test_an_unknown_zone_is_a_finding_that_names_the_row_and_no_letter_goes(server: Server, make: Make) -> None:
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 10)
    rows: list[dict[str, Any]] = [
        {"email": "a@x.ru", "timezone": "Europe/Moscow"}, {"email": "b@x.ru", "timezone": "Moscow"},
    ]  # fmt: skip
    campaign = make(template=TEXT, recipients=rows, window=SendWindow("9-20"))
    checked = campaign.check()
    [finding] = checked.unrenderable
    assert (finding.row, checked.to_send) == (2, 1)
    assert "column 'timezone': timezone 'Moscow' is not known" in str(checked)
    assert campaign.run().counts == {"accepted": 1, "invalid": 1}
    assert "timezone 'Moscow' is not known" in str(campaign.report())
    mended = make(
        template=TEXT, recipients=[rows[0], {**rows[1], "timezone": "Europe/Moscow"}], window=SendWindow("9-20")
    )
    assert mended.run().counts == {"accepted": 2}


def test_the_column_is_a_field_like_others_without_a_window(server: Server, make: Make) -> None:
    assert make(template=Template(subject="{{ tz }}", text="x"), recipients=[{"email": "a@x.ru", "tz": "МСК"}]).run().ok


def test_a_window_may_change_at_any_time(server: Server, make: Make) -> None:
    server.clock.now = at("Europe/Moscow", 2026, 11, 27, 22)
    rows = [{**person, "tz": "Europe/Moscow"} for person in PEOPLE]
    campaign = make(recipients=rows, window=SendWindow("9-20"))
    assert campaign.run(wait_for_retries=False).counts == {"retrying": 10}
    again = make(recipients=rows, window=SendWindow("9-23"))
    assert again.changes == [] and again.describe()["window"] == "9-23"
    assert again.run(wait_for_retries=False).counts == {"accepted": 10}
    assert again.update(window=None) == [] and again.describe()["window"] is None
    with pytest.raises(InputError, match="window takes a SendWindow"):
        make(window="9-20")
