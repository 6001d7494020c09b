"""What a campaign and its runs may be given."""

from __future__ import annotations

from collections.abc import Mapping

from .. import arguments
from ..durations import read_duration
from .run.brake import MOST_REFUSED
from .run.progress import SHOWN
from .run.retry import RetryPolicy
from .send_window import SendWindow
from .spec import IN_DOUBT
from .template.parts import inline_sources
from .template.template import Template


def _console(name: str, value: object) -> None:
    if not callable(getattr(value, "print", None)):
        raise arguments.refuse(name, "a rich.console.Console", value)


def _progress(name: str, value: object) -> None:
    if not isinstance(value, bool):
        arguments.one_of(*SHOWN)(name, value)


def _priority(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not -_HIGHEST <= value <= _HIGHEST:
        raise arguments.refuse(name, f"a whole number from -{_HIGHEST} to {_HIGHEST}", value)


_HIGHEST = 9
_text = arguments.optional(arguments.line)
CHECKS: Mapping[str, arguments.Check] = {
    "template": arguments.instance(Template),
    "from_": _text,
    "reply_to": _text,
    "to_name": _text,
    "headers": arguments.optional(arguments.mapping(arguments.text)),
    "list_unsubscribe": arguments.optional(arguments.one_or_several(arguments.line)),
    "campaign_id": _text,
    "inline": arguments.optional(inline_sources),
    "address_column": arguments.optional(arguments.text),
    "encoding": arguments.optional(arguments.line),
    "row_key": _text,
    "retry": arguments.optional(arguments.instance(RetryPolicy)),
    "in_doubt": arguments.one_of(*IN_DOUBT),
    "window": arguments.optional(arguments.instance(SendWindow)),
    "spread": arguments.optional(read_duration),
    "priority": _priority,
    "seeds": arguments.texts,
    "replace": arguments.flag,
    "new_texts": arguments.flag,
}
RUN_CHECKS: Mapping[str, arguments.Check] = {
    "progress": arguments.optional(_progress),
    "max_seconds": arguments.optional(arguments.patience),
    "wait_for_retries": arguments.flag,
    "console": arguments.optional(_console),
    "max_refused": arguments.optional(arguments.number_from(0, 1, "a share")),
}
RUN_DEFAULTS = {"max_seconds": None, "wait_for_retries": True, "console": None, "max_refused": MOST_REFUSED}
