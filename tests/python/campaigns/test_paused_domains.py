"""A domain that is paused by hand: its recipients wait, whoever sends, and others go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_engine import Server

import gatepost as gp
from gatepost.campaigns import Campaign, Template
from gatepost.errors import InputError

Make = Callable[..., Campaign]
DOMAINS = ["mail.ru", "bk.ru", "x.example", "gmail.com"]
PEOPLE = [{"email": f"u{i}@{DOMAINS[i % 4]}"} for i in range(400)]


@pytest.fixture
def campaign(make: Make, store_url: str) -> Campaign:
    return make(template=Template(subject="s", text="x"), recipients=PEOPLE, store=store_url)


def reached(server: Server) -> set[str]:
    return {letter.to.rpartition("@")[2] for letter in server.delivered}


def test_its_recipients_wait_until_it_is_resumed_and_others_go(
    server: Server, campaign: Campaign, store_url: str
) -> None:
    campaign.pause_domain("x.example")
    with Campaign.open("october", store=store_url, accounts=campaign.accounts) as restarted:
        report = restarted.run(wait_for_retries=False)
    assert report.state == "paused" and report.counts == {"accepted": 300, "retrying": 100}
    assert report.why == "100 recipients wait for domain x.example, paused by hand"
    status = campaign.status()
    assert status.paused_domains == ["x.example"] and [one.recipients for one in status.waits] == [100]
    assert "domain x.example is paused; resume_domain('x.example') ends it" in str(status)
    assert campaign.resume_domain("@X.example") == 100
    assert campaign.run().counts == {"accepted": 400}
    assert {row["attempts"] for row in campaign.results()} == {1}


def test_a_provider_is_all_its_domains_and_a_domain_is_itself(server: Server, make: Make) -> None:
    campaign = make(template=Template(subject="s", text="x"), recipients=PEOPLE)
    campaign.pause_domain("mailru")
    campaign.pause_domain("Google")
    campaign.run(wait_for_retries=False)
    assert reached(server) == {"x.example"} and campaign.status().paused_domains == ["gmail", "mail.ru"]
    campaign.resume_domain("mail.ru")
    campaign.pause_domain("bk.ru")
    campaign.run(wait_for_retries=False)
    assert reached(server) == {"x.example", "mail.ru"}


def test_a_run_hears_of_it_and_letters_that_have_not_begun_come_back(
    server: Server, campaign: Campaign, store_url: str
) -> None:
    def at(number: int) -> None:
        with Campaign.open("october", store=store_url, accounts=[]) as elsewhere:
            if number == 60:
                elsewhere.pause_domain("gmail")
            if number == 200:
                assert elsewhere.status().paused_domains == ["gmail"]
        server.clock.now += 1

    server.on_letter = lambda n: at(n) if n in (60, 200) else None
    before = campaign.run(max_seconds=20)
    assert before.counts["accepted"] < 350 and before.counts["retrying"] > 50
    assert "wait for domain gmail, paused by hand" in str(campaign.explain())


def test_a_run_that_waits_for_it_goes_on_when_it_is_resumed(
    server: Server, campaign: Campaign, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign.pause_domain("x.example")
    began = server.clock.now
    resumed: list[int] = []

    def clock() -> float:
        if server.clock.now > began + 30 and not resumed:
            with Campaign.open("october", store=store_url, accounts=[]) as elsewhere:
                resumed.append(elsewhere.resume_domain("x.example"))
        return server.clock.now

    monkeypatch.setattr(Campaign, "_run_clock", staticmethod(lambda: clock))
    assert campaign.run().counts == {"accepted": 400}
    assert resumed == [100]


def test_who_was_put_off_while_it_was_being_resumed_does_not_wait_for_ever(server: Server, campaign: Campaign) -> None:
    campaign.pause_domain("x.example")
    campaign.run(wait_for_retries=False)
    campaign._store.change_part(campaign._record.id, "paused", lambda names: [])  # and a crash before all go on
    assert campaign.run(wait_for_retries=False).counts == {"accepted": 400}


def test_another_list_and_other_texts_leave_it_paused(server: Server, make: Make) -> None:
    campaign = make()
    campaign.pause_domain("example.com")
    assert make(spread="1h").status().paused_domains == ["example.com"]
    again = make(template=Template(subject="other", text="x"))
    assert again.changes and again.status().paused_domains == ["example.com"]


@pytest.mark.parametrize("name", ["nonsense", "", "a b.ru", "u@x.ru", "a\nb.ru"])
def test_what_is_neither_a_domain_nor_a_provider_is_refused(server: Server, make: Make, name: str) -> None:
    with pytest.raises(InputError, match="domain"):
        make().pause_domain(name)


def test_resuming_what_is_not_paused_names_what_is(server: Server, make: Make) -> None:
    campaign = make()
    campaign.pause_domain("почта.рф")
    with pytest.raises(InputError, match=r"gmail is not paused in campaign 'october'; paused are: xn--"):
        campaign.resume_domain("gmail")
    assert gp.AsyncCampaign(campaign).name and campaign.resume_domain("почта.рф") == 0
