"""A child made by fork: its parent's objects say so at once, are let go of in peace, and what it makes itself works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from script import run

# `forked(work)` runs work in a child and returns its exit status, or fails where it hangs.
HEAD = """
import asyncio, gc, os, signal, sys, threading
import gatepost as gp

def letter(to="olga@example.com"):
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")

def forked(work, leave=os._exit):
    child = os.fork()
    if child == 0:
        signal.alarm(90)
        try:
            work()
        except SystemExit:
            raise
        except BaseException as error:
            print("in the child:", type(error).__name__, error, flush=True)
            os._exit(9)
        leave(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def refused(call):
    try:
        result = call()
        if asyncio.iscoroutine(result):
            asyncio.run(result)
    except gp.ForkedError as error:
        assert "in this process" in str(error) and isinstance(error, gp.GatepostError), error
    else:
        raise AssertionError(f"{call} did not raise")
"""

CALLS = {
    "Mailer.send": "lambda: mailer.send(letter())",
    "Mailer.send with a time-out": "lambda: mailer.send(letter(), timeout=5)",
    "Mailer.send_many": "lambda: list(mailer.send_many([letter()]))",
    "Mailer.check": "lambda: mailer.check()",
    "Mailer.ask": "lambda: mailer.ask('noop')",
    "AsyncMailer.send": "lambda: async_mailer.send(letter(), timeout=5)",
    "AsyncMailer.send_many": "lambda: async_mailer.send_many([letter()])",
    "AsyncMailer.check": "lambda: async_mailer.check()",
    "Sink.wait": "lambda: sink.wait(1, timeout=5)",
    "Sink.assert_none": "lambda: sink.assert_none()",
    "Sink.letters": "lambda: sink.letters",
    "Sink.discarded": "lambda: sink.discarded",
    "Sink.sessions": "lambda: sink.sessions",
    "Sink.received": "lambda: sink.received",
    "Sink.clear": "lambda: sink.clear()",
    "Sink.transcripts": "lambda: sink.transcripts()",
    "Sink.rules.add": "lambda: sink.rules.add(phase='rcpt', reply='450 no')",
    "Sink.rules.clear": "lambda: sink.rules.clear()",
    "Sink.clock.now": "lambda: sink.clock.now()",
    "Sink.clock.advance": "lambda: sink.clock.advance(hours=1)",
    "AsyncSink.wait": "lambda: async_sink.wait(1, timeout=5)",
    "AsyncSink.assert_none": "lambda: async_sink.assert_none()",
    "History.attempts": "lambda: history.attempts()",
    "History.stats": "lambda: history.stats()",
    "Suppressions.add": "lambda: gp.Suppressions(history.store).add('a@example.com')",
    "Store.campaigns": "lambda: history.store.campaigns()",
    "Store.set_state": "lambda: history.store.set_state(1, 'paused')",
    "Campaign.run": "lambda: campaign.run()",
    "Campaign.resume": "lambda: campaign.resume()",
    "Campaign.status": "lambda: campaign.status()",
    "Campaign.results": "lambda: campaign.results()",
    "Campaign.pause": "lambda: campaign.pause()",
    "Campaign.failed": "lambda: campaign.failed().resend()",
    "AsyncCampaign.run": "lambda: gp.AsyncCampaign(campaign).run()",
}

OBJECTS = (
    HEAD
    + """
sink = gp.Sink()
async_sink = gp.AsyncSink(on_letter=lambda letter: None)
history = gp.History(sys.argv[1])
mailer = gp.Mailer(sink.account(), history=history)
async_mailer = gp.AsyncMailer(sink.account())
campaign = gp.Campaign("c", template=gp.Template(subject="s", text="t"), recipients=[{"email": "a@example.com"}],
                       accounts=sink.account(), from_="b@example.com", store=sys.argv[1] + "-campaign")
mailer.send(letter())
"""
)


def test_every_call_on_an_object_of_the_parent_raises_at_once_and_the_parent_goes_on(tmp_path: Path) -> None:
    calls = "".join(f"    refused({call})\n" for call in CALLS.values())
    run(
        f"{OBJECTS}\ndef work():\n{calls}\n"
        """
assert forked(work) == 0
assert mailer.send(letter()).ok and len(sink.wait(2)) == 2
assert campaign.run(progress=False).ok and history.attempts().to_polars().height == 2
""",
        str(tmp_path / "history.db"),
    )


@pytest.mark.parametrize("leave", ["sys.exit", "os._exit"])
def test_a_child_that_lets_go_of_everything_and_ends_does_so_at_once(leave: str, tmp_path: Path) -> None:
    run(
        OBJECTS
        + f"""
def work():
    global sink, async_sink, history, mailer, async_mailer, campaign
    repr(sink), repr(mailer), repr(async_mailer)
    with sink, mailer, campaign:
        pass
    mailer.close(), sink.close(), history.store.close(), campaign.close()
    asyncio.run(async_mailer.close())
    del sink, async_sink, history, mailer, async_mailer, campaign
    gc.collect()

assert forked(work, {leave}) == 0
assert forked(lambda: None, {leave}) == 0
assert mailer.send(letter()).ok and len(sink.wait(2)) == 2
assert campaign.run(progress=False).ok and history.attempts().to_polars().height == 2
""",
        str(tmp_path / "history.db"),
    )


def test_what_a_child_makes_itself_works_also_in_its_own_child(tmp_path: Path) -> None:
    run(
        OBJECTS
        + """
def all_anew():
    with gp.Sink(tls="starttls", on_letter=lambda letter: None) as own, gp.Mailer(own.account()) as to_own:
        assert to_own.send(letter()).ok and len(own.wait(1)) == 1
    with gp.Mailer(sink.account(), history=gp.History(sys.argv[1])) as to_parent:  # the URL is data
        assert to_parent.send(letter(f"r{os.getpid()}@example.com")).ok
    async def main():
        async with gp.AsyncMailer(sink.account()) as anew:
            assert (await anew.send(letter())).ok
    asyncio.run(main())

def work():
    all_anew()
    assert forked(lambda: (all_anew(), refused(lambda: mailer.send(letter())))) == 0

assert forked(work) == 0
all_anew()
assert history.attempts().to_polars().height == 4
""",
        str(tmp_path / "history.db"),
    )


def test_a_child_in_the_middle_of_a_with_block_or_a_generator_leaves_them_in_peace() -> None:
    output = run(
        HEAD
        + """
with gp.Sink() as sink, gp.Mailer(sink.account()) as mailer:
    results = mailer.send_many(letter(f"r{i}@example.com") for i in range(1200))
    assert next(results).ok
    child = os.fork()
    if child == 0:
        signal.alarm(90)
        sys.exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert sum(result.ok for result in results) == 1199
"""
    )
    assert output == ""


def test_forks_while_letters_are_sent_by_other_threads_all_come_back() -> None:
    run(
        HEAD
        + """
key = gp.DkimKey.generate("rsa")
sink = gp.Sink(tls="starttls")
signer = gp.DkimSigner(domain="example.com", selector="s", key=key)
mailer = gp.Mailer(sink.account(dkim=[signer]))
stop = threading.Event()
sent = []

def send():
    while not stop.is_set():
        sent.extend(mailer.send_many(letter(f"r{i}@example.com") for i in range(50)))

def parse():
    raw = bytes(letter())
    while not stop.is_set():
        gp.Message.parse(raw).text, gp.dkim.verify(raw)

def anew():
    gp.Message.parse(bytes(letter())).text
    with gp.Sink(tls="starttls") as own, gp.Mailer(own.account(dkim=[signer])) as to_own:
        assert to_own.send(letter(), timeout=15).ok

threads = [threading.Thread(target=work) for work in (send, send, parse)]
for thread in threads:
    thread.start()
try:
    for _ in range(15):
        assert forked(anew) == 0
finally:
    stop.set()
    for thread in threads:
        thread.join()
assert sent and all(result.ok for result in sent)
mailer.close()
""",
        patience=240,
    )


def test_two_threads_that_fork_at_once_do_not_wait_for_each_other() -> None:
    run(
        HEAD
        + """
sink = gp.Sink()
mailer = gp.Mailer(sink.account())
mailer.send(letter())
failed = []

def fork_often():
    for _ in range(10):
        if forked(lambda: refused(lambda: mailer.send(letter()))):
            failed.append(1)
        gp.Mailer(sink.account()).close()

threads = [threading.Thread(target=fork_often) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed and mailer.send(letter()).ok
""",
    )


WORKERS = """
import multiprocessing, sys
import gatepost as gp

def letter(to):
    return gp.Message(from_="a@example.com", to=to, subject="x", text="y")

def work(url, n):
    with gp.Mailer(gp.Account(url)) as mailer:
        return mailer.send(letter(f"r{n}@example.com")).ok

if __name__ == "__main__":
    with gp.Sink() as sink:
        with gp.Mailer(sink.account()) as mailer:
            mailer.send(letter("first@example.com"))
            with multiprocessing.get_context(sys.argv[1]).Pool(3) as pool:
                assert all(pool.starmap(work, [(sink.url, n) for n in range(9)]))
            assert mailer.send(letter("last@example.com")).ok
        assert sink.received == 11
"""


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workers_of_multiprocessing_send_with_mailers_of_their_own(method: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(WORKERS)
    done = subprocess.run([sys.executable, str(program), method], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_store_that_a_child_opens_anew_keeps_all_that_both_write(tmp_path: Path) -> None:
    run(
        HEAD
        + """
path = sys.argv[1]
parents = gp.Suppressions(path)
parents.add("parent@example.com")
to_parent, to_child = os.pipe(), os.pipe()

def work():
    childs = gp.Suppressions(path)
    childs.add("child-1@example.com")
    os.write(to_parent[1], b"1")
    os.read(to_child[0], 1)  # the parent has closed its own
    childs.add("child-2@example.com")
    os.write(to_parent[1], b"2")
    os.read(to_child[0], 1)
    childs.add("child-3@example.com")

child = os.fork()
if child == 0:
    signal.alarm(90)
    work()
    sys.exit(0)
os.read(to_parent[0], 1)
parents.add("parent-2@example.com")
parents._store.close()
os.write(to_child[1], b"1")
os.read(to_parent[0], 1)
again = gp.Suppressions(path)
again.add("parent-3@example.com")
os.write(to_child[1], b"2")
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert len(again) == 6, list(again)
import sqlite3
assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
""",
        str(tmp_path / "store.db"),
    )


def test_a_child_forked_during_a_run_neither_keeps_its_lock_nor_settles_for_it(tmp_path: Path) -> None:
    run(
        HEAD
        + """
children = []

def fork_once(letter):
    if not children:
        children.append(os.fork())
        if children[0] == 0:
            signal.alarm(90)
            signal.pause()

with gp.Sink(on_letter=fork_once) as sink:
    campaign = gp.Campaign("c", template=gp.Template(subject="s", text="t"), from_="b@example.com",
                           recipients=[{"email": f"r{i}@example.com"} for i in range(20)],
                           accounts=sink.account(), store=sys.argv[1])
    assert campaign.run(progress=False).ok
    assert campaign.run(progress=False).ok  # the child lives
    opened = {os.readlink(f"/proc/{children[0]}/fd/{n}") for n in os.listdir(f"/proc/{children[0]}/fd")}
    assert not [one for one in opened if "journal" in one or one.endswith(".run")], opened
    os.kill(children[0], signal.SIGKILL)
    os.waitpid(children[0], 0)
    assert sink.received == 20
""",
        str(tmp_path / "store.db"),
    )


def test_a_port_that_the_parent_closes_is_closed_though_a_child_has_a_copy_of_the_socket() -> None:
    run(
        HEAD
        + """
import socket
sink = gp.Sink()
client = socket.create_connection(("127.0.0.1", sink.port))
client.recv(100)
child = os.fork()
if child == 0:
    signal.alarm(90)
    signal.pause()
sink.close()
client.settimeout(20)
while client.recv(100):
    pass
try:
    socket.create_connection(("127.0.0.1", sink.port), timeout=20)
except ConnectionRefusedError:
    pass
else:
    raise AssertionError("somebody still listens")
os.kill(child, signal.SIGKILL)
"""
    )


def test_a_fork_during_a_run_and_sys_exit_in_the_child_end_the_child_alone(tmp_path: Path) -> None:
    run(
        HEAD
        + """
asked = []

def token():
    if not asked:
        asked.append(os.fork())
        if asked[0] == 0:
            signal.alarm(90)
            sys.exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(asked[0], 0)[1]) == 5
    return "token"

with gp.Sink(users={"ivan": "token"}) as sink:
    account = gp.Account(f"smtp://127.0.0.1:{sink.port}", login="ivan", auth=gp.Auth(access_token=token))
    campaign = gp.Campaign("c", template=gp.Template(subject="s", text="t"), from_="b@example.com",
                           recipients=[{"email": "r@example.com"}], accounts=account, store=sys.argv[1])
    campaign.run(progress=False)
    assert asked and campaign.status().state == "done"
""",
        str(tmp_path / "store.db"),
    )


def test_fixtures_of_the_plugin_may_be_used_and_torn_down_in_a_forked_child(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        """
import os, signal, pytest
import gatepost as gp

def test_in_a_child(sink, make_sink):
    make_sink(on_letter=lambda letter: None)
    child = os.fork()
    if child == 0:
        signal.alarm(90)
        with pytest.raises(gp.ForkedError):
            sink.wait(1, timeout=5)
        pytest.exit("the child is done", returncode=0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with gp.Mailer(sink.account()) as mailer:
        assert mailer.send(gp.Message(from_="a@example.com", to="b@example.com", subject="x", text="y")).ok
"""
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_program_started_with_exec_inherits_no_descriptor_of_ours(tmp_path: Path) -> None:
    run(
        OBJECTS
        + """
import subprocess
LISTING = '''
import os
found = []
for n in os.listdir("/proc/self/fd"):
    if int(n) > 2 and os.path.exists(f"/proc/self/fd/{n}"):
        found.append(os.readlink(f"/proc/self/fd/{n}"))
print(found)
'''
sink_tls = gp.Sink(tls="starttls")
sink_unix = gp.Sink(unix_path=sys.argv[1] + ".sock")
stop = threading.Event()

def connect_often():
    while not stop.is_set():
        with gp.Mailer(sink.account()) as anew:
            anew.send(letter())

thread = threading.Thread(target=connect_often)
thread.start()
async def main():
    await async_mailer.send(letter())
    for _ in range(40):
        found = subprocess.run([sys.executable, "-S", "-c", LISTING], close_fds=False, capture_output=True, text=True)
        assert found.stdout == "[]\\n", found
asyncio.run(main())
stop.set()
thread.join()
""",
        str(tmp_path / "history.db"),
    )


CHILD_OF_POLARS = """
import os, sys
import gatepost as gp

store, other = sys.argv[1], sys.argv[2]
sink = gp.Sink().__enter__()

def campaign(path):
    return gp.Campaign("c", template=gp.Template(subject="s", text="t"), recipients=[{"email": "u@y.example"}],
                       accounts=sink.account(sender="a@b.example"), store=path)

campaign(store).run(progress=False)
gp.History(store).stats(by=["day"])
if (child := os.fork()) == 0:
    made = campaign(other)
    print(made.run(progress=False).counts, made.status().state, flush=True)
    for ask in (lambda: gp.History(store).stats(by=["day"]), made.results, made.check, gp.History(store).attempts):
        try:
            ask()
        except gp.ForkedError as error:
            print("ForkedError", "spawn" in str(error), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("parent", len(gp.History(store).attempts()), flush=True)
"""


def test_in_a_child_of_a_process_that_used_polars_campaigns_run_and_frames_say_what_to_do(tmp_path: Path) -> None:
    script = [sys.executable, "-c", CHILD_OF_POLARS, str(tmp_path / "a.db"), str(tmp_path / "b.db")]
    done = subprocess.run(script, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["{'accepted': 1} done", *["ForkedError True"] * 4, "parent 1"], done.stderr
