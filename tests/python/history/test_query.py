"""The JSON queries of a Sendsay gate (requirement G15)."""

import json
from datetime import datetime

import pytest
from history_samples import EVIL_REPLY
from store_samples import DAY, MOSCOW, NOON, attempt

from gatepost.errors import InputError
from gatepost.history import History

# As the gate's documentation gives it, letter by letter.
LAST_100_ERRORS = """
{
	"filter": [{
		"a": "delivstream.status",
		"v": "bounced",
		"op": "=="
	}, {
		"a": "delivstream.source",
		"op": "==",
		"v": "1"
	}],
	"action": "stat.uni",
	"select": ["delivstream.to", "delivstream.dt", "delivstream.msg"],
	"first": 100,
	"order": ["-delivstream.dt"]
}
"""


def ask(history: History, *conditions: tuple[str, str, object], **rest: object) -> list[str]:
    filters = [{"a": name, "op": op, "v": value} for name, op, value in conditions]
    table = history.query({"action": "stat.uni", "filter": filters, "select": ["delivstream.to"], **rest})
    return list(table["delivstream.to"])


@pytest.mark.parametrize("query", [LAST_100_ERRORS, json.loads(LAST_100_ERRORS)])
def test_the_last_100_errors_as_documented(history: History, query: object) -> None:
    table = history.query(query)  # type: ignore[arg-type]
    assert table.to_dicts() == [
        {
            "delivstream.to": "ivan@mail.ru",
            "delivstream.dt": datetime(2026, 10, 5, 12, 1, tzinfo=MOSCOW),
            "delivstream.msg": f"550 5.1.1 {EVIL_REPLY}",
        }
    ]


def test_first_and_order_choose_the_newest(history: History) -> None:
    history.store.add_attempts([attempt(NOON + n, f"u{n}@x.ru", "refused") for n in range(150)])
    newest = list(history.query(LAST_100_ERRORS)["delivstream.to"])
    assert len(newest) == 100
    assert (newest[0], newest[-1]) == ("u149@x.ru", "u51@x.ru")  # ivan's stands between u60 and u59


def test_order_by_two_names_one_of_them_descending(history: History) -> None:
    order = ["delivstream.account", "-delivstream.seconds"]
    expected = ["boss@mail.ru", "late@gmail.com", "ivan@mail.ru", "пётр@пример.рф", "olga@mail.ru", "пётр@пример.рф"]
    assert ask(history, order=order) == expected


@pytest.mark.parametrize(
    ("name", "op", "value", "expected"),
    [
        ("delivstream.to", "==", "ivan@mail.ru", ["ivan@mail.ru"]),
        ("delivstream.domain", "!=", "mail.ru", ["пётр@пример.рф", "пётр@пример.рф", "late@gmail.com"]),
        ("delivstream.msg", "~", "НЕТ ТАКОГО <", ["ivan@mail.ru"]),
        ("delivstream.code", ">=", "550", ["ivan@mail.ru"]),
        ("delivstream.code", "<", 250, ["late@gmail.com"]),
        ("delivstream.seconds", ">", 0.5, ["boss@mail.ru"]),
        ("delivstream.seconds", "<=", 0.1, ["olga@mail.ru"]),
        ("delivstream.dt", ">", "2026-10-06 12:30", ["boss@mail.ru"]),
        ("delivstream.dt", "<", NOON + 60, ["olga@mail.ru"]),
        ("delivstream.status", "==", "retrying", ["пётр@пример.рф"]),
        ("delivstream.source", "==", "2", []),
        ("issue.name", "==", "", ["boss@mail.ru"]),
    ],
)
def test_operators(history: History, name: str, op: str, value: object, expected: list[str]) -> None:
    assert ask(history, (name, op, value)) == expected


def test_conditions_join_and_without_select_all_names_are_given(history: History) -> None:
    conditions = [("delivstream.account", "==", "news"), ("delivstream.status", "==", "delivered")]
    assert ask(history, *conditions) == ["olga@mail.ru", "boss@mail.ru"]  # type: ignore[arg-type]
    whole = history.query({"action": "stat.uni", "first": 1})
    assert whole.columns[:4] == ["delivstream.to", "delivstream.dt", "delivstream.msg", "delivstream.status"]


def test_a_code_that_the_reply_repeats_stands_in_the_message_once(history: History) -> None:
    history.store.add_attempts(
        [attempt(NOON + 9 * DAY, "a@x.ru", "refused", enhanced="5.0.0", reply="550 5.0.0 Email is in the stoplist")]
    )
    assert history.query(LAST_100_ERRORS)["delivstream.msg"][0] == "550 5.0.0 Email is in the stoplist"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{", "not JSON"),
        ("[]", r"query takes a JSON object, not \[\]"),
        ({"action": "stat.day"}, "action takes 'stat.uni'"),
        (
            {"action": "stat.uni", "limit": 3},
            "query: a key takes one of action, filter, select, first, order, not 'limit'",
        ),
        (
            {"action": "stat.uni", "select": ["member.email"]},
            "query: a name in select takes one of .*, not 'member.email'",
        ),
        ({"action": "stat.uni", "order": ["-dt"]}, "query: a name in order takes one of .*, not 'dt'"),
        ({"action": "stat.uni", "first": "10"}, "query: first takes a whole number from 0 .*, not '10'"),
        ({"action": "stat.uni", "filter": {}}, "query: filter takes a list, not {}"),
        ({"action": "stat.uni", "filter": [{"a": "delivstream.to"}]}, "filter 1 must be"),
        (
            {"action": "stat.uni", "filter": [{"a": "x", "op": "==", "v": 1}]},
            "query: a name in filter 1 takes one of .*, not 'x'",
        ),
        (
            {"action": "stat.uni", "filter": [{"a": "delivstream.to", "op": "=", "v": ""}]},
            "op in filter 1 takes one of",
        ),
        (
            {"action": "stat.uni", "filter": [{"a": "delivstream.code", "op": "==", "v": "x"}]},
            "v in filter 1 takes a number",
        ),
        ({"action": "stat.uni", "filter": [{"a": "delivstream.dt", "op": ">", "v": "вчера"}]}, "filter 1: 'вчера'"),
        (
            {"action": "stat.uni", "filter": [{"a": "delivstream.dt", "op": ">", "v": None}]},
            "v in filter 1 takes a time",
        ),
    ],
)
def test_a_query_that_makes_no_sense_is_named(history: History, query: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        history.query(query)  # type: ignore[arg-type]
