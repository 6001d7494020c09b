"""One letter: made from its fields, or read from bytes."""

from .addresses import Address, AddressSource
from .attachment import Attachment, AttachmentSource
from .headers import Headers
from .message import Message
from .parsed import ParsedMessage

__all__ = ["Address", "AddressSource", "Attachment", "AttachmentSource", "Headers", "Message", "ParsedMessage"]
