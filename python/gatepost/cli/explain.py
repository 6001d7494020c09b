"""gatepost explain: a server's reply in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.text import Text

from ..codes import Failure
from ..codes import explain as explain_reply
from ..language import Language, language
from .output import Json, console, print_json, spoken_errors


def explain(
    reply: Annotated[str, typer.Argument(help='The reply as the server gave it: "550 5.7.1 No such user!"')],
    phase: Annotated[
        str | None, typer.Option(help="Where it was given: connect, auth, mail, rcpt, data, final ...")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Whose server: gmail, yandex, mail.ru ...")] = None,
    lang: Annotated[
        Language | None, typer.Option(help="Language of the answer. Default: $GATEPOST_LANG, else the locale's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a server's reply means and what to do about it."""
    with spoken_errors():
        failure = explain_reply(reply, phase=phase, provider=provider, lang=lang or language())
        if as_json:
            print_json(failure.to_dict())
            return
        labels = _RUSSIAN if failure.lang == "ru" else {}
        kind = "permanent" if failure.permanent else "temporary"
        console.print(Text.assemble((failure.category.value, "bold"), f" ({failure.name}; {labels.get(kind, kind)})"))
        for name, value in _rows(failure, labels):
            console.print(Text.assemble((f"  {labels.get(name, name):<12}", "dim"), value), soft_wrap=True)


_RUSSIAN = {
    "permanent": "окончательно",
    "temporary": "временно",
    "means": "что значит",
    "who acts": "чьё дело",
    "what to do": "что делать",
    "retry": "повтор",
    "after": "через",
    "suppress": "стоп-лист",
    "pause": "пауза",
    "known by": "правило",
    "never": "не повторять",
    "later": "позже",
    "now": "сразу",
    "after change": "после исправления",
    "none": "нет",
    "address": "адрес",
    "domain": "домен",
    "sender only": "только для этого отправителя",
    "account": "учётная запись",
    "ip": "IP-адрес",
    "campaign": "рассылка",
}


def _rows(failure: Failure, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    def say(value: str) -> str:
        words = value.replace("_", " ")
        return labels.get(words, words)

    wait = f", {say('after')} {failure.retry_after} s" if failure.retry_after else ""
    return [
        ("means", failure.cause),
        ("who acts", failure.actor),
        ("what to do", failure.hint),
        ("retry", say(failure.retry) + wait),
        ("suppress", say(failure.suppress)),
        ("pause", say(failure.pause)),
        ("known by", failure.rule_id),
    ]
