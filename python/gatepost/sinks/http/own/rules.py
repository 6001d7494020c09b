"""The rules by which the sink answers: added, listed, taken away."""

from __future__ import annotations

from ...checks import check_rule
from ...rules import RuleFields
from ..calls import Call, CallError
from ..served import ServedSink
from .filters import number_in
from .openapi import Operation
from .shapes import Done, RuleList, RuleShape


class RuleCalls:
    """/rules, as thin as `sink.rules` is."""

    def __init__(self, sink: ServedSink) -> None:
        self._rules = sink.rules
        self.operations = [
            Operation("GET", "/rules", self.list_rules),
            Operation("POST", "/rules", self.add_rule, body=RuleFields),
            Operation("DELETE", "/rules", self.clear_rules),
            Operation("DELETE", "/rules/{id}", self.remove_rule),
        ]

    def list_rules(self, call: Call) -> RuleList:
        """In the order in which they are asked; the profile's too."""
        return {"rules": [{"id": id_, "rule": dict(rule)} for id_, rule in self._rules.listed().items()]}

    def add_rule(self, call: Call) -> RuleShape:
        """Adds a rule behind the others."""
        rule = call.fields()
        check_rule("rule", rule)
        id_ = self._rules.add(**rule)
        return {"id": id_, "rule": rule}

    def remove_rule(self, call: Call) -> Done:
        """Takes a rule away."""
        id_ = number_in(call, "id", 0)
        if not self._rules.remove(id_):
            raise CallError(f"no rule {id_}", 404)
        return {"done": True}

    def clear_rules(self, call: Call) -> Done:
        """Takes all rules away, the profile's too."""
        self._rules.clear()
        return {"done": True}
