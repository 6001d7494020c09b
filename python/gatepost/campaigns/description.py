"""What a campaign is made of, for people and programs that look at it."""

from __future__ import annotations

from typing import Any

from ..durations import duration
from .spec import CampaignSpec
from .status import CampaignStatus
from .words import moment


def description(spec: CampaignSpec, status: CampaignStatus) -> dict[str, Any]:
    """Letter, list and accounts by name, as plain data."""
    kept_as = spec.to_json()
    letter = kept_as.pop("template")
    files = [part if isinstance(part, str) else part["name"] for part in kept_as["attachments"]]
    pictures = [part["cid"] for part in kept_as["inline"]]
    source = kept_as["source"]
    kept = ("from", "reply_to", "to_name", "headers", "list_unsubscribe", "campaign_id", "accounts")
    return {
        "name": status.name,
        "state": status.state,
        "subject": letter["subject"],
        "bodies": [part for part in ("text", "html") if part in spec.template.parts],
        **{key: kept_as[key] for key in kept},
        "attachments": files,
        "inline": pictures,
        "list": source["name"],
        "rows": status.total,
        "address_column": kept_as["address_column"],
        "row_key": kept_as["row_key"],
        "now": status.sentences(),
        "in_doubt": kept_as["in_doubt"],
        **{key: None if kept_as[key] is None else moment(kept_as[key]) for key in ("start_at", "expires_at")},
        "window": None if spec.window is None else str(spec.window),
        "priority": spec.priority or None,
        "seeds": list(spec.seeds),
        "spread": None if spec.spread is None else duration(spec.spread),
    }
