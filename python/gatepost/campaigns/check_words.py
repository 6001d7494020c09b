"""A dry run's findings as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ..durations import duration
from .check_facts import CheckFacts
from .words import count

_SHOWN = 10


def _sections(report: CheckFacts) -> list[tuple[str, Sequence[Any]]]:
    return [
        ("bad addresses and rows (left out)", report.bad),
        ("letters that cannot be made (left out)", report.unrenderable),
        ("duplicates (left out)", report.duplicates),
        ("suppressed (left out)", report.suppressed),
        ("had a letter of another campaign (they are not left out)", report.reached),
        ("mended or split", report.mended),
    ]


def _facts(report: CheckFacts) -> list[str]:
    facts = list(report.changes)
    left_out = {item.row for item in report.unrenderable}
    gaps: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for gap in report.missing:
        if gap.row not in left_out:
            gaps.setdefault((gap.field, gap.empty_in), []).append(gap.row)
    for (field, parts), rows in gaps.items():
        rest = f"it stays empty in {', '.join(parts)}: {_mend(field)}" if parts else "the template provides for it"
        facts.append(f"{count(len(rows), 'row')} without {field!r} (first: row {rows[0]}); {rest}")
    if report.test_rows:
        numbers = ", ".join(map(str, report.test_rows))
        facts.append(f"row {numbers}: test@test.ru is accepted by Sendsay gates, thrown away and in no statistics")
    facts += report.findings
    if report.seconds is not None:
        least = f"at least {duration(report.seconds)} by the accounts' limits"
        facts.append(f"time: {least if report.seconds else 'no limit of the accounts holds it back'}")
    return facts


def _mend(field: str) -> str:
    name = field if field.isidentifier() else f"row[{field!r}]"
    return f"to put words in its place write {{{{ {name}|default('...', true) }}}}, with true"


def as_text(report: CheckFacts) -> str:
    """Plain text for a terminal."""
    lines = [
        f"Campaign {report.name}: {report.to_send:,} of {count(report.total, 'row')} can be sent. Nothing was sent."
    ]
    lines += [f"- {fact}" for fact in report.recognised]
    for title, found in _sections(report):
        if found:
            lines.append(f"{title}: {len(found):,}")
            lines += [f"    row {item.row}: {item.text!r}: {item.why}" for item in found[:_SHOWN]]
            if len(found) > _SHOWN:
                lines.append(f"    ... and {len(found) - _SHOWN:,} more")
    lines += [f"- {fact}" for fact in _facts(report)]
    for preview in report.previews:
        lines += ["", f"--- letter of row {preview.row} ---", repr(preview)]
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
