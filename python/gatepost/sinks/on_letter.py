"""A Python callable as the rule for every letter: asked on a thread of its own, letters in batches."""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Callable
from time import monotonic

from .. import _core
from ..errors import InputError
from .letter import Letter

OnLetter = Callable[[Letter], str | None]

_FAILED = "451 4.3.0 The sink's on_letter failed"
_ANSWER_AFTER = 0.01  # seconds: a client does not wait longer for others' letters to be looked at
_MOST_ERRORS = 100
_PATIENCE = 2.0  # seconds that the end waits for a callable that is at work


class LetterJudge:
    """Asks `on_letter` about each letter that waits for its verdict, until it is stopped or nobody holds it any more.

    Its thread holds the core alone while it waits: a callable that refers to its sink does not keep both alive.
    """

    def __init__(
        self, core: _core.Sink, letter_of: Callable[[_core.StoredLetter], Letter], on_letter: OnLetter
    ) -> None:
        if inspect.iscoroutinefunction(on_letter):
            raise InputError("on_letter: must be a plain function; a coroutine cannot run on the sink's thread")
        self._core = core
        self._letter_of = letter_of
        self._on_letter = on_letter
        self.stopping = threading.Event()
        arguments = core, self.stopping, weakref.ref(self)
        self._thread = threading.Thread(target=_run, args=arguments, name="gatepost sink", daemon=True)
        self.errors: list[BaseException] = []

    def start(self) -> None:
        """Begins to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Closes the sink and ends the thread; one that hangs in the callable is left behind."""
        end(self._core, self.stopping)
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def judge(self, letters: list[_core.StoredLetter]) -> None:
        """Asks about each of them and answers their clients."""
        ids: list[int] = []
        replies: list[str] = []
        answer_at = monotonic() + _ANSWER_AFTER
        for stored in letters:
            ids.append(stored.id)
            replies.append(self._ask(self._letter_of(stored)))
            if monotonic() >= answer_at:
                self._answer(ids, replies)
                ids, replies = [], []
                answer_at = monotonic() + _ANSWER_AFTER
        if ids:
            self._answer(ids, replies)

    def _ask(self, letter: Letter) -> str:
        try:
            reply = self._on_letter(letter)
            if reply is not None and not isinstance(reply, str):
                raise TypeError(f"on_letter: must return a reply or None, not {reply!r}")
        except BaseException as error:  # pytest.fail() is no Exception, and the thread has to go on
            self._remember(error)
            return _FAILED
        return reply or ""

    def _answer(self, ids: list[int], replies: list[str]) -> None:
        try:
            self._core.decide_letters(ids, replies)
        except InputError:
            for letter, reply in zip(ids, replies, strict=True):
                try:
                    self._core.decide_letters([letter], [reply])
                except InputError as error:
                    self._remember(InputError(f"on_letter: {reply!r} is not a reply: {error}"))
                    self._core.decide_letters([letter], [_FAILED])

    def _remember(self, error: BaseException) -> None:
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(error)


def end(core: _core.Sink, stopping: threading.Event) -> None:
    """Closes the sink and has the judge's thread end. Nothing in a child of the process that made it."""
    stopping.set()
    core.close()


def _run(core: _core.Sink, stopping: threading.Event, judge: weakref.ref[LetterJudge]) -> None:
    while not stopping.is_set():
        letters = core.undecided(1.0)
        if letters and (alive := judge()) is not None:
            alive.judge(letters)
            del alive
        del letters
