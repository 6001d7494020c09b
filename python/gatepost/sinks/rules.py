"""How a sink answers: rules that match a step of the session and decide its reply."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from .. import _core, files
from ..arguments import line, named, path, refuse
from ..errors import InputError
from .core_rule import core_rule
from .rule_fields import RuleFields, check_rule
from .rule_spelling import as_data, read_rule


class Rule:
    """A rule of a running sink."""

    def __init__(self, core: _core.Sink, rule_id: int, fields: Mapping[str, Any]) -> None:
        self._core = core
        self._fields = dict(fields)
        self.id = rule_id
        """1, 2, ... in the order in which rules were added to the sink."""

    @property
    def name(self) -> str:
        """What letters and sessions call it."""
        return str(self._fields.get("name") or f"rule {self.id}")

    @property
    def hits(self) -> int:
        """How often it decided, or had a say; 0 once it has been taken away."""
        return self._core.rule_hits(self.id) or 0

    def as_dict(self) -> dict[str, Any]:
        """As data, in the form that JSON and TOML have."""
        return as_data(self._fields)

    def __repr__(self) -> str:
        return f"<Rule {self.id} {self.name!r}: {self._fields['phase']}, {self.hits} hits>"


class Rules(Sequence[Rule]):
    """The rules of one sink. They are asked in the order in which they were added; the first that holds decides."""

    def __init__(self, core: _core.Sink) -> None:
        self._core = core
        self._rules: dict[int, Rule] = {}

    def add(self, **fields: Unpack[RuleFields]) -> Rule:
        """Adds a rule behind the others. Its fields are those of `RuleFields`; `phase` has to be given.

        Raises:
            InputError: A field has a wrong name, type or value; the message names it.
        """
        check_rule("", fields)
        rule_id = self._core.add_rule(core_rule(fields))
        self._rules[rule_id] = Rule(self._core, rule_id, fields)
        return self._rules[rule_id]

    def load(self, rules: str | Path | Sequence[Mapping[str, Any]]) -> list[Rule]:
        """Adds the rules of a file (.json: a list of rules; .toml: tables named `rules`) or of a list of rules as data.

        InputError names the rule and the field that is wrong; then none of them is added. OSError: no such file.
        """
        where = str(rules) if isinstance(rules, str | Path) else "rules"
        found = [read_rule(f"{where}[{index}]", rule) for index, rule in enumerate(read_rules(rules))]
        added: list[Rule] = []
        try:
            for index, fields in enumerate(found):
                with named(f"{where}[{index}]"):
                    added.append(self.add(**fields))
        except InputError:
            for rule in added:
                self.remove(rule)
            raise
        return added

    def remove(self, rule: Rule | int | str) -> bool:
        """Takes a rule away, by itself, its id or its name; False where there is none."""
        found = self._find(rule)
        if found is None:
            return False
        del self._rules[found.id]
        return self._core.remove_rule(found.id)

    def clear(self) -> None:
        """Takes all rules away, the profile's too."""
        self._rules.clear()
        self._core.clear_rules()

    def _find(self, rule: object) -> Rule | None:
        if isinstance(rule, Rule):
            return self._rules.get(rule.id)
        if isinstance(rule, str):
            line("rule", rule)
            return next((one for one in self._rules.values() if one.name == rule), None)
        if isinstance(rule, int) and not isinstance(rule, bool):
            return self._rules.get(rule)
        raise refuse("rule", "a Rule, its id or its name", rule)

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(list(self._rules.values()))

    def __getitem__(self, key: Any) -> Any:
        """By name, or by place in the order. KeyError where no rule has the name."""
        if isinstance(key, str):
            found = self._find(key)
            if found is None:
                raise KeyError(
                    f"no rule is named {key!r}; there are: {', '.join(rule.name for rule in self) or 'none'}"
                )
            return found
        return list(self._rules.values())[key]


def read_rules(rules: str | Path | Sequence[Mapping[str, Any]]) -> Sequence[Any]:
    """The rules of a file or of data, not checked yet."""
    if isinstance(rules, list | tuple):
        return rules
    if not isinstance(rules, str | Path):
        raise refuse("rules", "the path of a file or a list of rules", rules)
    file = path("rules", rules)
    text = files.read_text(file)
    try:
        found = tomllib.loads(text).get("rules", []) if file.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise InputError(f"{file}: {error}") from None
    if not isinstance(found, list):
        raise InputError(f"{file}: takes a list of rules")
    return found


def rules_of(file: str | Path) -> list[RuleFields]:
    """The rules of a .json or .toml file, checked. InputError names the rule and the field that is wrong."""
    return [read_rule(f"{file}[{index}]", rule) for index, rule in enumerate(read_rules(file))]
