"""gatepost explain: a server's reply in words."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer
from rich.text import Text

from ..codes import Failure
from ..codes import explain as explain_reply
from ..language import Language, gettext, language
from .output import Json, console, print_json, spoken_errors


def explain(
    reply: Annotated[
        str, typer.Argument(help='The reply as the server gave it: "550 5.7.1 No such user!"; -: from standard input.')
    ],
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
        if reply == "-":
            reply = sys.stdin.read()
        failure = explain_reply(reply, phase=phase, provider=provider, lang=lang or language())
        if as_json:
            print_json(failure.to_dict())
            return
        words = _words(failure.lang or language())
        kind = words["permanent" if failure.permanent else "temporary"]
        console.print(Text.assemble((failure.category.value, "bold"), f" ({failure.name}; {kind})"))
        for name, value in _rows(failure, words):
            console.print(Text.assemble((f"  {name:<12}", "dim"), value), soft_wrap=True)


def _rows(failure: Failure, words: dict[str, str]) -> list[tuple[str, str]]:
    wait = f", {words['after']}".format(seconds=failure.retry_after) if failure.retry_after else ""
    return [
        (words["means"], failure.cause),
        (words["who acts"], failure.actor),
        (words["what to do"], failure.hint),
        (words["retry"], words[failure.retry] + wait),
        (words["suppress"], words[failure.suppress]),
        (words["pause"], words[failure.pause]),
        (words["known by"], failure.rule_id),
    ]


def _words(lang: Language) -> dict[str, str]:
    _ = partial(gettext, lang=lang)
    return {
        "permanent": _("permanent"),
        "temporary": _("temporary"),
        "means": _("means"),
        "who acts": _("who acts"),
        "what to do": _("what to do"),
        "retry": _("retry"),
        "after": _("after {seconds} s"),
        "suppress": _("suppress"),
        "pause": _("pause"),
        "known by": _("known by"),
        "never": _("not again"),
        "later": _("later"),
        "now": _("at once"),
        "after_change": _("after change"),
        "none": _("none"),
        "address": _("address"),
        "domain": _("domain"),
        "sender_only": _("sender only"),
        "account": _("account"),
        "ip": _("IP address"),
        "campaign": _("campaign"),
    }
