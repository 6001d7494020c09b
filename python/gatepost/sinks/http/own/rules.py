"""The rules by which the sink answers: added, listed with their hits, taken away."""

from __future__ import annotations

from ...rule_fields import RuleFields
from ...rules import Rule
from ..calls import Call, CallError
from ..served import ServedSink
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
            Operation("GET", "/rules/{rule}", self.get_rule),
            Operation("DELETE", "/rules/{rule}", self.remove_rule),
        ]

    def list_rules(self, call: Call) -> RuleList:
        """In the order in which they are asked; the profile's too."""
        return {"rules": [_shape(rule) for rule in self._rules]}

    def add_rule(self, call: Call) -> RuleShape:
        """Adds a rule behind the others."""
        [rule] = self._rules.load([call.json_object()])
        return _shape(rule)

    def get_rule(self, call: Call) -> RuleShape:
        """One rule, by its id or its name."""
        return _shape(self._find(call))

    def remove_rule(self, call: Call) -> Done:
        """Takes a rule away, by its id or its name."""
        return {"done": self._rules.remove(self._find(call))}

    def clear_rules(self, call: Call) -> Done:
        """Takes all rules away, the profile's too."""
        self._rules.clear()
        return {"done": True}

    def _find(self, call: Call) -> Rule:
        wanted = call.path["rule"]
        for rule in self._rules:
            if wanted in (str(rule.id), rule.name):
                return rule
        raise CallError(f"no rule {wanted[:40]!r}", 404)


def _shape(rule: Rule) -> RuleShape:
    return {"id": rule.id, "name": rule.name, "hits": rule.hits, "rule": rule.as_dict()}
