"""One letter: made from its fields, or read from bytes."""

from .addresses import Address, AddressSource, Group
from .attachment import Attachment, AttachmentSource
from .base import BaseMessage
from .calendar import Calendar
from .headers import Headers
from .message import Message
from .message_id import stable_message_id
from .parsed import ParsedMessage

__all__ = [
    "Address",
    "AddressSource",
    "Attachment",
    "AttachmentSource",
    "BaseMessage",
    "Calendar",
    "Group",
    "Headers",
    "Message",
    "ParsedMessage",
    "stable_message_id",
]
