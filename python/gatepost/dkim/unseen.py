"""Errors that hold nothing of a key, not even in the frames of their tracebacks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from ..errors import InputError, with_errno

_P = ParamSpec("_P")
_T = TypeVar("_T")

_SHORT = 24
_EXTENSION = re.compile(r"\.\w{1,8}", re.ASCII)


def unseen(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """For a function whose arguments may be a key or a passphrase: its InputErrors begin here, where they are gone.

    A reporter that shows the variables of each frame, or what an exception was raised from, finds none of them.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except InputError as error:
            said, number = str(error), error.errno
        del args, kwargs
        raise with_errno(InputError(said), number)

    return call


def may_be_key(text: str) -> bool:
    """Whether it may be the text of a key, or a part of it, in the place of something else."""
    return "-----" in text or len(text.split()) > 1 or (len(text) >= _SHORT and "." not in text)


def shown_path(path: Path) -> str:
    """The path as an error may show it: not where it may be a key."""
    text = str(path)
    in_a_folder = str(path.parent) not in (".", "/") and os.path.isdir(path.parent)
    if in_a_folder or _EXTENSION.fullmatch(path.suffix) or not may_be_key(text):
        return text
    return "(not shown: it may be a key; DkimKey(pem) reads the text of one)"
