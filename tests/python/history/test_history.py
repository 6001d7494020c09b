"""Attempts, statistics, funnel and errors against numbers counted by hand (see history_samples.fill)."""

from datetime import UTC, date, datetime

import pytest
from history_samples import EVIL_REPLY
from store_samples import DAY, HOUR, MOSCOW, NOON, attempt

from gatepost.errors import InputError
from gatepost.history import History
from gatepost.store import Store


def recipients(history: History, **filters: object) -> list[str]:
    return list(history.attempts(**filters)["recipient"])  # type: ignore[arg-type]


def test_attempts_carry_local_times_and_domains_in_their_own_letters(history: History) -> None:
    table = history.attempts(account="spare")
    assert table.to_dicts()[0] | {} == {
        "at": datetime(2026, 10, 6, 12, tzinfo=MOSCOW),
        "seconds": 0.4,
        "account": "spare",
        "recipient": "пётр@пример.рф",
        "domain": "пример.рф",
        "status": "accepted",
        "phase": "final",
        "category": "",
        "code": 250,
        "enhanced": "",
        "reply": "",
        "queue_id": "",
        "message_id": "<пётр@xn--e1afmkfd.xn--p1ai>",
        "bytes": 1000,
        "campaign": "october",
        "row": 3,
    }


@pytest.mark.parametrize(
    "since",
    [
        NOON + DAY,
        int(NOON + DAY),
        datetime(2026, 10, 6, 9, tzinfo=UTC),
        datetime(2026, 10, 6, 12),
        "2026-10-06T12:00",
        "2026-10-06T09:00Z",
        date(2026, 10, 6),
        "2026-10-06",
    ],
)
def test_since_takes_every_way_to_write_a_moment(history: History, since: object) -> None:
    expected = ["пётр@пример.рф", "late@gmail.com", "boss@mail.ru", "test@test.ru"]
    assert recipients(history, since=since) == expected


def test_a_date_as_until_includes_its_day_and_a_moment_does_not_include_itself(history: History) -> None:
    assert recipients(history, until=date(2026, 10, 5)) == [
        "olga@mail.ru",
        "Test@TEST.ru",
        "ivan@mail.ru",
        "пётр@пример.рф",
    ]
    assert recipients(history, until=NOON + 60) == ["olga@mail.ru", "Test@TEST.ru"]


def test_attempts_by_status_campaign_and_last(history: History) -> None:
    assert recipients(history, status="refused", campaign="october") == ["ivan@mail.ru"]
    assert recipients(history, last=1, campaign="") == ["test@test.ru"]
    assert recipients(history, last=1, status="unknown") == ["late@gmail.com"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"since": "31.10.2026"}, "since: '31.10.2026' is not an ISO date"),
        ({"until": True}, "until takes a datetime or Unix seconds, not True"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "must be before until"),
        ({"status": "bounced"}, "takes one of accepted, refused, retrying, unknown"),
        ({"last": -1}, "last takes a whole number from 0 .*, not -1"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(history: History, filters: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        history.attempts(**filters)  # type: ignore[arg-type]


def test_an_unknown_time_zone_is_named(store: Store) -> None:
    with pytest.raises(InputError, match="Europe/Moskow"):
        History(store, timezone="Europe/Moskow")


def test_all_attempts_in_one_row_without_the_test_address(history: History) -> None:
    assert history.stats(by=[]).to_dicts() == [
        {
            "attempts": 6,
            "accepted": 3,
            "refused": 1,
            "retrying": 1,
            "unknown": 1,
            "acceptance": 3 / 5,
            "median_seconds": pytest.approx(0.35),
            "p95_seconds": pytest.approx(0.575),
        }
    ]


def test_stats_by_day_and_domain(history: History) -> None:
    columns = ["day", "domain", "attempts", "accepted", "refused", "retrying", "unknown", "acceptance"]
    table = history.stats(by=["day", "domain"]).to_polars().select(columns)
    first, second = date(2026, 10, 5), date(2026, 10, 6)
    assert table.rows() == [
        (first, "mail.ru", 2, 1, 1, 0, 0, 0.5),
        (first, "пример.рф", 1, 0, 0, 1, 0, None),
        (second, "gmail.com", 1, 0, 0, 0, 1, 0.0),
        (second, "mail.ru", 1, 1, 0, 0, 0, 1.0),
        (second, "пример.рф", 1, 1, 0, 0, 0, 1.0),
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("account", {"news": 5, "spare": 1}),
        ("campaign", {"october": 5, "": 1}),
        ("category", {"": 3, "connection_lost": 1, "greylisted": 1, "recipient_unknown": 1}),
        ("code", {250: 3, 0: 1, 451: 1, 550: 1}),
        ("provider", {"mail.ru": 3, "other": 2, "gmail": 1}),
        ("status", {"accepted": 3, "refused": 1, "retrying": 1, "unknown": 1}),
        ("phase", {"final": 3, "rcpt": 3}),
    ],
)
def test_stats_by_one_property(history: History, by: str, expected: dict[object, int]) -> None:
    table = history.stats(by)
    assert dict(zip(table[by], table["attempts"], strict=True)) == expected


def test_stats_by_hour_follow_the_time_zone_of_the_history(store: Store) -> None:
    late = datetime(2026, 10, 5, 22, 30, tzinfo=UTC).timestamp()
    store.add_attempts([attempt(late, "a@x.ru")])
    moscow, utc = History(store, timezone="Europe/Moscow"), History(store, timezone="UTC")
    assert moscow.stats("day")["day"].to_list() == [date(2026, 10, 6)]
    assert utc.stats("day")["day"].to_list() == [date(2026, 10, 5)]
    assert moscow.stats("hour")["hour"].to_list() == [datetime(2026, 10, 6, 1, tzinfo=MOSCOW)]


def test_stats_of_a_period_and_a_campaign(history: History) -> None:
    assert history.stats([], since="2026-10-06", campaign="october")["attempts"].to_list() == [2]
    assert history.stats([], until=NOON + HOUR, account="news")["attempts"].to_list() == [3]


def test_an_unknown_grouping_lists_the_choices(history: History) -> None:
    with pytest.raises(ValueError, match=r"by takes one of day, hour, domain, account, campaign, .*, not 'week'"):
        history.stats(by=["day", "week"])


def test_the_funnel_of_a_campaign(history: History) -> None:
    found = {row["stage"]: row["letters"] for row in history.funnel("october") if row["letters"]}
    assert found == {
        "listed": 6,
        "eligible": 4,
        "attempted": 4,
        "accepted": 2,
        "refused": 1,
        "unknown": 1,
        "invalid": 1,
        "duplicate": 1,
    }


def test_the_funnel_of_everything_counts_letters_outside_campaigns_once_each(history: History) -> None:
    history.store.add_attempts([attempt(NOON + 2 * DAY, "boss@mail.ru", "refused")])  # the same letter, tried again
    found = {row["stage"]: row["letters"] for row in history.funnel()}
    assert (found["listed"], found["attempted"], found["accepted"], found["refused"]) == (7, 5, 2, 2)


def test_the_funnel_of_an_unknown_campaign_names_those_there_are(history: History) -> None:
    with pytest.raises(InputError, match="no campaign 'november' in this store; there are: october"):
        history.funnel("november")


def test_errors_are_the_newest_refusals_with_cause_and_remedy(history: History) -> None:
    history.store.add_attempts([attempt(NOON + DAY, "full@mail.ru", "refused", category="mailbox_full", code=552)])
    newest, older = history.errors()
    assert (newest["recipient"], older["recipient"]) == ("full@mail.ru", "ivan@mail.ru")
    assert (older["category"], older["code"], older["reply"]) == ("recipient_unknown", 550, EVIL_REPLY)
    assert older["cause"] == "There is no such mailbox at the recipient's server."
    assert "Remove the address" in older["remedy"]
    assert [row["recipient"] for row in history.errors(last=1)] == ["full@mail.ru"]
    assert [row["recipient"] for row in history.errors(campaign="october")] == ["ivan@mail.ru"]


def test_an_empty_history_answers_with_empty_tables(store: Store) -> None:
    history = History(store)
    assert len(history.attempts()) == len(history.stats()) == len(history.errors()) == 0
    assert history.stats([]).to_dicts()[0]["attempts"] == 0
    assert {row["letters"] for row in history.funnel()} == {0}


def test_a_history_opened_by_path_reads_the_same_store(history: History) -> None:
    with History(history.store.url, timezone="Europe/Moscow") as again:
        assert again.stats().to_dicts() == history.stats().to_dicts()
        assert history.store.url.rpartition("/")[2].partition("?")[0] in repr(again)
