"""Ctrl-C, SIGTERM and SIGHUP: once pauses cleanly, twice stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_WORDS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM", signal.SIGHUP: "SIGHUP"}
SIGNALS = frozenset(number.name for number in _WORDS)
"""By name, as runs say what ended them."""


@contextmanager
def pause_on_interrupt(pause: Callable[[str, str], None]) -> Iterator[None]:
    """While inside, the first of these signals calls `pause` with its words and its name, a second raises
    KeyboardInterrupt. Only in the main thread; a signal that the process was started to ignore (nohup) stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal seen
        if seen:
            raise KeyboardInterrupt
        seen = True
        pause(_WORDS[signal.Signals(number)], signal.Signals(number).name)

    before = {}
    for number in _WORDS:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
