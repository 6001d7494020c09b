"""What runs here, and whether it is ready."""

from __future__ import annotations

from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING

from ..calls import Call, json_answer, route, text_answer
from ..mailbox.mailbox import Mailbox
from ..served import ServedSink

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

COMPATIBLE_WITH = "v1.33.1"
"""The version of Mailpit whose API this is: clients look at it to learn what they may ask."""


class About:
    """/api/v1/info, /api/v1/webui, /livez and /readyz."""

    def __init__(self, sink: ServedSink, mailbox: Mailbox) -> None:
        self._sink, self._mailbox = sink, mailbox
        self._began = monotonic()
        self.routes: list[Route] = [
            route("GET", "/api/v1/info", self.info),
            route("GET", "/api/v1/webui", self.web_ui),
            route("GET", "/livez", self.alive),
            route("GET", "/readyz", self.alive),
        ]

    def info(self, call: Call) -> Response:
        """Version, counts, tags."""
        self._mailbox.follow()
        entries = self._mailbox.newest_first()
        size = sum(entry.size for entry in entries)
        return json_answer(
            {
                "Version": COMPATIBLE_WITH,
                "LatestVersion": "disabled",
                "Database": f"gatepost {version('gatepost')}, in memory",
                "DatabaseSize": size,
                "Messages": self._mailbox.total,
                "Unread": self._mailbox.unread,
                "Tags": self._mailbox.tags.counts,
                "RuntimeStats": {
                    "Uptime": int(monotonic() - self._began),
                    "Memory": _resident_bytes(),
                    "MessagesDeleted": self._mailbox.deleted,
                    "SMTPAccepted": self._sink.received,
                    "SMTPAcceptedSize": size,
                    "SMTPRejected": 0,
                    "SMTPIgnored": 0,
                },
            }
        )

    def web_ui(self, call: Call) -> Response:
        """What a web inbox may offer."""
        relay = {
            "Enabled": False,
            "SMTPServer": "",
            "ReturnPath": "",
            "AllowedRecipients": "",
            "BlockedRecipients": "",
            "OverrideFrom": "",
            "PreserveMessageIDs": False,
            "RecipientAllowlist": "",
        }
        return json_answer(
            {
                "Label": "",
                "MessageRelay": relay,
                "SpamAssassin": False,
                "Rspamd": False,
                "ChaosEnabled": True,
                "DuplicatesIgnored": False,
                "HideDeleteAllButton": False,
            }
        )

    def alive(self, call: Call) -> Response:
        """It answers, so it is."""
        return text_answer("")


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0
