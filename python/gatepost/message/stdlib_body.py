"""The bodies of a standard library's message, encoded so that every server takes them."""

from __future__ import annotations

import base64
import copy
import quopri
import re
from email.message import Message as StdlibMessage

_PLAIN = ("", "7bit", "8bit", "binary")
_NEEDS_ENCODING = re.compile(rb"[^\r\n]{999}|[\x80-\xff]")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def with_short_lines(letter: StdlibMessage) -> StdlibMessage:
    """The letter, or a copy in which bodies with 8-bit bytes or lines over 998 octets are encoded.

    What is signed or forwarded stays as it is.
    """
    if not any(map(_needs_encoding, _leaves(letter))):
        return letter
    letter = copy.deepcopy(letter)
    for leaf in _leaves(letter):
        if _needs_encoding(leaf):
            _encode(leaf)
    if "MIME-Version" not in letter:
        letter["MIME-Version"] = "1.0"
    return letter


def _leaves(part: StdlibMessage) -> list[StdlibMessage]:
    if part.get_content_maintype() == "message" or part.get_content_type() == "multipart/signed":
        return []
    if not part.is_multipart():
        return [] if part.get_content_maintype() == "multipart" else [part]
    return [leaf for child in part.get_payload() for leaf in _leaves(child)]  # type: ignore[arg-type]


def _content(leaf: StdlibMessage) -> bytes:
    payload = leaf._payload  # type: ignore[attr-defined]  # get_payload() would decode the bytes that it stands for
    return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


def _needs_encoding(leaf: StdlibMessage) -> bool:
    encoding = str(leaf.get("Content-Transfer-Encoding", "")).strip().lower()
    return encoding in _PLAIN and _NEEDS_ENCODING.search(_content(leaf)) is not None


def _encode(leaf: StdlibMessage) -> None:
    content = _content(leaf)
    if leaf.get_content_maintype() == "text" and content.isascii():
        encoding, encoded = "quoted-printable", quopri.encodestring(_LINE_END.sub(b"\n", content), quotetabs=False)
    else:
        if leaf.get_content_maintype() == "text":
            content = _LINE_END.sub(b"\r\n", content)  # RFC 2045 §6.8
        encoding, encoded = "base64", base64.encodebytes(content)
    leaf.set_payload(encoded.decode("ascii"))
    del leaf["Content-Transfer-Encoding"]
    leaf["Content-Transfer-Encoding"] = encoding
