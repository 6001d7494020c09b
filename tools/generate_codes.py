#!/usr/bin/env python3
"""Makes the C++ tables, python/gatepost/_categories.py and the error pages in docs from cpp/gatepost/codes/*.toml.

generate_codes.py --cpp DIR     category_table.hpp, category_rows.hpp, word_table.hpp, provider_table.hpp,
                                rule_table.hpp and, for the tests, rule_samples.hpp
generate_codes.py --python      python/gatepost/_categories.py
generate_codes.py --docs        docs/errors.md and docs/errors.ru.md
generate_codes.py --check       exit code 1 where one of these three is stale

A rule is one table of a rules_*.toml file; the first rule that fits a reply decides.
  id, category          which rule it is, and what it says
  provider              fits only where this provider is given or recognised
  phase, not_phase      names of phases; "recipient" stands for rcpt, data, final, bounce and local
  code                  codes (550) or classes ("4xx"); 0 stands for a text without a code
  enhanced              patterns: "5.7.1", "x.7.1" (class 4 or 5), "x.7.20-24"
  bare                  true: fits only where the reply has no enhanced code
  contains              any of these must be found; in "a & b" all parts must be
  not                   none of these may be found; "a & b" counts where all parts are found
  permanence, retry, retry_after     instead of the category's own
  tests                 replies that this rule must decide: a text, or { reply, phase, provider }
Words are compared with the normalised text (normalise.hpp) and fit from the beginning of a word on: "block" finds
"blocked" but not "unblock"; with a space at the end they fit whole words only.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import error_pages
from error_pages import LANGUAGES, WORDS, word

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "cpp/gatepost/codes"
PYTHON_FILE = ROOT / "python/gatepost/_categories.py"
DOCS_FILE = ROOT / "docs/errors.md"
RUSSIAN_DOCS_FILE = ROOT / "docs/errors.ru.md"
RULE_FILES = ("rules_services.toml", "rules_providers.toml", "rules_text.toml", "rules_codes.toml")

PHASES = ("dns", "connect", "tls", "greeting", "ehlo", "auth", "mail", "rcpt", "data", "final", "bounce", "local")
PHASE_SETS = {"recipient": ("rcpt", "data", "final", "bounce", "local")}
PERMANENCES = ("temporary", "permanent", "none")
RETRIES = ("never", "later", "now", "after_change")
SUPPRESSES = ("none", "address", "domain", "sender_only")
PAUSES = ("none", "account", "domain", "ip", "campaign")
LETTERS = "a-z0-9а-яєіїґ\u3040-\u30ff\u4e00-\u9fff"  # Latin without accents, Cyrillic, kana, ideographs
LITERAL = re.compile(rf"^[{LETTERS}@#./_'=-]+( [{LETTERS}@#./_'=-]+)* ?$")
RULE_KEYS = {
    "id", "category", "provider", "phase", "not_phase", "code", "enhanced", "bare", "contains", "not", "permanence",
    "retry", "retry_after", "tests",
}  # fmt: skip
HEADER = "// Made by tools/generate_codes.py from cpp/gatepost/codes/*.toml. Change those, not this.\n#pragma once\n"

Table = dict[str, Any]


class TableError(Exception):
    """A table contradicts itself; the message names the place."""


def load() -> tuple[list[Table], Table, list[Table], list[Table]]:
    """Categories, the words that they share, providers and rules, checked."""
    table = tomllib.loads((TABLES / "categories.toml").read_text("utf-8"))
    categories = table["category"]
    for category in categories:
        category["actor_ru"] = table["actors"][category["actor"]]
    providers = tomllib.loads((TABLES / "providers.toml").read_text("utf-8"))["provider"]
    rules: list[Table] = []
    for name in RULE_FILES:
        rules += tomllib.loads((TABLES / name).read_text("utf-8"))["rule"]
    extra = {path.name for path in TABLES.glob("rules_*.toml")} - set(RULE_FILES)
    require(not extra, f"{sorted(extra)} have no place in RULE_FILES")
    check(categories, providers, rules)
    return categories, table["words"], providers, rules


def require(condition: bool, message: str) -> None:
    if not condition:
        raise TableError(message)


def check(categories: list[Table], providers: list[Table], rules: list[Table]) -> None:
    for key, tables in (("id", categories), ("name", providers), ("id", rules)):
        names = [table[key] for table in tables]
        twice = sorted({name for name in names if names.count(name) > 1})
        require(not twice, f"more than once: {', '.join(twice)}")
    for category in categories:
        where = f"category {category['id']}"
        require(category["permanence"] in PERMANENCES, f"{where}: unknown permanence")
        require(category["retry"] in RETRIES, f"{where}: unknown retry")
        require((category["retry"] == "later") == ("retry_after" in category), f"{where}: retry_after goes with later")
        require(category.get("suppress", "none") in SUPPRESSES, f"{where}: unknown suppress")
        require(category.get("pause", "none") in PAUSES, f"{where}: unknown pause")
        require(("local_cause" in category) == ("local_remedy" in category), f"{where}: half of the local words")
        for kind in WORDS:
            both = bool(word(category, kind, "en")) == bool(word(category, kind, "ru"))
            require(both, f"{where}: {kind} is there in one language alone")
    known = {category["id"] for category in categories}
    names = {provider["name"] for provider in providers}
    for provider in providers:
        for marker in provider.get("markers", []):
            require(bool(LITERAL.match(marker)), f"provider {provider['name']}: {marker!r} is not normalised")
    for rule in rules:
        check_rule(rule, known, names)


def check_rule(rule: Table, categories: set[str], providers: set[str]) -> None:
    where = f"rule {rule.get('id')}"
    require(set(rule) <= RULE_KEYS, f"{where}: unknown keys {sorted(set(rule) - RULE_KEYS)}")
    require(rule["category"] in categories, f"{where}: unknown category {rule['category']}")
    require(rule.get("provider", "") in providers | {""}, f"{where}: unknown provider")
    require(rule.get("permanence", "none") in PERMANENCES, f"{where}: unknown permanence")
    require(rule.get("retry", "never") in RETRIES, f"{where}: unknown retry")
    require(bool(rule.get("tests")), f"{where}: a rule needs a sample")
    phase_mask(rule)
    for name in ("contains", "not"):
        for entry in rule.get(name, []):
            for part in entry.split(" & "):
                require(bool(LITERAL.match(part)), f"{where}: {part!r} is not normalised")
                require(len(part.encode()) >= 2, f"{where}: {part!r} is too short")


def phase_mask(rule: Table) -> int:
    """Bit n set: the rule fits the n-th phase. All bits where nothing is said."""

    def mask(names: list[str]) -> int:
        bits = 0
        for name in names:
            for phase in PHASE_SETS.get(name, (name,)):
                require(phase in PHASES, f"rule {rule['id']}: unknown phase {phase}")
                bits |= 1 << PHASES.index(phase)
        return bits

    wanted = mask(rule["phase"]) if "phase" in rule else (1 << len(PHASES)) - 1
    return wanted & ~mask(rule.get("not_phase", []))


def code_range(code: int | str) -> tuple[int, int]:
    if isinstance(code, int):
        return code, code
    require(bool(re.fullmatch(r"[2-6]xx", code)), f"{code!r} is not a code")
    return int(code[0]) * 100, int(code[0]) * 100 + 99


def enhanced_pattern(pattern: str) -> tuple[int, int, int, int]:
    match = re.fullmatch(r"([x2-6])\.(\d+)\.(\d+)(?:-(\d+))?", pattern)
    require(match is not None, f"{pattern!r} is not an enhanced code")
    assert match is not None
    klass = 0 if match[1] == "x" else int(match[1])
    return klass, int(match[2]), int(match[3]), int(match[4] or match[3])


def samples(rule: Table) -> list[Table]:
    return [{"reply": test} if isinstance(test, str) else test for test in rule["tests"]]


def quote(text: str) -> str:
    """A C++ string literal. Non-ASCII stays as it is: source files are UTF-8."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- C++ ---------------------------------------------------------------------------------------------------------


def category_table(categories: list[Table]) -> str:
    names = "".join(f"  {category['id']},\n" for category in categories)
    return (
        f"{HEADER}#include <cstddef>\n#include <cstdint>\n\nnamespace gatepost::codes {{\n\n"
        "/// What became of a letter or a reply; docs/errors.md explains each.\n"
        f"enum class Category : std::uint8_t {{\n{names}}};\n\n"
        f"inline constexpr std::size_t category_count = {len(categories)};\n\n}}  // namespace gatepost::codes\n"
    )


def category_rows(categories: list[Table]) -> str:
    rows = ""
    for c in categories:
        rows += (
            f"    {{Category::{c['id']}, {quote(c['id'])}, Permanence::{c['permanence']}, {quote(c['actor'])}, "
            f"RetryVerdict::{c['retry']}, {c.get('retry_after', 0)}, SuppressScope::{c.get('suppress', 'none')}, "
            f"PauseScope::{c.get('pause', 'none')}, "
            f"{str(c.get('follows_code', False)).lower()}}},\n"
        )
    return (
        f'{HEADER}#include "gatepost/codes/category.hpp"\n\nnamespace gatepost::codes {{\n\n'
        f"inline constexpr CategoryInfo category_rows[] = {{\n{rows}}};\n\n}}  // namespace gatepost::codes\n"
    )


def word_table(categories: list[Table], common: Table) -> str:
    rows = ""
    for c in categories:
        for language, opening, closing in (("en", "    {{", ","), ("ru", "     ", "}},\n")):
            texts = ", ".join(quote(word(c, kind, language)) for kind in WORDS)
            rows += f"{opening}{{{texts}}}{closing}" + ("\n" if language == "en" else "")
    temporary = ", ".join(quote(word(common, "temporary_remedy", language)) for language in LANGUAGES)
    return (
        f'{HEADER}#include <array>\n\n#include "gatepost/codes/category.hpp"\n\nnamespace gatepost::codes {{\n\n'
        f"struct WordRow {{\n  std::string_view {', '.join(WORDS)};\n}};\n\n"
        "/// By category and language.\n"
        f"inline constexpr std::array<std::array<WordRow, 2>, category_count> word_rows = {{{{\n{rows}}}}};\n\n"
        f"inline constexpr std::array<std::string_view, 2> temporary_remedy = {{{temporary}}};\n\n"
        "}  // namespace gatepost::codes\n"
    )


def strings(texts: list[str]) -> str:
    return "".join(f"    {quote(text)},\n" for text in texts)


def pair_rows(rows: list[tuple[str, int]], type_name: str, array: str) -> str:
    body = "".join(f"    {{{quote(text)}, {index}}},\n" for text, index in rows)
    return f"inline constexpr {type_name} {array}[] = {{\n{body}}};\n"


def provider_table(providers: list[Table]) -> str:
    hosts = [(h, i) for i, p in enumerate(providers) for h in p.get("hosts", [])]
    aliases = [(a, i) for i, p in enumerate(providers) for a in [p["name"], *p.get("aliases", [])]]
    return (
        f"{HEADER}#include <string_view>\n\nnamespace gatepost::codes {{\n\n"
        "struct ProviderName {\n  std::string_view text;\n  int provider;  ///< index into provider_names\n};\n\n"
        f"inline constexpr std::string_view provider_names[] = {{\n{strings([p['name'] for p in providers])}}};\n"
        + pair_rows(hosts, "ProviderName", "provider_hosts")
        + pair_rows(aliases, "ProviderName", "provider_aliases")
        + "\n}  // namespace gatepost::codes\n"
    )


class Pool:
    """Flat C++ arrays under construction; rows refer to them by (first, count)."""

    def __init__(self) -> None:
        self.literals: dict[str, int] = {}
        self.parts: list[int] = []
        self.phrases: list[tuple[int, int]] = []
        self.codes: list[tuple[int, int]] = []
        self.enhanced: list[tuple[int, int, int, int]] = []

    def add_phrases(self, entries: list[str]) -> str:
        first = len(self.phrases)
        for entry in entries:
            parts = [self.literals.setdefault(part, len(self.literals)) for part in entry.split(" & ")]
            self.phrases.append((len(self.parts), len(parts)))
            self.parts += parts
        return f"{{{first}, {len(entries)}}}"

    def add_codes(self, codes: list[int | str]) -> str:
        first = len(self.codes)
        self.codes += [code_range(code) for code in codes]
        return f"{{{first}, {len(codes)}}}"

    def add_enhanced(self, patterns: list[str]) -> str:
        first = len(self.enhanced)
        self.enhanced += [enhanced_pattern(pattern) for pattern in patterns]
        return f"{{{first}, {len(patterns)}}}"


def optional(rule: Table, key: str, enum: str) -> str:
    return f"{enum}::{rule[key]}" if key in rule else "std::nullopt"


def rule_table(providers: list[Table], rules: list[Table]) -> str:
    pool = Pool()
    names = [provider["name"] for provider in providers]
    markers = ""
    for index, provider in enumerate(providers):
        for marker in provider.get("markers", []):
            markers += f"    {{{pool.literals.setdefault(marker, len(pool.literals))}, {index}}},\n"
    rows = ""
    for rule in rules:
        provider_index = names.index(rule["provider"]) if "provider" in rule else -1
        rows += (
            f"    {{{quote(rule['id'])}, Category::{rule['category']}, {provider_index}, {phase_mask(rule)}, "
            f"{str(rule.get('bare', False)).lower()}, {pool.add_codes(rule.get('code', []))}, "
            f"{pool.add_enhanced(rule.get('enhanced', []))}, {pool.add_phrases(rule.get('contains', []))}, "
            f"{pool.add_phrases(rule.get('not', []))}, {optional(rule, 'permanence', 'Permanence')}, "
            f"{optional(rule, 'retry', 'RetryVerdict')}, {rule.get('retry_after', 0)}}},\n"
        )
    ranges = "".join(f"{{{first}, {count}}}, " for first, count in pool.phrases)
    codes = "".join(f"{{{low}, {high}}}, " for low, high in pool.codes)
    enhanced = "".join(f"{{{k}, {s}, {low}, {high}}}, " for k, s, low, high in pool.enhanced)
    return (
        f'{HEADER}#include "gatepost/codes/reply_rule.hpp"\n\nnamespace gatepost::codes {{\n\n'
        f"inline constexpr std::string_view literals[] = {{\n{strings(list(pool.literals))}}};\n"
        f"inline constexpr std::uint16_t phrase_parts[] = {{{', '.join(map(str, pool.parts))}}};\n"
        f"inline constexpr Range phrases[] = {{{ranges}}};\n"
        f"inline constexpr CodeRange code_ranges[] = {{{codes}}};\n"
        f"inline constexpr EnhancedPattern enhanced_patterns[] = {{{enhanced}}};\n"
        f"inline constexpr Marker provider_markers[] = {{\n{markers}}};\n"
        f"inline constexpr ReplyRule rules[] = {{\n{rows}}};\n\n}}  // namespace gatepost::codes\n"
    )


def rule_samples(rules: list[Table]) -> str:
    rows = ""
    for rule in rules:
        for s in samples(rule):
            fields = (rule["id"], rule["category"], s["reply"], s.get("phase", ""), s.get("provider", ""))
            rows += "    {" + ", ".join(quote(field) for field in fields) + "},\n"
    return (
        f"{HEADER}#include <string_view>\n\nnamespace gatepost::codes {{\n\n"
        "struct RuleSample {\n  std::string_view rule_id, category, reply, phase, provider;\n};\n\n"
        f"inline constexpr RuleSample rule_samples[] = {{\n{rows}}};\n\n}}  // namespace gatepost::codes\n"
    )


# --- Python and docs ---------------------------------------------------------------------------------------------


def python_module(categories: list[Table]) -> str:
    body = ""
    for c in categories:
        body += f'    {c["id"].upper()} = "{c["id"]}"\n    """{c["cause"]}"""\n'
    return (
        '"""Made by tools/generate_codes.py from cpp/gatepost/codes/categories.toml. Change that, not this."""\n\n'
        "from enum import StrEnum\n\n\n"
        "class Category(StrEnum):\n"
        '    """What became of a letter or a reply. The value is the stable id in history, JSON and code.\n\n'
        "    docs/errors.md has cause, remedy and verdicts of each.\n"
        f'    """\n\n{body}'
    )


def replies_of(rules: list[Table]) -> dict[str, list[str]]:
    """A dozen replies of each category."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        for sample in samples(rule):
            if not re.search(r"(^\d{3}( \d\.\d\.\d)?$)|Sorry$", sample["reply"]):
                found.setdefault(rule["category"], []).append(sample["reply"].replace("\n", " "))
    return {category: list(dict.fromkeys(replies))[:12] for category, replies in found.items()}


def write_if_changed(path: Path, text: str) -> None:
    """Keeps the time stamp of a file that stays the same, so that nothing is compiled in vain."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpp", type=Path, metavar="DIR", help="write the C++ tables there")
    parser.add_argument("--python", action="store_true", help=f"write {PYTHON_FILE.relative_to(ROOT)}")
    parser.add_argument("--docs", action="store_true", help="write docs/errors.md and docs/errors.ru.md")
    parser.add_argument("--check", action="store_true", help="fail where a committed file is stale")
    options = parser.parse_args()
    try:
        categories, common, providers, rules = load()
        if options.cpp:
            write_if_changed(options.cpp / "category_table.hpp", category_table(categories))
            write_if_changed(options.cpp / "category_rows.hpp", category_rows(categories))
            write_if_changed(options.cpp / "word_table.hpp", word_table(categories, common))
            write_if_changed(options.cpp / "provider_table.hpp", provider_table(providers))
            write_if_changed(options.cpp / "rule_table.hpp", rule_table(providers, rules))
            write_if_changed(options.cpp / "rule_samples.hpp", rule_samples(rules))
    except (TableError, KeyError, tomllib.TOMLDecodeError) as error:
        print(f"generate_codes: {error}", file=sys.stderr)
        return 2
    replies = replies_of(rules)
    committed = {
        PYTHON_FILE: python_module(categories),
        DOCS_FILE: error_pages.docs(categories, common, replies, "en", error_pages.ENGLISH),
        RUSSIAN_DOCS_FILE: error_pages.docs(categories, common, replies, "ru", error_pages.RUSSIAN),
    }
    if options.python:
        write_if_changed(PYTHON_FILE, committed[PYTHON_FILE])
    if options.docs:
        for path in (DOCS_FILE, RUSSIAN_DOCS_FILE):
            write_if_changed(path, committed[path])
    if options.check:
        stale = [p for p, text in committed.items() if not p.exists() or p.read_text("utf-8") != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run tools/generate_codes.py --python --docs", file=sys.stderr)
        return 1 if stale else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
