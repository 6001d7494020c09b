"""What the system said about a file stands in `errno`, whatever kind the exception is of."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

import gatepost as gp


@pytest.mark.parametrize(
    "opening",
    [
        lambda path: gp.Attachment(path),
        lambda path: gp.DkimKey.load(path),
        lambda path: gp.History(path / "history.db"),
        lambda path: gp.Message.load(path),
        lambda path: gp.Calendar(path),
    ],
    ids=["attachment", "key", "store", "letter", "calendar"],
)
def test_a_file_that_is_not_there_has_its_number(tmp_path: Path, opening: Callable[[Path], object]) -> None:
    with pytest.raises((gp.InputError, gp.StoreError, OSError)) as caught:
        opening(tmp_path / "nothing")
    assert caught.value.errno == errno.ENOENT


def test_what_the_system_has_not_refused_has_none() -> None:
    with pytest.raises(gp.InputError) as caught:
        gp.explain("")
    assert caught.value.errno is None
