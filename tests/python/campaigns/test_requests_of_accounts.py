"""What an account asks of the server for each of its letters, a campaign's letters ask too."""

from __future__ import annotations

from pathlib import Path

import gatepost as gp


def test_letters_of_a_campaign_ask_for_what_their_account_asks_for(tmp_path: Path) -> None:
    with gp.Sink() as asking, gp.Sink() as silent:
        file = tmp_path / "accounts.toml"
        file.write_text(
            f"[asking]\nurl = '{asking.url}'\nlimits.per_hour = 2\n"
            f"requests.notify = ['failure', 'delay']\nrequests.dsn_return = 'headers'\n"
            f"[silent]\nurl = '{silent.url}'\n"
        )
        file.chmod(0o600)
        accounts = gp.AccountsFile(file)
        campaign = gp.Campaign(
            "october", template=gp.Template(subject="x", text="y"),
            recipients=[{"email": f"u{i}@example.com"} for i in range(4)], from_="news@example.com",
            accounts=[accounts["asking"], accounts["silent"]], store=tmp_path / "c.db",
        )  # fmt: skip
        assert campaign.run(progress=False).ok
        first, second = ("".join(one.transcript for one in sink.sessions) for sink in (asking, silent))
        assert (asking.received, silent.received) == (2, 2)
    assert first.count("NOTIFY=") == 2 and first.count("RET=HDRS") == 2
    assert "NOTIFY" not in second and "RET=" not in second
