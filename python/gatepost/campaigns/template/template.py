"""The letter of a campaign: a subject, html, text and attachments as Jinja2 templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ... import arguments, files
from ...errors import InputError, with_errno
from ..lists.near import listed, nearest
from .columns import with_columns
from .jinja import Part, compile_part
from .parts import InlineSource, PartSource, attachment_sources, inline_sources
from .template_text import NoText, text_template


class Template:
    """Subject, html and text with `{{ column }}` of the list in them (Jinja2, sandboxed; html is escaped by itself).

    A column whose name is no identifier is written as it is, `{{ Дата оплаты }}`, or, where that means something else
    (`{{ E-mail }}` is a difference), `{{ row["E-mail"] }}`: `row` is the whole row. Where `text` is not
    given it is made from the html template; `text=False` leaves it out. It cannot be made where fields hold html
    themselves (`|safe`, `|urlize`, `|xmlattr`, `{% autoescape %}`): the letter then has html alone, `check()` says so,
    and `text=` gives it one.
    `attachments`: paths (Jinja2 too, rendered for each recipient: "invoices/{{ number }}.pdf"; an empty result, or one
    that ends in a slash, means none), `Attachment` objects, or (name, bytes). `inline`: Content-ID -> path or bytes;
    html shows it as "cid:logo".

    Fields are what the list gives: of CSV files text ("" where a cell is empty), of mappings and DataFrames also
    numbers, dates, times, Decimals (`{{ day.strftime("%d.%m.%Y") }}`), lists and mappings. The ledger keeps these
    types; tuples come back as lists, a zone other than zoneinfo's as its offset, nanoseconds as microseconds, NaN and
    NaT as None, and any other object as its `str()`. `{{ name|default("friend", true) }}` stands in for what is empty
    too; without `true` it does so only where the row has no such column. None shows nothing where it stands alone; in
    an expression it is Python's (`{{ name ~ "!" }}` gives "None!"). What is not defined is an error, in `if` too: a
    macro asks `caller is defined`.

    InputError names the part and the line of a syntax error at once, of an unknown field when the list is known.
    """

    def __init__(
        self,
        *,
        subject: str,
        html: str | None = None,
        text: str | Literal[False] | None = None,
        attachments: Sequence[PartSource] = (),
        inline: Mapping[str, InlineSource] | None = None,
    ) -> None:
        arguments.text("subject", subject)
        arguments.optional(arguments.text)("html", html)
        if text is not None and text is not False:
            arguments.text("text", text)
        if html is None and not isinstance(text, str):
            raise InputError("template: give html=, text= or both")
        self.subject = subject
        self.html = html
        self.text = text
        self.attachments: tuple[PartSource, ...] = attachment_sources(attachments)
        self.inline: dict[str, InlineSource] = {} if inline is None else inline_sources("inline", inline)
        if "\n" in subject or "\r" in subject:
            raise InputError("template, subject: a line break in a subject")
        self.no_text = ""
        """Why no text could be made of the html; "" where there is one, or none was wanted."""
        self.parts: dict[str, Part] = {"subject": compile_part("subject", subject)}
        if isinstance(text, str):
            self.parts["text"] = compile_part("text", text)
        if html is not None:
            self.parts["html"] = compile_part("html", html, escapes=True)
            if text is None:
                self._make_text(html)
        for item in self.attachments:
            if isinstance(item, str):
                compile_part(f"attachment {item!r}", item)

    def _make_text(self, html: str) -> None:
        try:
            self.parts["text"] = compile_part("text", text_template(with_columns(html)), is_text_of_html=True)
        except NoText as why:
            self.no_text = str(why)

    @classmethod
    def from_files(
        cls,
        *,
        subject: str,
        html: str | Path | None = None,
        text: str | Path | Literal[False] | None = None,
        attachments: Sequence[PartSource] = (),
        inline: Mapping[str, InlineSource] | None = None,
    ) -> Template:
        """Like Template(...), with `html` and `text` read from UTF-8 files. `subject` stays a string."""
        return cls(
            subject=subject,
            html=_read("html", html),
            text=text if text is False else _read("text", text),
            attachments=attachments,
            inline=inline,
        )

    @property
    def fields(self) -> set[str]:
        """All columns that subject, text and html name."""
        return {name for part in self.parts.values() for name in part.fields}

    def check_fields(self, columns: Iterable[str], extra: Iterable[Part] = ()) -> None:
        """InputError for the first field that is not a column of the list: part, line, columns and a near guess."""
        columns = arguments.one_or_several(arguments.text)("columns", columns)
        extra = arguments.one_or_several(arguments.instance(Part))("extra", extra)
        for part in (*self.parts.values(), *extra):
            for field, line in part.fields.items():
                if field not in columns and field not in part.guarded:
                    guess = nearest(field, columns) or min(
                        (name for name in columns if field in _words(name)), key=len, default=None
                    )
                    if guess and not guess.isidentifier():
                        hint = f"; for {guess!r} write {{{{ row[{json.dumps(guess, ensure_ascii=False)}] }}}}"
                    else:
                        hint = f"; did you mean {guess!r}?" if guess else ""
                    raise InputError(
                        f"template, {part.name}, line {line}: no field {field!r} in the list{hint} "
                        f"(columns: {listed(columns)})"
                    )

    def __repr__(self) -> str:
        bodies = " + ".join(name for name in ("text", "html") if name in self.parts)
        more = f", {len(self.attachments)} attachments" if self.attachments else ""
        return f"<Template {self.subject!r}: {bodies}{more}; fields: {', '.join(sorted(self.fields)) or 'none'}>"

    def __eq__(self, other: Any) -> bool:
        keys = ("subject", "html", "text", "attachments", "inline")
        return isinstance(other, Template) and all(getattr(self, k) == getattr(other, k) for k in keys)

    __hash__ = None  # type: ignore[assignment]


def _words(column: str) -> list[str]:
    """What Jinja2 takes for names in a column's name that is an expression to it, as "E-mail"."""
    return [] if column.isidentifier() else re.findall(r"\w+", column)


def _read(name: str, path: str | Path | None) -> str | None:
    if path is None:
        return None
    file = arguments.path(name, path)
    try:
        return files.read_text(file, encoding="utf-8-sig")
    except InputError as error:
        raise InputError(f"template, {error}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"template, {file}, byte {error.start}: not UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise with_errno(InputError(f"template, {file}: {error.strerror or error}"), error.errno) from None
