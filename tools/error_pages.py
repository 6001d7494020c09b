"""docs/errors.md and docs/errors.ru.md: the categories in words, with replies that belong to them."""

from __future__ import annotations

from typing import Any, NamedTuple

Table = dict[str, Any]
Replies = dict[str, list[str]]  # by category

WORDS = ("name", "actor", "cause", "remedy", "final_remedy", "local_cause", "local_remedy")
LANGUAGES = ("en", "ru")  # the order of the C++ enum


def word(category: Table, kind: str, language: str) -> str:
    return str(category.get(kind if language == "en" else f"{kind}_{language}", ""))


def seconds(value: int) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if value >= size and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value} s"


class Document(NamedTuple):
    """What docs/errors.md and docs/errors.ru.md say around the tables."""

    title: str
    introduction: str
    headings: str
    what_to_do: str
    table: str
    final: str
    temporary: str
    local: str
    seconds: dict[str, str]
    values: dict[str, str]


ENGLISH = Document(
    "Errors: what a server's words mean and what to do",
    'Every refusal ends in one category. `gatepost explain "550 5.7.1 No such user!"` or `gp.explain(...)` says\n'
    "which, why (`rule_id`, `evidence`) and what to do. *Retry* speaks of this letter, *suppress* of the\n"
    "recipient, *pause* of what the engine stops. A temporary failure never suppresses a recipient.",
    "| category | in short | cause |",
    "What to do:",
    "| permanence | who acts | retry | suppress | pause |",
    "Where a server calls it final:",
    "Where a server calls it temporary:",
    "Where no server was asked:",
    {"h": "h", "min": "min", "s": "s"},
    {
        "follows": "4xx temporary, 5xx permanent (else {})", "not an error": "not an error",
        "later": "later, first after {}", "after_change": "after change", "sender_only": "sender only",
    },
)  # fmt: skip
RUSSIAN = Document(
    "Ошибки: что значат слова сервера и что делать",
    'Каждый отказ относится к одной категории. `gatepost explain "550 5.7.1 No such user!" --lang ru` или\n'
    '`gp.explain(..., lang="ru")` говорит, к какой, почему (`rule_id`, `evidence`) и что делать. «Повтор» говорит об\n'
    "этом письме, «стоп-лист» о получателе, «пауза» о том, что перестаёт отправлять программа. Временный отказ\n"
    "никогда не заносит получателя в стоп-лист.",
    "| категория | коротко | что значит |",
    "Что делать:",
    "| отказ | кому действовать | повтор | стоп-лист | пауза |",
    "Если сервер называет отказ окончательным:",
    "Если сервер называет отказ временным:",
    "Если сервер не спрашивали:",
    {"h": "ч", "min": "мин", "s": "с"},
    {
        "follows": "4xx временный, 5xx окончательный (иначе {})", "not an error": "не ошибка", "temporary": "временный",
        "permanent": "окончательный", "never": "не повторять", "later": "позже, сначала через {}", "now": "сразу",
        "after_change": "после исправления", "none": "нет", "address": "адрес", "domain": "домен", "ip": "IP-адрес",
        "sender_only": "только для этого отправителя", "account": "учётная запись", "campaign": "рассылка",
    },
)  # fmt: skip


def category_section(category: Table, common: Table, replies: Replies, language: str, document: Document) -> str:
    def say(value: str) -> str:
        return document.values.get(value, value)

    permanence = say(category["permanence"])
    if category.get("follows_code"):
        permanence = say("follows").format(permanence)
    elif category["permanence"] == "none":
        permanence = say("not an error")
    retry = say(category["retry"])
    if category["retry"] == "later":
        count, unit = seconds(category["retry_after"]).split()
        retry = say("later").format(f"{count} {document.seconds[unit]}")
    section = (
        f"## {category['id']}\n\n{word(category, 'cause', language)}\n\n"
        f"**{document.what_to_do}** {word(category, 'remedy', language)}\n\n"
        f"{document.table}\n| --- | --- | --- | --- | --- |\n"
        f"| {permanence} | {word(category, 'actor', language)} | {retry} "
        f"| {say(category.get('suppress', 'none'))} | {say(category.get('pause', 'none'))} |\n\n"
    )
    if category.get("follows_code") and category["permanence"] == "permanent":
        section += f"{document.temporary} {word(common, 'temporary_remedy', language)}\n\n"
    if word(category, "final_remedy", language):
        section += f"{document.final} {word(category, 'final_remedy', language)}\n\n"
    if word(category, "local_cause", language):
        local = f"{word(category, 'local_cause', language)} {word(category, 'local_remedy', language)}"
        section += f"{document.local} {local}\n\n"
    if shown := replies.get(category["id"]):
        section += "```text\n" + "\n".join(shown) + "\n```\n\n"
    return section


def docs(categories: list[Table], common: Table, replies: Replies, language: str, document: Document) -> str:
    overview = "".join(
        f"| [{c['id']}](#{c['id']}) | {word(c, 'name', language)} | {word(c, 'cause', language)} |\n"
        for c in categories
    )
    sections = "".join(category_section(c, common, replies, language, document) for c in categories)
    return (
        f"# {document.title}\n\n"
        "<!-- Made by tools/generate_codes.py from cpp/gatepost/codes/*.toml. Change those, not this. -->\n\n"
        f"{document.introduction}\n\n{document.headings}\n| --- | --- | --- |\n{overview}\n{sections}"
    ).rstrip() + "\n"
