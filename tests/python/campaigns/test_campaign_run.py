from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from campaign_samples import PEOPLE
from fake_engine import (
    GREYLISTED,
    LOST_AFTER_DOT,
    NO_CONNECTION,
    PAUSE,
    SUSPENDED,
    WRONG_PASSWORD,
    Failure,
    Server,
)

from gatepost.accounts import Account
from gatepost.campaigns import Campaign, RetryPolicy, Suppressions, Template
from gatepost.errors import InputError
from gatepost.sending.limits import Limits
from gatepost.store import StoreError

Make = Callable[..., Campaign]


def statuses(campaign: Campaign) -> dict[str, int]:
    return campaign.status().counts


def test_every_recipient_gets_one_rendered_letter(server: Server, make: Make) -> None:
    campaign = make()
    report = campaign.run()
    assert sorted(letter.to for letter in server.delivered) == sorted(person["email"] for person in PEOPLE)
    assert {letter.subject for letter in server.delivered} == {f"Привет, Имя{i}!" for i in range(1, 11)}
    assert report.ok and report.counts == {"accepted": 10}
    assert campaign.status().state == "done"


def test_a_finished_campaign_run_again_sends_nothing(server: Server, make: Make) -> None:
    make().run()
    again = make()
    assert again.run().ok
    assert len(server.delivered) == 10


def test_results_have_the_servers_words_and_the_account(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: Failure() if to.startswith("user3@") else None
    campaign = make()
    campaign.run()
    rows = {row["email"]: row for row in campaign.results()}
    refused = rows["user3@example.com"]
    assert (refused["status"], refused["category"], refused["code"]) == ("refused", "recipient_unknown", 550)
    assert refused["reply"] == "No such user"
    accepted = rows["user1@example.com"]
    assert accepted["account"] == "main" and accepted["queue_id"] and accepted["attempts"] == 1


def test_greylisted_recipient_is_tried_again_when_the_server_said(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: GREYLISTED if to.startswith("user2@") and nth == 1 else None
    began = server.clock.now
    campaign = make()
    assert campaign.run().ok
    assert 30 <= server.clock.now - began < 35
    row = next(row for row in campaign.results() if row["email"] == "user2@example.com")
    assert row["attempts"] == 2
    ids = {letter.message_id for letter in server.delivered if letter.to == "user2@example.com"}
    first = campaign._store.attempts(campaign="october", status="retrying")["message_id"].to_list()
    assert ids == set(first)
    [found] = campaign._store.by_message_id(first[0])  # whom a bounce is about
    assert (found.campaign, found.row, found.recipient) == ("october", row["row"], "user2@example.com")


def test_without_waiting_the_run_ends_and_says_when_to_go_on(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: GREYLISTED if nth == 1 else None
    campaign = make()
    report = campaign.run(wait_for_retries=False)
    assert report.state == "paused" and "tried again" in report.why
    assert statuses(campaign) == {"retrying": 10}
    assert "put off" in str(campaign.explain())
    assert campaign.run().ok


def test_a_refusal_that_stays_temporary_expires_after_the_last_attempt(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: GREYLISTED if to.startswith("user1@") else None
    campaign = make(retry=RetryPolicy(max_attempts=3))
    campaign.run()
    assert statuses(campaign) == {"accepted": 9, "expired": 1}
    assert server.tries["user1@example.com"] == 3
    assert campaign.failed().resend() == 1
    server.script = lambda to, account, nth: None
    assert campaign.run().ok


def test_a_wrong_password_moves_all_recipients_to_the_next_account(
    server: Server, make: Make, account: Account
) -> None:
    server.script = lambda to, name, nth: WRONG_PASSWORD if name == "first" else None
    first = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com")
    report = make(accounts=[first, account], from_="news@example.com").run()
    assert report.counts == {"accepted": 10}
    assert {letter.account for letter in server.delivered} == {"main"}
    assert any("first" in note and "535" in note for note in report.notes)


def test_when_no_account_is_left_the_run_pauses_and_says_why(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: WRONG_PASSWORD
    campaign = make()
    report = campaign.run()
    assert report.state == "paused" and "535" in report.why
    assert statuses(campaign) == {"queued": 10}
    server.script = lambda to, name, nth: None
    assert campaign.run().ok


def test_an_account_that_is_suspended_in_the_middle_goes_on_after_its_pause(server: Server, make: Make) -> None:
    began = server.clock.now
    server.script = lambda to, name, nth: (
        SUSPENDED if len(server.delivered) == 4 and server.clock.now < began + 200 else None
    )
    report = make().run()
    assert report.ok and report.counts == {"accepted": 10}
    assert PAUSE <= server.clock.now - began < PAUSE + 10
    assert any("main was paused and went on" in note and "suspended" in note for note in report.notes)
    assert set(Counter(letter.to for letter in server.delivered).values()) == {1}


def test_a_pause_in_the_middle_says_when_it_ends_where_the_run_does_not_wait(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: SUSPENDED if len(server.delivered) == 4 else None
    campaign = make()
    report = campaign.run(max_seconds=60)
    assert report.state == "paused"
    assert any("main waits until" in note and "suspended" in note for note in report.notes)
    assert statuses(campaign) == {"accepted": 4, "queued": 6}


def test_an_account_that_stays_suspended_is_given_up_after_three_pauses(server: Server, make: Make) -> None:
    began = server.clock.now
    server.script = lambda to, name, nth: SUSPENDED if len(server.delivered) >= 4 else None
    campaign = make()
    report = campaign.run()
    assert report.state == "paused" and "suspended" in report.why
    assert 3 * PAUSE <= server.clock.now - began < 3 * PAUSE + 10
    assert statuses(campaign) == {"accepted": 4, "queued": 6}


def test_accounts_are_used_in_order_up_to_their_limits(server: Server, make: Make) -> None:
    first = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=Limits(per_hour=4))
    second = Account("smtp://127.0.0.1:2527", name="second", sender="b@example.com", limits=Limits(per_hour=3))
    began = server.clock.now
    campaign = make(accounts=[first, second], from_="news@example.com")
    report = campaign.run()
    used = [letter.account for letter in server.delivered]
    assert used[:7] == ["first"] * 4 + ["second"] * 3
    assert report.ok and 3600 <= server.clock.now - began < 3605


def test_letters_of_an_earlier_run_count_against_the_limit(server: Server, make: Make) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=Limits(per_hour=6))
    make("one", accounts=[limited], recipients=PEOPLE[:6]).run()
    began = server.clock.now
    campaign = make("two", accounts=[limited], recipients=PEOPLE[:6])
    assert "0 of 6 letters left" in str(campaign.explain())
    campaign.run()
    assert server.clock.now - began >= 3600


@pytest.mark.parametrize("sent_before", [0, 4])
def test_a_server_that_stays_away_is_tried_ever_more_rarely_as_long_as_the_policy_says(
    server: Server, make: Make, sent_before: int
) -> None:
    began = server.clock.now
    tried: set[float] = set()

    def script(to: str, name: str, nth: int) -> Failure | None:
        tried.add(server.clock.now)
        return None if len(server.delivered) < sent_before else NO_CONNECTION

    server.script = script
    campaign = make(retry=RetryPolicy(max_age=7200))
    report = campaign.run()
    assert report.state == "paused" and "connect_failed" in report.why and "2 h" in report.why
    assert statuses(campaign).get("queued") == 10 - sent_before
    assert 7200 <= server.clock.now - began < 7200 + 310
    assert len(tried) < 40


def test_a_server_that_is_away_for_an_hour_gets_all_letters_after_it(server: Server, make: Make) -> None:
    began = server.clock.now
    server.script = lambda to, name, nth: NO_CONNECTION if server.clock.now - began < 3600 else None
    campaign = make()
    assert campaign.run().ok
    assert 3600 <= server.clock.now - began < 3600 + 310


def test_a_run_that_waits_for_nobody_ends_soon_where_no_server_answers(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: NO_CONNECTION
    began = server.clock.now
    report = make().run(wait_for_retries=False)
    assert report.state == "paused" and "connect_failed" in report.why
    assert server.clock.now - began < 30


@pytest.mark.parametrize(
    ("named", "waits"), [(True, (300, 300)), (False, (10, 20))], ids=["the server names a time", "it names none"]
)
def test_the_first_delay_of_the_policy_holds_where_the_server_named_no_time(
    server: Server, make: Make, named: bool, waits: tuple[float, float]
) -> None:
    busy = Failure("greylisted", 451, "4.7.1", "Try later", permanence="temporary", retry="later", retry_after=300,
                   retry_after_named=named)  # fmt: skip
    tried: list[float] = []

    def script(to: str, name: str, nth: int) -> Failure | None:
        tried.append(server.clock.now)
        return busy if nth < 3 else None

    server.script = script
    assert make(recipients=PEOPLE[:1], retry=RetryPolicy(first_delay=10, factor=2)).run().ok
    assert [round(later - before) for before, later in pairwise(tried)] == pytest.approx(waits, abs=1)


def test_a_server_that_comes_back_gets_the_rest(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: NO_CONNECTION if nth < 3 else None
    campaign = make()
    assert campaign.run().ok
    assert all(row["attempts"] == 1 for row in campaign.results())


@pytest.mark.parametrize(
    ("policy", "status"), [("hold", "unknown"), ("drop", "expired"), ("resend", "accepted")], ids=str
)
def test_a_reply_lost_after_the_dot_follows_the_declared_policy(
    server: Server, make: Make, policy: str, status: str
) -> None:
    server.script = lambda to, name, nth: LOST_AFTER_DOT if to.startswith("user4@") and nth == 1 else None
    campaign = make(in_doubt=policy)
    campaign.run()
    row = next(row for row in campaign.results() if row["email"] == "user4@example.com")
    assert row["status"] == status
    if policy == "hold":
        assert len(campaign.unknown()) == 1


def test_a_permanent_refusal_of_the_address_goes_to_the_suppressions(
    server: Server, make: Make, store_path: str
) -> None:
    unknown = Failure(suppress="address")
    server.script = lambda to, name, nth: unknown if to.startswith("user5@") else None
    make().run()
    assert Suppressions(store_path).reason("user5@example.com") == "recipient_unknown"
    second = make("november")
    assert second.status().counts == {"queued": 9, "suppressed": 1}


def test_an_address_suppressed_after_the_list_was_read_gets_no_letter(
    server: Server, make: Make, store_path: str
) -> None:
    campaign = make()
    Suppressions(store_path).add("User6@Example.com", reason="complaint")
    campaign.run()
    assert statuses(campaign) == {"accepted": 9, "suppressed": 1}
    assert "user6@example.com" not in {letter.to for letter in server.delivered}


def test_an_address_suppressed_in_mid_run_gets_no_letter_though_it_waits_in_the_engine_already(
    server: Server, make: Make, store_path: str
) -> None:
    def later(letter: int) -> None:
        server.clock.now += 0.01
        if letter == 10:
            Suppressions(store_path).add("p900@example.com")

    server.on_letter = later
    people = [{"email": f"p{i}@example.com", "name": "N"} for i in range(1000)]
    report = make(recipients=people).run()
    assert report.counts == {"accepted": 999, "suppressed": 1}
    assert "p900@example.com" not in {letter.to for letter in server.delivered}


def test_a_line_break_out_of_a_field_makes_only_that_recipient_invalid(server: Server, make: Make) -> None:
    people = [*PEOPLE[:3], {"email": "evil@example.com", "name": "x\r\nBcc: all@example.com"}]
    campaign = make(recipients=people)
    campaign.run()
    assert statuses(campaign) == {"accepted": 3, "invalid": 1}
    row = next(row for row in campaign.results() if row["status"] == "invalid")
    assert "subject" in row["detail"] and "carriage return" in row["detail"]
    assert row["reply"] == "" and row["category"] == "message_malformed"
    assert "server names" not in str(campaign.report()) and "no server was asked" in str(campaign.report())


def test_when_most_letters_are_refused_for_their_content_the_campaign_stops(server: Server, make: Make) -> None:
    spam = Failure("spam_content", 554, "5.7.1", "spam", phase="final", scope="message", pause="campaign")
    server.script = lambda to, name, nth: spam
    people = [{"email": f"u{i}@example.com", "name": "a"} for i in range(2000)]
    campaign = make(recipients=people)
    report = campaign.run()
    assert report.state == "paused" and "spam" in report.why
    assert statuses(campaign)["queued"] > 1500


def test_the_first_ctrl_c_pauses_cleanly_and_the_next_run_sends_the_rest(server: Server, make: Make) -> None:
    people = [{"email": f"u{i}@example.com", "name": "a"} for i in range(2000)]

    def interrupt(n: int) -> None:
        if n == 300:
            server.on_letter = lambda n: None
            signal.raise_signal(signal.SIGINT)

    server.on_letter = interrupt
    campaign = make(recipients=people)
    report = campaign.run()
    assert report.state == "paused" and report.why == "Ctrl-C"
    counts = statuses(campaign)
    assert counts.get("sending", 0) == 0 and 300 <= counts["accepted"] < 2000
    assert campaign.run().ok
    assert len({letter.to for letter in server.delivered}) == len(server.delivered) == 2000


def test_a_second_ctrl_c_stops_at_once_and_the_journal_settles_the_rest(server: Server, make: Make) -> None:
    people = [{"email": f"u{i}@example.com", "name": "a"} for i in range(2000)]

    def interrupt(n: int) -> None:
        if n in (500, 510):
            signal.raise_signal(signal.SIGINT)

    server.on_letter = interrupt
    campaign = make(recipients=people)
    with pytest.raises(KeyboardInterrupt):
        campaign.run()
    assert statuses(campaign)["sending"] > 0
    server.on_letter = lambda n: None
    report = campaign.run()
    assert report.counts["accepted"] + report.counts.get("unknown", 0) == 2000
    assert len({letter.to for letter in server.delivered}) == len(server.delivered)


def test_pause_from_elsewhere_stops_a_run_and_cancel_forbids_the_next(
    server: Server, make: Make, store_path: str
) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=Limits(per_hour=5))
    campaign = make(accounts=[limited])
    other = Campaign.open("october", store=store_path)

    def pause(n: int) -> None:
        if n == 1:
            other.pause()

    server.on_letter = pause
    report = campaign.run()
    assert report.state == "paused" and "pause()" in report.why
    other.cancel()
    with pytest.raises(StoreError, match="was cancelled"):
        campaign.run()
    server.on_letter = lambda n: None
    assert campaign.resume().ok


def test_max_seconds_pauses(server: Server, make: Make) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=Limits(per_hour=2))
    report = make(accounts=[limited]).run(max_seconds=60)
    assert report.state == "paused" and "max_seconds=60" in report.why
    assert report.counts == {"accepted": 2, "queued": 8}


def test_a_campaign_opened_without_accounts_can_be_seen_but_not_run(
    server: Server, make: Make, store_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    monkeypatch.delenv("GATEPOST_ACCOUNT", raising=False)
    opened = Campaign.open("october", store=store_path)
    assert opened.status().counts == {"queued": 10}
    with pytest.raises(ValueError, match="GATEPOST_ACCOUNT"):
        opened.run()
    monkeypatch.setenv("GATEPOST_ACCOUNT", "smtp://127.0.0.1:2525")
    opened = Campaign.open("october", store=store_path)
    with pytest.raises(ValueError, match="no sender"):
        opened.run()
    accounts = [Account("smtp://127.0.0.1:2525", sender="a@example.com")]
    assert Campaign.open("october", store=store_path, accounts=accounts).run().ok


def test_list_unsubscribe_is_each_recipients_own(server: Server, make: Make) -> None:
    make(list_unsubscribe="https://example.com/u?who={{ email }}").run()
    composed = {letter.to: letter.render() for letter in server.delivered}
    assert len(composed) == 10
    for address, data in composed.items():
        assert f"<https://example.com/u?who={address}>".encode() in data.replace(b"\r\n ", b"")


RELAY_DENIED = Failure("relay_denied", 550, "5.7.1", "Relaying denied", pause="account")
LOST_AT_RCPT = Failure("connection_lost", 0, "", "", "connection lost", "rcpt", "temporary", "recipient", "later", 300)


@pytest.mark.parametrize("url", ["<https://x.example/{{ name }}>", "<{{ name }}>", "ftp://x.example/{{ name }}"])
def test_an_unsubscribe_link_that_fits_no_row_is_refused_when_the_campaign_is_made(
    make: Make, store_path: str, url: str
) -> None:
    with pytest.raises(InputError, match="list_unsubscribe"):
        make(list_unsubscribe=url)
    assert not Path(store_path).exists()


@pytest.mark.parametrize(
    "url", ["{{ base }}/off", " https://x.example/{{ name }} ", "http{{ s }}://x.example/{{ name }}"]
)
def test_an_unsubscribe_link_may_begin_with_a_field(server: Server, make: Make, url: str) -> None:
    people = [{**person, "base": "https://x.example", "s": "s"} for person in PEOPLE]
    assert make(list_unsubscribe=url, recipients=people).run().ok


def crowd(bad: int, good: int) -> list[dict[str, str]]:
    """Rows of whose name no letter can be made, then others."""
    names = [*["x\ry"] * bad, *["a"] * good]
    return [{"email": f"u{i}@example.com", "name": name} for i, name in enumerate(names)]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (Template(subject="a", text="{{ name.missing() }}"), "text: .*missing"),
        (Template(subject="{{ name }}", text="a"), "subject: .*carriage return"),
    ],
    ids=["template", "engine"],
)
def test_when_the_first_letters_all_fail_alike_the_run_stops_and_rows_stay_queued(
    server: Server, make: Make, template: Template, words: str
) -> None:
    campaign = make(template=template, recipients=crowd(300, 0))
    with pytest.raises(InputError, match=f"'october'.*first 250 rows all fail alike: {words}"):
        campaign.run()
    assert statuses(campaign) == {"queued": 300} and campaign.status().state == "paused"
    assert make(recipients=crowd(0, 300), replace=True).run().ok


def test_first_letters_that_fail_for_their_own_reasons_are_left_out_and_the_rest_goes(
    server: Server, make: Make
) -> None:
    people = crowd(260, 10)
    people[0]["name"] = "another\0reason"
    campaign = make(recipients=people)
    campaign.run()
    assert statuses(campaign) == {"accepted": 10, "invalid": 260}


def test_one_good_letter_among_the_first_lets_the_run_go_on(server: Server, make: Make) -> None:
    campaign = make(recipients=[*crowd(249, 0), *[{"email": f"g{i}@example.com", "name": "a"} for i in range(10)]])
    campaign.run()
    assert statuses(campaign) == {"accepted": 10, "invalid": 249}


def test_one_recipient_that_is_not_relayed_stops_nobody_else(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: RELAY_DENIED if to.startswith("user3@") else None
    campaign = make()
    assert campaign.run().state == "done"
    assert statuses(campaign) == {"accepted": 9, "refused": 1}
    assert server.tries["user3@example.com"] == 1


def test_a_server_that_relays_nothing_pauses_the_campaign(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: RELAY_DENIED
    campaign = make(recipients=[{"email": f"u{i}@example.com", "name": "a"} for i in range(500)])
    report = campaign.run()
    assert report.state == "paused" and "Relaying denied" in report.why
    assert 20 <= statuses(campaign)["refused"] <= 60  # the refusals that stop it, and what was on the wire meanwhile


def test_a_letter_over_which_connections_break_is_put_off_in_the_end(server: Server, make: Make) -> None:
    server.untouched.add("connection_lost")
    server.script = lambda to, name, nth: LOST_AT_RCPT if to.startswith("user3@") else None
    campaign = make(retry=RetryPolicy(max_attempts=2))
    campaign.run()
    assert statuses(campaign) == {"accepted": 9, "expired": 1}


def test_https_and_mailto_to_unsubscribe_stand_in_one_header_and_no_cell_adds_another(
    server: Server, make: Make
) -> None:
    people = [
        {"email": "a@example.com", "name": "Anna", "id": "7"},
        {"email": "b@example.com", "name": "Boris", "id": "8\nmailto:evil@example.com"},
        {"email": "c@example.com", "name": "Clara", "id": "9 mailto:evil@example.com"},
    ]
    links = ["https://example.com/u/{{ id }}", "mailto:off@example.com?subject={{ id }}"]
    campaign = make(recipients=people, list_unsubscribe=links)
    assert campaign.run().counts == {"accepted": 1, "invalid": 2}
    [letter] = server.delivered
    rendered = letter.render()
    assert b"List-Unsubscribe: <https://example.com/u/7>,\r\n <mailto:off@example.com?subject=7>\r\n" in rendered
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in rendered
