"""The fields of a letter as a type: for calls that pass them on to Message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.header import Header
from os import PathLike
from typing import Literal, TypedDict

from .addresses import AddressListSource, AddressSource
from .attachment import Attachment, AttachmentsSource
from .base import BaseMessage
from .calendar import CalendarSource
from .fields import HeaderSource
from .html_pieces import HtmlSource


class MessageFields(TypedDict, total=False):
    """The keyword arguments of Message, none of them required.

    A function of your own takes them as `gatepost.send` does: `def notify(**letter: Unpack[gp.MessageFields])`.
    """

    from_: AddressSource
    to: AddressListSource | None
    cc: AddressListSource | None
    bcc: AddressListSource | None
    reply_to: AddressListSource | None
    subject: str | Header | None
    text: str | Literal[False] | None
    html: HtmlSource | None
    inline: Mapping[str, str | PathLike[str] | bytes | Attachment] | None
    attachments: AttachmentsSource | None
    headers: HeaderSource | None
    campaign_id: str | None
    letter_id: str | None
    list_unsubscribe: str | Sequence[str] | None
    message_id: str | None
    date: datetime | float | str | None
    sender: AddressSource | None
    in_reply_to: BaseMessage | str | Header | Iterable[str | Header] | None
    references: str | Header | Iterable[str | Header] | None
    calendar: CalendarSource | None
    inline_images: bool | str | PathLike[str]
    inline_css: bool
