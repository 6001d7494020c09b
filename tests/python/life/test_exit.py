"""A script that ends while daemon threads are inside gatepost ends with its own status."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from script import run

# A thread inside each call that blocks; `inside` is set just before it goes in.
HEAD = """
import asyncio, os, signal, socket, sys, threading
import gatepost as gp

silent = socket.create_server(("127.0.0.1", 0))
account = gp.Account(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
sink = gp.Sink()

def letter(to="olga@example.com"):
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")

inside = threading.Event()

def busy(work):
    inside.set()
    while True:
        work()

def start(work):
    threading.Thread(target=work, daemon=True).start()
    assert inside.wait(20)
"""

BUSY = {
    "send": """
mailer = gp.Mailer(account)
def work():
    inside.set()
    mailer.send(letter())
start(work)
silent.accept()
""",
    "send_to_a_quick_server": """
mailer = gp.Mailer(sink.account())
start(lambda: busy(lambda: mailer.send(letter())))
sink.wait(3)
""",
    "send_many": """
signer = gp.DkimSigner(domain="example.com", selector="s", key=gp.DkimKey.generate("rsa"))
mailer = gp.Mailer(sink.account(dkim=[signer]))
start(lambda: busy(lambda: list(mailer.send_many(letter(f"r{i}@example.com") for i in range(3000)))))
sink.wait(3, timeout=20)
""",
    "sink_wait": """
start(lambda: busy(lambda: sink.wait(10, timeout=1000)))
""",
    "short_waits": """
start(lambda: busy(lambda: sink.assert_none(within=0.0)))
""",
    "history": """
history = gp.History(sys.argv[1] + "h")
with gp.Mailer(sink.account(), history=history) as mailer:
    mailer.send(letter())
start(lambda: busy(lambda: history.attempts().to_polars()))
""",
    "campaign": """
limited = gp.Account(sink.url, limits=gp.Limits(per_hour=3))
recipients = [{"email": f"r{i}@example.com"} for i in range(20)]
campaign = gp.Campaign("c", template=gp.Template(subject="s", text="t"), from_="b@example.com",
                       recipients=recipients, accounts=limited, store=sys.argv[1])
def work():
    inside.set()
    campaign.run(progress=False)
start(work)
sink.wait(3, timeout=20)
""",
    "async_mailer": """
async def main():
    mailer = gp.AsyncMailer(sink.account())
    while True:
        await mailer.send(letter())
def work():
    inside.set()
    asyncio.run(main())
start(work)
sink.wait(3, timeout=20)
""",
    "on_letter": """
judging = gp.Sink(on_letter=lambda letter: inside.set())
mailer = gp.Mailer(judging.account())
start(lambda: [mailer.send(letter()) for _ in range(100_000)])
""",
    "on_letter_that_hangs": """
judging = gp.Sink(on_letter=lambda letter: (inside.set(), threading.Event().wait()))
mailer = gp.Mailer(judging.account())
start(lambda: mailer.send(letter()))
""",
    "close": """
mailer = gp.Mailer(account)
threading.Thread(target=lambda: mailer.send(letter()), daemon=True).start()
silent.accept()
def work():
    inside.set()
    mailer.close(grace=1000)
start(work)
""",
    "parse_and_sign": """
signer = gp.DkimSigner(domain="example.com", selector="s", key=gp.DkimKey.generate("rsa"))
start(lambda: busy(lambda: gp.Message.parse(signer.sign(bytes(letter()))).text))
""",
}

ENDINGS = {
    "by itself": ("", 0),
    "sys.exit(3)": ("sys.exit(3)", 3),
    "an exception": ("raise ValueError('as it should')", 1),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); threading.Event().wait()", -signal.SIGTERM),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT); threading.Event().wait()", -signal.SIGINT),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("busy", BUSY)
def test_a_script_with_a_busy_daemon_thread_ends_with_its_own_status(busy: str, ending: str, tmp_path: Path) -> None:
    line, status = ENDINGS[ending]
    output = run(HEAD + BUSY[busy] + line, str(tmp_path / "store.db"), expect=status)
    assert "Fatal" not in output and "terminate" not in output


@pytest.mark.parametrize(
    "busy", ["send_to_a_quick_server", "send_many", "short_waits", "parse_and_sign", "async_mailer"]
)
def test_scripts_that_end_at_any_moment_end_well(busy: str, tmp_path: Path) -> None:
    for _ in range(5):
        run(HEAD + BUSY[busy] + "sys.exit(4)", str(tmp_path / "store.db"), expect=4)
