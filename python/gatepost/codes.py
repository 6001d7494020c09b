"""What a server's words mean: Category, Failure and explain()."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import Any, Literal, Self, cast, get_args

from . import _core, arguments
from ._categories import Category
from .language import Language, language
from .language import check as check_language

Phase = Literal["dns", "connect", "tls", "greeting", "ehlo", "auth", "mail", "rcpt", "data", "final", "bounce", "local"]
"""The stage at which something happened. `final` is the reply to the dot that ends a letter."""
Permanence = Literal["temporary", "permanent", "none"]
Scope = Literal["session", "site", "message", "recipient"]
Retry = Literal["never", "later", "now", "after_change"]
Suppress = Literal["none", "address", "domain", "sender_only"]
Pause = Literal["none", "account", "domain", "ip", "campaign"]

_ENOUGH = 1000  # characters of a server's text, and of ours, in str()
_UNITS = ((86400, "day", "д"), (3600, "hour", "ч"), (60, "minute", "мин"), (1, "second", "с"))


@cache
def _info(category: Category) -> dict[str, str]:
    return _core.category_info(category.value)


def _in_short(words: str) -> str:
    """What one message shows of a text: a server may say 64 KB."""
    return words if len(words) <= _ENOUGH else f"{words[:_ENOUGH]}…"


@cache
def category_words(category: str, phase: str, permanence: str, lang: Language) -> dict[str, str]:
    """name, actor, cause and remedy of a category in words; ValueError for one that this version does not know."""
    return _core.category_words(category, phase, permanence, lang)


def _in_words(seconds: int, lang: Language) -> str:
    size, english, russian = next(row for row in _UNITS if seconds % row[0] == 0)
    count = seconds // size
    return f"{count} {russian}" if lang == "ru" else f"{count} {english}{'' if count == 1 else 's'}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Category) else value


@dataclass(frozen=True, slots=True)
class Failure:
    """One description of anything that went wrong, whoever noticed it. docs/errors.md explains each category.

    Its words (`name`, `actor`, `cause`, `remedy`, `hint`) are English; Russian where $GATEPOST_LANG or `lang` is "ru".
    """

    phase: Phase
    category: Category
    code: int = 0  # 0 where no server spoke
    enhanced: str = ""  # "5.1.1", RFC 3463
    text: str = ""  # the server's words and nothing of ours
    message: str = ""  # our words
    permanence: Permanence = "permanent"
    scope: Scope = "message"
    retry: Retry = "never"
    retry_after: int = 0  # seconds to wait where retry is "later"; the server's own time where it names one
    suppress: Suppress = "none"  # which recipients should not be written to again
    pause: Pause = "none"  # what should stop sending until it is mended
    maybe_delivered: bool = False  # the letter was sent whole and no answer came: it may have been accepted
    timed_out: bool = False  # a deadline passed; a server that speaks of a timeout has answered in time
    errno: int = 0  # the system's number where it gave one (errno.ECONNREFUSED ...), else 0
    provider: str = ""
    rule_id: str = ""  # which rule decided, and by which words or code
    evidence: str = ""
    recipient: str = ""  # the address it is about, where it is about one
    lang: Language | None = field(default=None, compare=False, repr=False)  # of its words; None: $GATEPOST_LANG
    tried: bool = True  # False: nothing was tried now, because of a pause that began with this
    paused_until: datetime | None = None  # UTC; the account, or the letter's sender, is paused until then

    @classmethod
    def from_core(
        cls, raw: _core.RawFailure, recipient: str = "", tried: bool = True, paused_until: float | None = None
    ) -> Self:
        """The core's failure as a Python value. `paused_until`: Unix seconds."""
        return cls(
            phase=cast(Phase, raw.phase),
            category=Category(raw.category),
            code=raw.code,
            enhanced=raw.enhanced,
            text=raw.server_text,
            message=raw.message,
            permanence=cast(Permanence, raw.permanence),
            scope=cast(Scope, raw.scope),
            retry=cast(Retry, raw.retry),
            retry_after=raw.retry_after,
            suppress=cast(Suppress, raw.suppress),
            pause=cast(Pause, raw.pause),
            maybe_delivered=raw.maybe_delivered,
            timed_out=raw.timed_out,
            errno=raw.errno,
            provider=raw.provider,
            rule_id=raw.rule_id,
            evidence=raw.evidence,
            recipient=recipient,
            tried=tried,
            paused_until=None if paused_until is None else datetime.fromtimestamp(paused_until, UTC),
        )

    @property
    def permanent(self) -> bool:
        """Whether the same letter would be refused again."""
        return self.permanence == "permanent"

    @property
    def name(self) -> str:
        """The category in a few words: "mailbox full"."""
        return self._words["name"]

    @property
    def actor(self) -> str:
        """Who has to act: "list owner", "account owner", "operator", "nobody" ..."""
        return self._words["actor"]

    @property
    def cause(self) -> str:
        """What the category means, one sentence."""
        return self._words["cause"]

    @property
    def remedy(self) -> str:
        """What to do about the category, one sentence. It agrees with `retry`."""
        return self._words["remedy"]

    @property
    def _lang(self) -> Language:
        return self.lang or language()

    @property
    def _words(self) -> dict[str, str]:
        return category_words(self.category.value, self.phase, self.permanence, self._lang)

    @property
    def hint(self) -> str:
        """What to do this time: the remedy, after what only this reply tells."""
        russian = self._lang == "ru"
        sentences = []
        if self.maybe_delivered:
            sentences.append(
                "Возможно, письмо всё же доставлено: проверьте это, прежде чем отправлять его снова."
                if russian
                else "It may have been delivered all the same: check before you send it again."
            )
        if self.retry == "later" and self.retry_after and str(self.retry_after) != _info(self.category)["retry_after"]:
            sentences.append(f"{'Подождите' if russian else 'Wait'} {_in_words(self.retry_after, self._lang)}.")
        if self.paused_until is not None:
            end = f"{self.paused_until:%Y-%m-%d %H:%M:%S} UTC"
            sentences.append(
                f"Пауза до {end}; resume() снимает её раньше."
                if russian
                else f"Paused until {end}; resume() ends the pause before."
            )
        return " ".join([*sentences, self.remedy])

    @property
    def reply(self) -> str:
        """The server's reply on one line, "550 5.1.1 No such user"; empty where no server spoke."""
        return " ".join(part for part in (str(self.code or ""), self.enhanced, self.text) if part)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        fields = (name for name in self.__dataclass_fields__ if name != "lang")
        names = (*fields, "permanent", "name", "actor", "cause", "remedy", "hint")
        return {name: _plain(getattr(self, name)) for name in names}

    def __str__(self) -> str:
        where = f"{self.phase} ({self.recipient})" if self.recipient else self.phase
        said = " ".join(
            part if part.endswith((".", "!", "?", "…")) else f"{part}."
            for part in (_in_short(self.reply), _in_short(self.message))
            if part
        )
        return " ".join(part for part in (f"{where}:", said, self.cause, f"({self.category.value})", self.hint) if part)

    def _repr_html_(self) -> str:
        kind = {"permanent": "permanent", "temporary": "temporary"}.get(self.permanence, "not an error")
        retry = self.retry.replace("_", " ") + (
            f", after {_in_words(self.retry_after, 'en')}" if self.retry_after else ""
        )
        rows = {
            "reply": _in_short(self.reply or self.message),
            "recipient": self.recipient,
            "phase": self.phase,
            "category": f"{self.category.value} ({kind})",
            "cause": self.cause,
            "what to do": self.hint,
            "who acts": self.actor,
            "retry": retry,
            "suppress": self.suppress.replace("_", " "),
            "pause": self.pause,
            "known by": f"{self.rule_id}: {self.evidence}" if self.evidence else self.rule_id,
        }
        cells = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in rows.items()
            if value
        )
        return f"<table>{cells}</table>"


def explain(reply: str, phase: str | None = None, provider: str | None = None, lang: Language | None = None) -> Failure:
    """What a server's reply means and what to do about it.

    Args:
        reply: As the server gave it or a log quotes it ("550 5.7.1 No such user!"). Of a transcript, a log or a bounce
            (RFC 3464), the reply that refused is taken; of replies within a reply, the innermost server's words.
        phase: Where it was given: "auth", "mail", "rcpt", "data", "final" ... Default: guessed from the words.
        provider: Whose server: "gmail", "yandex", "mx.yandex.ru" ... Default: recognised by its words.
        lang: Language of the words, "en" or "ru". Default: $GATEPOST_LANG, else English.

    Raises:
        InputError: The reply is empty, or the phase or the language is unknown.
    """
    arguments.text("reply", reply)
    if phase is not None:
        arguments.one_of(*get_args(Phase))("phase", phase)
    if provider is not None:
        arguments.line("provider", provider)
    if not reply.strip():
        raise _core.InputError("reply: there is no text; give the server's words, such as '550 5.7.1 No such user!'")
    chosen = None if lang is None else check_language("lang", lang)
    return replace(Failure.from_core(_core.classify(reply, phase or "", provider or "")), lang=chosen)


__all__ = ["Category", "Failure", "Pause", "Permanence", "Phase", "Retry", "Scope", "Suppress", "explain"]
