"""Chaos: errors by chance, as rules of the sink."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from ...rule_fields import Phase
from ...rules import Rule
from ..calls import Call, CallError, json_answer, route
from ..served import ServedSink

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route


class _Trigger(NamedTuple):
    code: int
    percent: int


_TRIGGERS: dict[str, tuple[Phase, int]] = {
    "Sender": ("mail", 451),
    "Recipient": ("rcpt", 451),
    "Authentication": ("auth", 535),
}


class Chaos:
    """/api/v1/chaos; always enabled."""

    def __init__(self, sink: ServedSink) -> None:
        self._rules = sink.rules
        self._lock = threading.Lock()
        self._now = {name: _Trigger(code, 0) for name, (_, code) in _TRIGGERS.items()}
        self._added: list[Rule] = []
        self.routes: list[Route] = [
            route("GET", "/api/v1/chaos", self.get),
            route("PUT", "/api/v1/chaos", self.set),
        ]

    def get(self, call: Call) -> Response:
        """The triggers as they are."""
        return json_answer(
            {name: {"ErrorCode": one.code, "Probability": one.percent} for name, one in self._now.items()}
        )

    def set(self, call: Call) -> Response:
        """Sets all triggers; one that is left out never errs."""
        fields = call.fields()
        given = {name: _read(fields.get(name.lower()), code) for name, (_, code) in _TRIGGERS.items()}
        with self._lock:
            for rule in self._added:
                self._rules.remove(rule)
            self._added = [
                self._rules.add(
                    phase=_TRIGGERS[name][0], reply=f"{one.code} Chaos {name.lower()} error", odds=one.percent / 100
                )
                for name, one in given.items()
                if one.percent
            ]
            self._now = given
        return self.get(call)


def _read(given: Any, usual: int) -> _Trigger:
    fields = {} if given is None else given
    if not isinstance(fields, dict):
        raise CallError("a trigger takes an object with ErrorCode and Probability")
    by_name = {name.lower(): value for name, value in fields.items()}
    code, percent = by_name.get("errorcode", 0) or usual, by_name.get("probability", 0)
    if type(code) is not int or not 400 <= code <= 599:
        raise CallError("error code must be between 400 and 599")
    if type(percent) is not int or not 0 <= percent <= 100:
        raise CallError("probability must be between 0 and 100")
    return _Trigger(code, percent)
