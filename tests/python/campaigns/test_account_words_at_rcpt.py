"""One recipient's server speaks of logins, quotas and blocked accounts: that is about that recipient."""

from pathlib import Path

import pytest

import gatepost as gp

REPLIES = [
    "550 5.7.1 Authentication required",
    "530 5.7.0 Must issue a STARTTLS command first, then authenticate",
    "535 5.7.8 Authentication credentials invalid",
    "550 SMTP authentication required to relay to this user",
    "554 5.7.1 Client was not authenticated",
    "503 5.5.1 This server requires authentication before it takes mail for this user",
    "550 5.4.5 Daily user sending quota exceeded",
    "452 4.2.2 Sending quota exceeded, try again tomorrow",
    "550 5.7.1 Daily sending limit reached",
    "450 4.7.1 Hourly limit reached for sender",
    "550 5.2.1 Your account has been suspended",
    "554 5.7.1 Your account is blocked",
    "550 5.7.1 The sending account is disabled",
    "450 Balance not enough",
    "550 Insufficient funds on the account",
    "550 5.7.1 Please verify your account",
    "502 5.7.0 Your SMTP account is not yet activated",
    "454 4.7.0 Too many login attempts",
    "550 5.7.1 Учетная запись заблокирована",
    "550 Превышен лимит писем в сутки",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_the_other_ninety_nine_get_their_letter_and_this_one_is_settled(tmp_path: Path, reply: str) -> None:
    rows = [{"email": f"user{i}@d{i % 7}.example", "name": f"User {i}"} for i in range(100)]
    with gp.Sink() as sink:
        sink.rules.add(phase="rcpt", to="user41@*", reply=reply)
        campaign = gp.Campaign(
            "october",
            template=gp.Template(subject="Hi {{ name }}", text="x"),
            recipients=rows,
            from_="news@example.com",
            accounts=[gp.Account(sink.url)],
            store=str(tmp_path / "c.db"),
        )
        report = campaign.run(wait_for_retries=False, progress=False)
        assert len(sink.letters) == 99
    statuses = campaign.results().to_polars()
    [one] = statuses.filter(statuses["email"] == "user41@d6.example")["status"].to_list()
    assert one in ("refused", "retrying")
    assert "Account" not in " ".join(report.notes)


def test_refusals_of_one_domain_after_another_pause_the_account(tmp_path: Path) -> None:
    rows = [{"email": f"user{i}@d{i}.example"} for i in range(50)]
    with gp.Sink() as sink:
        sink.rules.add(phase="rcpt", to="*", reply="550 5.7.1 Your account is blocked")
        campaign = gp.Campaign(
            "october",
            template=gp.Template(subject="Hi", text="x"),
            recipients=rows,
            from_="news@example.com",
            accounts=[gp.Account(sink.url, limits=gp.Limits(connections=1))],
            store=str(tmp_path / "c.db"),
        )
        campaign.run(progress=False)
    found = campaign.results().to_polars()["status"].to_list()
    assert found.count("refused") < 10
    assert found.count("queued") > 40
