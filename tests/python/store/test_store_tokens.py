"""Tokens of limits that processes share, in every store: never more than a limit in any window, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.store import Store, TokenGrant, TokenRequest
from gatepost.store.tokens import LONGEST_WINDOW, Moment

LEASE = 5.0
ONE_A_MINUTE = ((1, 60.0),)


@dataclass
class Clock:
    """Seconds since the machine started, and what the time of day makes of it."""

    ticks: float = 1000.0
    set_by: float = 1_700_000_000.0
    boot: str = "first"

    def __call__(self) -> Moment:
        return Moment(self.boot, self.ticks, self.ticks + self.set_by)


@dataclass
class Sender:
    """One that sends through an account."""

    store: Store
    clock: Clock
    limits: tuple[tuple[int, float], ...] = ONE_A_MINUTE
    account: str = "mx.example:25 ivan"
    holder: int = 0
    reserved: int = 0
    in_flight: int = 0
    ended: list[tuple[float, int]] = field(default_factory=list)
    priority: int = 0

    def tell(self, wanted: int = 0) -> TokenGrant:
        request = TokenRequest(
            self.account,
            self.limits,
            self.holder,
            wanted,
            self.reserved,
            self.in_flight,
            tuple(self.ended),
            priority=self.priority,
        )
        grant = self.store.exchange_tokens(request, self.clock(), LEASE)
        self.holder = grant.holder
        self.reserved = grant.tokens + (0 if grant.lapsed else self.reserved)
        self.ended.clear()
        return grant

    def begin(self) -> None:
        self.reserved -= 1
        self.in_flight += 1

    def end(self) -> None:
        self.in_flight -= 1
        self.ended.append((0.0, 1))

    def send(self) -> bool:
        """A letter that is over at once."""
        if not self.reserved and not self.tell(1).tokens:
            return False
        self.begin()
        self.end()
        self.tell()
        return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_processes_that_share_a_store_share_a_limit(open_again: Callable[[], Store], clock: Clock) -> None:
    one, two = Sender(open_again(), clock), Sender(open_again(), clock)
    assert one.send()
    refused = two.tell(1)
    assert (refused.tokens, refused.used_up) == (0, (1, 60.0))
    assert refused.wait == refused.at_least == refused.again == pytest.approx(60.0)
    clock.ticks += 59.9
    assert not two.send()
    clock.ticks += 0.2
    assert two.send()
    assert not one.send()


def test_who_waited_for_the_store_does_not_make_its_time_run_ahead(open_again: Callable[[], Store]) -> None:
    """Each looks at the clock, then waits for the other: the moment that is told later may be the earlier."""
    early, late = Clock(), Clock(ticks=1000.5)
    one, two = Sender(open_again(), early), Sender(open_again(), late)
    assert two.send()
    for _ in range(200):
        late.ticks += 0.25
        early.ticks = late.ticks - 0.2
        two.tell(1)
        one.tell(1)
    assert late.ticks == 1050.5
    assert not two.send(), "59 seconds were not over"
    late.ticks += 10.0
    assert two.send()


def test_another_account_has_tokens_of_its_own(store: Store, clock: Clock) -> None:
    assert Sender(store, clock).send()
    assert Sender(store, clock, account="mx.example:25 olga").send()


def test_what_is_reserved_counts_and_comes_back_when_it_is_not_used(store: Store, clock: Clock) -> None:
    one, two = Sender(store, clock), Sender(store, clock)
    assert one.tell(1).tokens == 1
    refused = two.tell(1)
    assert (refused.tokens, refused.at_least) == (0, 0.0), "it may come back at any time"
    assert refused.again <= 1.0
    one.reserved = 0
    one.tell()
    assert two.send()


def test_grants_fit_the_limit(store: Store, clock: Clock) -> None:
    assert Sender(store, clock, ((10, 60.0),)).tell(100).tokens == 1
    assert Sender(store, clock, ((10_000, 60.0), (160, 3600.0)), "b").tell(100).tokens == 10
    assert Sender(store, clock, ((100_000, 60.0),), "c").tell(100).tokens == 100


def test_of_several_limits_the_one_that_lasts_longest_is_named(store: Store, clock: Clock) -> None:
    sender = Sender(store, clock, ((1, 60.0), (2, 3600.0)))
    assert sender.send()
    clock.ticks += 60
    assert sender.send()
    assert sender.tell(1).used_up == (2, 3600.0)


def test_a_dead_process_holds_its_tokens_until_a_window_after_its_lease(store: Store, clock: Clock) -> None:
    dead, alive = Sender(store, clock), Sender(store, clock)
    dead.tell(1)
    clock.ticks += LEASE + 1
    assert alive.tell(1).wait == pytest.approx(59.0)
    clock.ticks += 58.9
    assert not alive.send()
    clock.ticks += 0.2
    assert alive.send()


def test_a_process_that_speaks_keeps_its_tokens(store: Store, clock: Clock) -> None:
    slow, other = Sender(store, clock), Sender(store, clock)
    slow.tell(1)
    slow.begin()
    for _ in range(100):
        clock.ticks += LEASE - 1
        assert not slow.tell().lapsed
        assert not other.send()
    slow.end()
    slow.tell()
    clock.ticks += 59.9
    assert not other.send()
    clock.ticks += 0.2
    assert other.send()


def test_what_was_reserved_by_one_that_was_silent_too_long_is_void(store: Store, clock: Clock) -> None:
    silent, other = Sender(store, clock, ((32, 60.0),)), Sender(store, clock, ((32, 60.0),))
    assert silent.tell(2).tokens == 2
    silent.begin()
    clock.ticks += 1000
    assert silent.tell().lapsed
    assert silent.reserved == 0
    assert sum(other.send() for _ in range(40)) == 31, "its letter in flight counts"


def test_letters_stay_counted_when_all_have_gone(open_again: Callable[[], Store], clock: Clock) -> None:
    first = open_again()
    assert Sender(first, clock).send()
    first.close()
    assert not Sender(open_again(), clock).send()


def test_letters_that_ended_a_while_ago_count_from_then_on(store: Store, clock: Clock) -> None:
    sender = Sender(store, clock, ((2, 60.0),))
    for _ in range(2):
        sender.tell(1)
        sender.begin()
    sender.in_flight = 0
    sender.ended = [(30.0, 1), (10.0, 1)]
    sender.tell()
    assert sender.tell(1).wait == pytest.approx(30.0)


@pytest.mark.parametrize("by", [-1e9, -3600.0, 3600.0, 1e9])
def test_a_time_of_day_that_is_set_neither_frees_nor_blocks_anything(store: Store, clock: Clock, by: float) -> None:
    sender = Sender(store, clock)
    assert sender.send()
    clock.set_by += by
    assert sender.tell(1).wait == pytest.approx(60.0)
    clock.ticks += 60.1
    assert sender.send()


@pytest.fixture
def one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has the database too: its time of day is the store's."""
    with suppress(ImportError):
        wall = "gatepost.store.postgresql.database.PostgresqlDatabase.wall"
        monkeypatch.setattr(wall, lambda self, transaction, ours: ours)


@pytest.mark.usefixtures("one_machine")
def test_over_a_restart_of_the_machine_the_time_of_day_goes_on(store: Store, clock: Clock) -> None:
    assert Sender(store, clock).send()
    clock.boot, clock.ticks, clock.set_by = "second", 3.0, clock().wall + 20
    sender = Sender(store, clock)
    assert sender.tell(1).wait == pytest.approx(37.0)
    clock.ticks += 40
    assert sender.send()


@pytest.mark.usefixtures("one_machine")
def test_after_a_restart_with_an_earlier_time_of_day_a_letter_waits_for_a_window_at_most(
    store: Store, clock: Clock
) -> None:
    assert Sender(store, clock).send()
    clock.boot, clock.ticks, clock.set_by = "second", 3.0, 0.0
    sender = Sender(store, clock)
    assert sender.tell(1).wait == pytest.approx(60.0)
    clock.ticks += 60.1
    assert sender.send()


def test_who_waits_longest_has_the_next_token_however_fast_another_asks(
    open_again: Callable[[], Store], clock: Clock
) -> None:
    busy, single, later = (Sender(open_again(), clock) for _ in range(3))
    assert busy.send()
    assert not single.send()
    assert not later.send()
    for waiting in (single, later, busy):
        others = [sender for sender in (busy, single, later) if sender is not waiting]
        for _ in range(12):
            clock.ticks += 4.9
            assert not any(sender.send() for sender in (*others, waiting))
        clock.ticks += 1.3
        assert [sender.send() for sender in (*others, waiting)] == [False, False, True]


@pytest.mark.parametrize(("priorities", "share"), [((0, 0), 11), ((1, 0), 2), ((2, 1), 2), ((0, -2), 1)])
def test_a_higher_priority_goes_first_and_starves_nobody(
    open_again: Callable[[], Store], clock: Clock, priorities: tuple[int, int], share: int
) -> None:
    high, low = (Sender(open_again(), clock, priority=one) for one in priorities)
    assert high.send()
    got = {True: 0, False: 0}
    for _ in range(22):
        for _ in range(13):
            assert not high.send() and not low.send()
            clock.ticks += 4.6
        clock.ticks += 0.3
        got[low.send()] += 1
        high.send()
    assert got[True] == share


def test_a_busy_sender_has_all_tokens_but_those_of_the_ones_who_wait(store: Store, clock: Clock) -> None:
    busy, single = Sender(store, clock, ((8, 60.0),)), Sender(store, clock, ((8, 60.0),))
    assert [busy.send() for _ in range(9)] == [True] * 8 + [False]
    assert not single.send()
    clock.ticks += 60.1
    assert [busy.send() for _ in range(9)] == [True] * 8 + [False], "it had waited longer; then the other is ahead"


@pytest.mark.parametrize("leaves", [True, False])
def test_the_place_of_one_who_waits_no_more_is_given_up(store: Store, clock: Clock, leaves: bool) -> None:
    busy, gone = Sender(store, clock), Sender(store, clock)
    assert busy.send()
    assert not gone.send()
    clock.ticks += 60.1
    if leaves:
        request = TokenRequest(gone.account, gone.limits, gone.holder, leaves=True)
        assert store.exchange_tokens(request, clock(), LEASE).holder == 0
    else:
        assert not busy.send(), "it may still come"
        clock.ticks += LEASE
    assert busy.send()


def test_what_counts_no_more_is_forgotten(store: Store, clock: Clock) -> None:
    sender = Sender(store, clock, ((1, LONGEST_WINDOW),))
    for _ in range(3):
        assert sender.send()
        clock.ticks += LONGEST_WINDOW + 1
    Sender(store, clock).tell(1)  # and dies
    clock.ticks += LONGEST_WINDOW + LEASE + 1
    assert sender.send()


_ACCOUNTS = count()
_STEPS = st.lists(
    st.tuples(st.sampled_from(["send", "begin", "end", "return", "die", "jump", "speak"]), st.integers(0, 3),
              st.floats(0, 4)),
    min_size=20, max_size=120,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_in_no_window_more_than_the_limit_is_sent_whatever_senders_do(
    open_again: Callable[[], Store], steps: list[tuple[str, int, float]]
) -> None:
    store, clock = open_again(), Clock()
    limits = ((3, 10.0), (8, 40.0))
    account = str(next(_ACCOUNTS))
    senders = [Sender(store, clock, limits, account) for _ in range(4)]
    counted: list[float] = []  # when the server did
    for step, number, seconds in steps:
        clock.ticks += seconds
        sender = senders[number]
        for each in senders:
            each.tell()  # a sign of life
        match step:
            case "send":
                if sender.send():
                    counted.append(clock.ticks)
            case "begin":
                if sender.reserved or sender.tell(2).tokens:
                    sender.begin()
                    sender.tell()
            case "end" if sender.in_flight:
                counted.append(clock.ticks)
                clock.ticks += seconds / 4
                sender.end()
                sender.tell()
            case "return":
                sender.reserved = 0
                sender.tell()
            case "die":
                senders[number] = Sender(store, clock, limits, account)
            case "jump":
                clock.set_by += (seconds - 2) * 1e5
    for most, window in limits:
        for first, last in zip(counted, counted[most:], strict=False):
            assert last - first >= window
