"""What servers answer where something of a domain is missing, so that a finding can say what it will cost."""

from __future__ import annotations

from ..codes import Category
from .finding import ExpectedReply


def _replies(category: Category, *texts: str) -> tuple[ExpectedReply, ...]:
    return tuple(ExpectedReply(category, text) for text in texts)


UNAUTHENTICATED = _replies(
    Category.SENDER_AUTH_FAILED,
    "421 4.7.26 This email has been rate limited because it is unauthenticated.",
)
SPF = _replies(
    Category.SENDER_AUTH_FAILED,
    "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
    "421 4.7.27 Your email has been rate limited because SPF authentication didn't pass for this message.",
)
SPF_ERROR = _replies(Category.SENDER_AUTH_FAILED, "550 5.7.24 SPF validation error: permanent error in the record")
DKIM = _replies(
    Category.SENDER_AUTH_FAILED,
    "421 4.7.30 Your email has been rate limited because DKIM authentication didn't pass for this message.",
)
DMARC = _replies(
    Category.SENDER_AUTH_FAILED,
    "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy.",
)
NO_DOMAIN = _replies(Category.SENDER_INVALID, "450 4.1.8 <news@example.com>: Sender address rejected: Domain not found")
NULL_MX = _replies(Category.SENDER_INVALID, "550 5.7.27 Sender address has null MX")
NO_PTR = _replies(
    Category.RDNS,
    "550 5.7.25 The IP address sending this message does not have a PTR record setup",
    "450 4.7.25 Client host rejected: cannot find your hostname",
)
