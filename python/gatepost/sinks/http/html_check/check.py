"""The report on a page: which of its features which mail programs do not show."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from .features import features

_SUPPORT = {"y": "yes", "n": "no"}
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]+)\)")


def check_html(html: str) -> dict[str, Any]:
    """As Mailpit tells of it: `Warnings`, the worst first, `Platforms` and `Total`; numbers are per cent."""
    known = _features()
    found, elements = features(html, known)
    scripts = len(re.findall(r"<script\b(?![^<>]*(?:ld\+)?json)", html, re.IGNORECASE))
    warnings = [_warning(known[slug], count) for slug, count in found.items()]
    if scripts:
        warnings.append(_script(scripts))
    partial = max((_weight(one, "Partial", elements) for one in warnings), default=0.0)
    unsupported = max((_weight(one, "Unsupported", elements) for one in warnings), default=0.0)
    warnings.sort(key=lambda one: -_weight(one, "Partial", elements) - _weight(one, "Unsupported", elements))
    total = {
        "Tests": len(known),
        "Nodes": elements,
        "Supported": 100 - partial - unsupported,
        "Partial": partial,
        "Unsupported": unsupported,
    }
    return {"Warnings": warnings, "Platforms": _platforms(), "Total": total}


def _weight(warning: dict[str, Any], kind: str, elements: int) -> float:
    score = warning["Score"]
    weight: float = score[kind] * score["Found"] / max(1, elements)
    return weight


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("caniemail.json").read_text("utf-8"))
    return found


@cache
def _features() -> dict[str, dict[str, Any]]:
    return {feature["slug"]: feature for feature in _data()["features"]}


@cache
def _platforms() -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for feature in _data()["features"]:
        for family, platforms in feature["stats"].items():
            for platform in platforms:
                found.setdefault(platform, set()).add(_data()["names"]["family"].get(family, family))
    return {platform: sorted(programs) for platform, programs in found.items()}


def _warning(feature: dict[str, Any], count: int) -> dict[str, Any]:
    results = [
        _result(family, platform, version, support)
        for family, platforms in feature["stats"].items()
        for platform, versions in platforms.items()
        for version, support in versions.items()
    ]
    score = {"Found": count}
    for name, kind in (("Supported", "yes"), ("Partial", "partial"), ("Unsupported", "no")):
        score[name] = 100 * sum(result["Support"] == kind for result in results) / max(1, len(results))  # type: ignore[assignment]
    return {
        "Slug": feature["slug"],
        "Title": feature["title"],
        "Description": _as_html(feature["description"] or ""),
        "URL": feature["url"],
        "Category": feature["category"],
        "Tags": feature["tags"] or [],
        "Keywords": "",
        "Results": results,
        "NotesByNumber": {number: _as_html(note) for number, note in (feature["notes_by_num"] or {}).items()},
        "Score": score,
    }


def _result(family: str, platform: str, version: str, support: str) -> dict[str, str]:
    names = _data()["names"]
    shown = f"{names['family'].get(family, family)} {names['platform'].get(platform, platform)} ({version})"
    notes = re.findall(r"#(\d+)", support)
    kind = _SUPPORT.get(support, "partial")
    return {
        "Name": shown,
        "Platform": platform,
        "Family": family,
        "Version": version,
        "Support": kind,
        "NoteNumber": notes[-1] if notes and kind == "partial" else "",
    }


def _script(count: int) -> dict[str, Any]:
    return {
        "Slug": "html-script",
        "Title": "<script> element",
        "Description": "JavaScript is not supported in any email client.",
        "URL": "",
        "Category": "html",
        "Tags": [],
        "Keywords": "",
        "Results": [],
        "NotesByNumber": {},
        "Score": {"Found": count, "Supported": 0, "Partial": 0, "Unsupported": 100},
    }


def _as_html(markdown: str) -> str:
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(markdown.strip(), quote=False))
    return _LINK.sub(r'<a href="\2" target="_blank">\1</a>', text)
