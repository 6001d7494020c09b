"""The power goes in the middle of a run: what is on the disk then is all that the next run knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from disk_image import mounted, new_disk, without_page_cache

import gatepost as gp
from gatepost.campaigns.run import run_lock

COUNT = 6000
SCRIPT = """
import sys
import gatepost as gp
store, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
gp.Campaign(
    "power", template=gp.Template(subject="Счёт", text="Здравствуйте, {{ name }}"),
    recipients=[{"email": f"p{i}@example.com", "name": f"Имя {i}"} for i in range(count)],
    accounts=gp.Account(f"smtp://127.0.0.1:{port}", name="main", sender="news@example.com"), store=store,
).run(progress=False)
"""


@pytest.mark.parametrize("after", [700, 2500])
def test_after_a_power_cut_nobody_is_lost_nobody_doubled_and_each_in_doubt_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    image = new_disk(tmp_path)
    with gp.Sink() as sink:
        with mounted(image, tmp_path / "before") as disk:
            script = [sys.executable, "-c", SCRIPT, str(disk / "c.db"), str(sink.port), str(COUNT)]
            process = subprocess.Popen(script, env={**os.environ, "TMPDIR": str(tmp_path)})
            sink.wait(after, timeout=120)
            process.send_signal(signal.SIGKILL)
            copy = without_page_cache(image, tmp_path / "copy.img")
            process.wait()
        monkeypatch.setattr(run_lock, "boot_id", lambda: "another start of the system")
        with mounted(copy, tmp_path / "after") as disk:
            account = sink.account(name="main", sender="news@example.com")
            with gp.Campaign.open("power", store=str(disk / "c.db"), accounts=account) as campaign:
                report = campaign.run(progress=False)
                in_doubt = {row["email"] for row in campaign.unknown()}
        times = Counter(letter.envelope.to[0] for letter in sink.letters)
    assert max(times.values()) == 1
    assert report.counts.get("accepted", 0) + len(in_doubt) == COUNT
    everybody = {f"p{i}@example.com" for i in range(COUNT)}
    assert everybody - set(times) <= in_doubt
    assert 0 < len(in_doubt) <= 1000 + 500  # with the engine, and of the batch that was about to be settled
