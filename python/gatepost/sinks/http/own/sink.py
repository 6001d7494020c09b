"""The sink itself: its facts, connections and clock."""

from __future__ import annotations

from typing import Any

from ...profiles import PROFILES
from ..calls import Call, CallError
from ..served import ServedSink
from .filters import number_in
from .openapi import Operation
from .shapes import Advance, Clock, Done, GateState, Profiles, Sessions, SessionShape, SinkFacts


class SinkCalls:
    """Facts, sessions, clock."""

    def __init__(self, sink: ServedSink) -> None:
        self._sink = sink
        self.operations = [
            Operation("GET", "/sink", self.sink_facts),
            Operation("GET", "/sessions", self.list_sessions),
            Operation("GET", "/sessions/{id}", self.get_session),
            Operation("GET", "/clock", self.get_clock),
            Operation("POST", "/clock/advance", self.advance_clock, body=Advance),
            Operation("GET", "/gate", self.get_gate),
            Operation("PUT", "/gate", self.set_gate, body=dict[str, float | list[str]]),
            Operation("GET", "/profiles", self.list_profiles),
            Operation("POST", "/clear", self.clear),
        ]

    def sink_facts(self, call: Call) -> SinkFacts:
        """What the sink is and how much it received."""
        sink = self._sink
        return {
            "profile": sink.profile.name,
            "url": sink.address,
            "now": sink.clock.now().isoformat(),
            "received": sink.received,
            "evicted": sink._core.evicted,
        }

    def list_sessions(self, call: Call) -> Sessions:
        """The last connections with their transcripts, secrets masked."""
        return {"sessions": [_shape(session) for session in self._sink.sessions]}

    def get_session(self, call: Call) -> SessionShape:
        """One connection."""
        wanted = number_in(call, "id", 0)
        for session in self._sink.sessions:
            if session.id == wanted:
                return _shape(session)
        raise CallError(f"no session {wanted} among the last ones", 404)

    def get_clock(self, call: Call) -> Clock:
        """The sink's time of day."""
        return {"now": self._sink.clock.now().isoformat()}

    def advance_clock(self, call: Call) -> Clock:
        """Moves the sink's time ahead; nothing sleeps."""
        given = call.fields()
        if unknown := set(given) - set(Advance.__annotations__):
            raise CallError(f"a clock takes {', '.join(Advance.__annotations__)}, not {min(unknown)[:40]!r}")
        self._sink.clock.advance(**given)
        return self.get_clock(call)

    def get_gate(self, call: Call) -> GateState:
        """What rules know of the gate's users: balances, quotas, lists."""
        return {"state": self._sink.gate.as_dict()}

    def set_gate(self, call: Call) -> GateState:
        """Sets numbers and lists by their names; the others stay."""
        for name, value in call.json_object().items():
            setattr(self._sink.gate, name, value)
        return self.get_gate(call)

    def list_profiles(self, call: Call) -> Profiles:
        """The kinds of gates that `gatepost sink --profile` plays."""
        return {"profiles": [{"name": one.name, "summary": one.summary} for one in PROFILES.values()]}

    def clear(self, call: Call) -> Done:
        """Empties inbox, discarded letters and closed sessions; rules and clock stay."""
        self._sink.clear()
        return {"done": True}


def _shape(session: Any) -> SessionShape:
    return {
        "id": session.id,
        "client": list(session.client),
        "helo": session.helo,
        "user": session.user,
        "mechanism": session.mechanism,
        "tls": None if session.tls is None else list(session.tls),
        "transcript": session.transcript,
        "warnings": session.warnings,
        "end": session.end,
        "opened": session.opened.isoformat(),
        "closed": None if session.closed is None else session.closed.isoformat(),
        "letters": session.letters,
        "rules": session.rules,
    }
