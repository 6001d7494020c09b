"""A dry run's findings as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ..durations import duration
from ..language import gettext as _
from .check_facts import CheckFacts
from .words import count

_SHOWN = 10


def _sections(report: CheckFacts) -> list[tuple[str, Sequence[Any]]]:
    return [
        (_("bad addresses and rows (left out)"), report.bad),
        (_("letters that cannot be made (left out)"), report.unrenderable),
        (_("duplicates (left out)"), report.duplicates),
        (_("suppressed (left out)"), report.suppressed),
        (_("had a letter of another campaign (they are not left out)"), report.reached),
        (_("mended or split"), report.mended),
    ]


def _facts(report: CheckFacts) -> list[str]:
    facts = list(report.changes)
    left_out = {item.row for item in report.unrenderable}
    gaps: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for gap in report.missing:
        if gap.row not in left_out:
            gaps.setdefault((gap.field, gap.empty_in), []).append(gap.row)
    for (field, parts), rows in gaps.items():
        rest = _("the template provides for it")
        if parts:
            rest = _("it stays empty in {parts}: {mend}").format(parts=", ".join(parts), mend=_mend(field))
        words = _("{rows} without {field} (first: row {first}); {rest}")
        facts.append(words.format(rows=count(len(rows), "row"), field=repr(field), first=rows[0], rest=rest))
    if report.test_rows:
        numbers = ", ".join(map(str, report.test_rows))
        words = _("row {rows}: test@test.ru is accepted by Sendsay gates, thrown away and in no statistics")
        facts.append(words.format(rows=numbers))
    facts += report.findings
    if report.seconds is not None:
        words = _("time: at least {time} by the accounts' limits")
        if not report.seconds:
            words = _("time: no limit of the accounts holds it back")
        facts.append(words.format(time=duration(report.seconds)))
    return facts


def _mend(field: str) -> str:
    name = field if field.isidentifier() else f"row[{field!r}]"
    write = f"{{{{ {name}|default('...', true) }}}}"
    return _("to put words in its place write {template}, with true").format(template=write)


def as_text(report: CheckFacts) -> str:
    """Plain text for a terminal."""
    words = _("Campaign {name}: {sendable} of {rows} can be sent. Nothing was sent.")
    lines = [words.format(name=report.name, sendable=f"{report.to_send:,}", rows=count(report.total, "row"))]
    lines += [f"- {fact}" for fact in report.recognised]
    for title, found in _sections(report):
        if found:
            lines.append(f"{title}: {len(found):,}")
            row = _("row {row}: {text}: {why}")
            lines += ["    " + row.format(row=one.row, text=repr(one.text), why=one.why) for one in found[:_SHOWN]]
            if len(found) > _SHOWN:
                lines.append("    " + _("... and {count} more").format(count=f"{len(found) - _SHOWN:,}"))
    lines += [f"- {fact}" for fact in _facts(report)]
    for preview in report.previews:
        head = _("letter of row {row}").format(row=preview.row)
        lines += ["", f"--- {head} ---", repr(preview)]
    return "\n".join(lines)


def as_html(report: CheckFacts) -> str:
    """Tables for a notebook; letters are shown in sandboxed frames."""
    sendable = f"{report.to_send:,} of {count(report.total, 'row')} can be sent"
    parts = [f"<p><b>Campaign {escape(report.name)}: {sendable}.</b></p>"]
    parts += [f"<p>{escape(fact)}</p>" for fact in report.recognised]
    for title, found in _sections(report):
        if found:
            rows = "".join(
                f"<tr><td>{item.row}</td><td>{escape(item.text)}</td><td>{escape(item.why)}</td></tr>"
                for item in found[:_SHOWN]
            )
            head = "<tr><th>row</th><th></th><th>why</th></tr>"
            parts.append(f"<p>{title}: {len(found):,}</p><table>{head}{rows}</table>")
    parts.append("<ul>" + "".join(f"<li>{escape(fact)}</li>" for fact in _facts(report)) + "</ul>")
    for preview in report.previews:
        frame = f"<iframe sandbox srcdoc='{escape(preview.html)}' style='width:100%;height:220px'></iframe>"
        body = frame if preview.html else f"<pre>{escape(preview.text)}</pre>"
        parts.append(f"<p>row {preview.row}: {escape(preview.to)}: <b>{escape(preview.subject)}</b></p>{body}")
    return "".join(parts)
