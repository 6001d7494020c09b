"""What a campaign is made of, as plain data: kept in the store as JSON with its shared parts as blobs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from ..arguments import named
from ..durations import read_duration
from ..errors import InputError
from ..history.times import Moment, to_unix, zone_named
from ..store.message_ids import message_id_of
from .campaign_id import campaign_id_of
from .lists.addresses import wire_address
from .lists.open_list import OpenList
from .lists.row_options import RowOptions
from .run.retry import RetryPolicy
from .send_window import SendWindow
from .template.jinja import Part, compile_part
from .template.parts import StoredPart, attachment_sources, inline_part, static_attachment
from .template.template import Template

IN_DOUBT = ("hold", "resend", "drop")
SCHEDULE = ("start_at", "expires_at", "window", "spread", "priority", "seeds")
"""Parts that say when letters go, and who gets copies. They may change at any time."""


class LetterParts(TypedDict, total=False):
    """What a letter is made of besides its template and its list: arguments of Campaign."""

    from_: str | None
    reply_to: str | None
    to_name: str | None
    headers: Mapping[str, str] | None
    list_unsubscribe: str | None
    attachments: Sequence[Any]
    address_column: str
    encoding: str | None
    row_key: str | None
    start_at: Moment | None
    expires_at: Moment | None
    window: SendWindow | None
    spread: str | timedelta | None
    priority: int
    seeds: Sequence[str]


@dataclass(frozen=True)
class CampaignSpec:
    """Everything but the accounts' secrets and the list. `attachments`: a stored part, or a Jinja2 path."""

    template: Template
    accounts: tuple[str, ...]
    from_: str | None
    reply_to: str | None
    headers: dict[str, str]
    list_unsubscribe: str  # a URL a line
    to_name: str
    campaign_id: str
    address_column: str
    in_doubt: str
    retry: RetryPolicy
    folder: str  # relative paths of attachments start here
    source: dict[str, Any]  # as `source_of` made it
    attachments: tuple[StoredPart | str, ...]
    inline: tuple[StoredPart, ...]
    row_key: str = ""  # the column that names a row, "" where its address does
    start_at: float | None = None  # Unix seconds: nobody gets a letter before
    expires_at: float | None = None  # nor from then on
    window: SendWindow | None = None
    spread: float | None = None  # seconds over which the whole list is spread
    priority: int = 0  # against other campaigns of its accounts
    seeds: tuple[str, ...] = ()  # addresses in wire form that get copies
    seeded: tuple[str, ...] = ()  # which copies went; changed in the store alone
    paused: tuple[str, ...] = ()  # domains, by hand; changed in the store alone
    uid: str = field(default_factory=lambda: secrets.token_hex(10))
    unsubscribe_part: Part | None = field(init=False)
    to_name_part: Part | None = field(init=False)
    path_parts: tuple[Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        def compiled(name: str, source: str) -> Part | None:
            return compile_part(name, source) if source else None

        paths = (item for item in self.attachments if isinstance(item, str))
        object.__setattr__(self, "unsubscribe_part", compiled("list_unsubscribe", self.list_unsubscribe))
        object.__setattr__(self, "to_name_part", compiled("to_name", self.to_name))
        object.__setattr__(self, "path_parts", tuple(compile_part(f"attachment {path!r}", path) for path in paths))

    def check_fields(self, columns: Iterable[str]) -> None:
        """InputError for the first field that is not a column of the list; `email` is always there."""
        others = [part for part in (self.unsubscribe_part, self.to_name_part) if part is not None]
        self.template.check_fields([*dict.fromkeys([*columns, "email"])], (*others, *self.path_parts))

    def check_list(self, listing: OpenList) -> None:
        """The same for the columns of a list, where they are known before its last row has been read."""
        if not listing.ragged:
            self.check_fields(listing.columns)

    @property
    def row_options(self) -> RowOptions:
        """The columns of the list that say how a recipient's letter is sent."""
        folder = self.source.get("attachments_from")
        return RowOptions(self.source.get("options", {}), self.accounts, Path(folder) if folder else None)

    @property
    def parts(self) -> list[Part]:
        """All that is made for each row."""
        others = [part for part in (self.unsubscribe_part, self.to_name_part) if part is not None]
        return [*self.template.parts.values(), *self.path_parts, *others]

    def blobs(self) -> dict[str, bytes]:
        """SHA-256 -> bytes of all shared parts."""
        return {part.sha256: part.data for part in (*self.attachments, *self.inline) if not isinstance(part, str)}

    def message_id(self, row: int, domain: str) -> str:
        """Of the letter to a row, sent from an address of `domain`; the same at every attempt."""
        return message_id_of(self.uid, row, domain)

    def to_json(self) -> dict[str, Any]:
        """The spec without the bytes of its parts."""
        return {
            "version": 1,
            "uid": self.uid,
            "template": {"subject": self.template.subject, "html": self.template.html, "text": self.template.text},
            "attachments": [part if isinstance(part, str) else part.to_spec() for part in self.attachments],
            "inline": [part.to_spec() for part in self.inline],
            "accounts": list(self.accounts),
            "from": self.from_,
            "reply_to": self.reply_to,
            "headers": self.headers,
            "list_unsubscribe": self.list_unsubscribe,
            "to_name": self.to_name,
            "campaign_id": self.campaign_id,
            "address_column": self.address_column,
            "row_key": self.row_key,
            "start_at": self.start_at,
            "expires_at": self.expires_at,
            "window": None if self.window is None else self.window.to_spec(),
            "spread": self.spread,
            "priority": self.priority,
            "seeds": list(self.seeds),
            "seeded": list(self.seeded),
            "paused": list(self.paused),
            "in_doubt": self.in_doubt,
            "retry": self.retry.to_spec(),
            "folder": self.folder,
            "source": self.source,
        }


def make_spec(
    name: str,
    template: Template,
    *,
    accounts: tuple[str, ...],
    from_: str | None,
    reply_to: str | None,
    headers: Mapping[str, str] | None,
    list_unsubscribe: str | Sequence[str] | None,
    to_name: str | None,
    campaign_id: str | None,
    inline: Mapping[str, Any] | None,
    attachments: tuple[Any, ...],
    address_column: str,
    row_key: str | None = None,
    start_at: Moment | None = None,
    expires_at: Moment | None = None,
    window: SendWindow | None = None,
    spread: str | timedelta | None = None,
    priority: int = 0,
    seeds: Sequence[str] = (),
    in_doubt: str,
    retry: RetryPolicy,
    source: dict[str, Any],
) -> CampaignSpec:
    """Checks what the caller gave. InputError names what is wrong."""
    times = _times(start_at, expires_at)
    return CampaignSpec(
        template=template,
        accounts=accounts,
        from_=from_,
        reply_to=reply_to,
        headers=_checked_headers(headers),
        list_unsubscribe=list_unsubscribe if isinstance(list_unsubscribe, str) else "\n".join(list_unsubscribe or ()),
        to_name=to_name or "",
        campaign_id=campaign_id_of(name) if campaign_id is None else campaign_id,
        address_column=address_column,
        row_key=row_key or "",
        start_at=times.start,
        expires_at=times.end,
        window=window,
        spread=None if spread is None else read_duration("spread", spread),
        priority=priority,
        seeds=_wire("seeds", seeds),
        in_doubt=in_doubt,
        retry=retry,
        folder=str(Path.cwd()),
        source=source,
        attachments=_stored_parts((*template.attachments, *attachments)),
        inline=tuple(inline_part(cid, item) for cid, item in {**template.inline, **(inline or {})}.items()),
    )


def with_parts(spec: CampaignSpec, template: Template | None, parts: LetterParts) -> CampaignSpec:
    """The same with another template and the `parts` that are given. InputError as for make_spec."""
    given: dict[str, Any] = {name: value for name, value in parts.items() if name in ("from_", "reply_to")}
    for name in ("to_name", "list_unsubscribe", "address_column", "row_key"):
        if name in parts:
            given[name] = parts.get(name) or ""
    if "headers" in parts:
        given["headers"] = _checked_headers(parts["headers"])
    if template is not None:
        given["template"] = template
        if template.inline:  # else the pictures stay
            given["inline"] = tuple(inline_part(cid, item) for cid, item in template.inline.items())
    if "attachments" in parts or (template is not None and template.attachments):
        ours = template.attachments if template is not None else ()
        given["attachments"] = _stored_parts((*ours, *attachment_sources(parts.get("attachments", ()))))
        given["folder"] = str(Path.cwd())
    if "start_at" in parts or "expires_at" in parts:
        times = _times(parts.get("start_at", spec.start_at), parts.get("expires_at", spec.expires_at))
        given |= {"start_at": times.start, "expires_at": times.end}
    if "window" in parts:
        given["window"] = parts["window"]
    if "seeds" in parts:
        given["seeds"] = _wire("seeds", parts["seeds"])
    if "priority" in parts:
        given["priority"] = parts["priority"]
    if "spread" in parts:
        spread = parts["spread"]
        given["spread"] = None if spread is None else read_duration("spread", spread)
    return replace(spec, **given)


def _wire(name: str, addresses: Sequence[str]) -> tuple[str, ...]:
    """Addresses in wire form, each once. InputError names one that is none."""
    with named(name):
        return tuple(dict.fromkeys(wire_address(one)[0] for one in addresses))


class _Times(NamedTuple):
    start: float | None
    end: float | None


def _times(start_at: Moment | None, expires_at: Moment | None) -> _Times:
    """As Unix seconds; what carries no zone is meant in this machine's. InputError names what is wrong."""
    zone = zone_named(None)
    start, end = to_unix("start_at", start_at, zone), to_unix("expires_at", expires_at, zone, end=True)
    if start is not None and end is not None and start >= end:
        raise InputError(f"start_at ({start_at}) must be before expires_at ({expires_at})")
    return _Times(start, end)


ONE_RECIPIENT = (
    "a letter of a campaign goes to one recipient and shows no other; give whoever is to get it a row of their own "
    "in the list, or send one letter to several with send()"
)


def _checked_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    for header, value in (headers or {}).items():
        if isinstance(header, str) and header.strip().lower() in ("to", "cc", "bcc"):
            raise InputError(f"headers: {header}: {ONE_RECIPIENT}")
        if isinstance(value, str) and ("{{" in value or "{%" in value):
            raise InputError(
                f"headers: {header} holds {value!r}, but headers are not templates: all letters get the same"
            )
    return dict(headers or {})


def _stored_parts(items: Iterable[Any]) -> tuple[StoredPart | str, ...]:
    parts: list[StoredPart | str] = []
    for item in items:
        stored = static_attachment(item)
        parts.append(stored if stored is not None else item)
    return tuple(parts)


def read_spec(data: Mapping[str, Any], blob: Callable[[str], bytes]) -> CampaignSpec:
    """The spec that to_json wrote; `blob` gives a shared part's bytes by SHA-256."""

    def stored(part: Mapping[str, str]) -> StoredPart:
        return StoredPart(part["name"], part["type"], part["cid"], part["sha256"], blob(part["sha256"]))

    return CampaignSpec(
        template=Template(**data["template"]),
        accounts=tuple(data["accounts"]),
        from_=data["from"],
        reply_to=data["reply_to"],
        headers=dict(data["headers"]),
        list_unsubscribe=data["list_unsubscribe"],
        to_name=data["to_name"],
        campaign_id=data["campaign_id"],
        address_column=data["address_column"],
        in_doubt=data["in_doubt"],
        retry=RetryPolicy(**data["retry"]),
        folder=data["folder"],
        source=dict(data["source"]),
        attachments=tuple(item if isinstance(item, str) else stored(item) for item in data["attachments"]),
        inline=tuple(stored(part) for part in data["inline"]),
        row_key=data.get("row_key", ""),
        start_at=data.get("start_at"),
        expires_at=data.get("expires_at"),
        window=SendWindow(**data["window"]) if data.get("window") else None,
        spread=data.get("spread"),
        priority=data.get("priority", 0),
        seeds=tuple(data.get("seeds", ())),
        seeded=tuple(data.get("seeded", ())),
        paused=tuple(data.get("paused", ())),
        uid=data["uid"],
    )


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Which parts of the letter differ in two specs (as JSON), in words; [] where it is the same."""
    free = {
        "uid",
        "version",
        "folder",
        "accounts",
        "retry",
        "in_doubt",
        "source",
        "row_key",
        "paused",
        "seeded",
        *SCHEDULE,
    }
    found = []
    for key in new:
        if key in free or old.get(key) == new[key]:
            continue
        if key == "template":
            found += [f"the template's {part}" for part in new[key] if old[key].get(part) != new[key][part]]
        else:
            found.append({"from": "from_"}.get(key, key))
    return found
