"""One letter: made from its fields, or read from bytes."""

from .addresses import Address, AddressListSource, AddressSource, Group
from .attachment import Attachment, AttachmentSource
from .base import BaseMessage
from .calendar import Calendar
from .headers import Headers
from .message import Message
from .message_fields import MessageFields
from .message_id import stable_message_id
from .parsed import ParsedMessage, PartTree

__all__ = [
    "Address",
    "AddressListSource",
    "AddressSource",
    "Attachment",
    "AttachmentSource",
    "BaseMessage",
    "Calendar",
    "Group",
    "Headers",
    "Message",
    "MessageFields",
    "ParsedMessage",
    "PartTree",
    "stable_message_id",
]
