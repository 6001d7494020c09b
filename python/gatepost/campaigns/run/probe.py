"""The first letters of a list, made before any is sent: what is wrong with all of them is the campaign's fault."""

from __future__ import annotations

from collections.abc import Sequence

from ... import _core
from ...errors import InputError
from ...store import LeasedRecipient, Settled, Status, Store, Worker
from .render import Renderer

_ROWS = 250
_BEFORE = (Status.QUEUED, Status.INVALID, Status.DUPLICATE, Status.SUPPRESSED)


def refuse_what_no_row_passes(
    store: Store, worker: Worker, renderer: Renderer, program: _core.MergeProgram, name: str, now: float
) -> None:
    """InputError where none of the first rows can be made into a letter, all for the same reason, and more rows follow.

    All stay queued. Nothing is looked at in a campaign of which letters went out.
    """
    if any(number for status, number in store.counts(worker.campaign_id).items() if status not in _BEFORE):
        return
    leased = store.lease(worker, _ROWS + 1, now)
    try:
        words = _what_all_say(renderer, program, leased[:_ROWS]) if len(leased) > _ROWS else ""
    finally:
        store.settle(worker, [Settled(one.row, Status.QUEUED, counts=False) for one in leased])
    if words:
        raise InputError(
            f"campaign {name!r}: the letters of the first {_ROWS} rows all fail alike: {words}. Nothing was sent and "
            "all rows are still queued; mend the letter or the list and run again"
        )


def _what_all_say(renderer: Renderer, program: _core.MergeProgram, recipients: Sequence[LeasedRecipient]) -> str:
    letters = renderer.letters(recipients)
    words = {str(error) for _, error in letters.failed}
    for index in range(len(letters.recipients)):
        if len(words) > 1:
            break
        try:
            letters.render(program, index)
        except InputError as error:
            words.add(str(error))
        else:
            return ""
    return words.pop() if len(words) == 1 else ""
