"""The header Authentication-Results, written and read (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from .. import arguments
from ..errors import InputError

_TOKEN = re.compile(r"[!#$%&'*+.^_`{|}~0-9A-Za-z-]+")  # RFC 2045, as a value of RFC 8601 §2.2 is
_KEYWORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_LONGEST_KEYWORD = 64
_ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~.0-9A-Za-z-]*@[0-9A-Za-z.-]+")
_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"')
_WORD = re.compile(r'[^\s"();=]+|[;=]')
_WORD_AS_VALUE = re.compile(r'[^\s"();]+')  # base64 may end with equals signs
_SPACE = re.compile(r"[ \t\r\n]+")
LONGEST = 320
"""Of a value, as long as an address may be; longer ones tell nothing."""
_LINE = 76


@dataclass(frozen=True, slots=True)
class Property:
    """What was looked at: "smtp.mailfrom", "header.d" ..."""

    ptype: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method found: `method` "spf", "dkim", "dmarc", "arc" ..., `result` "pass", "fail", "none" ..."""

    method: str
    result: str
    reason: str = ""
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """The header's value: who looked (`authserv_id`, RFC 8601 §2.5) and what it found.

    `str()` writes it folded, without the header's name. Nothing in it can end the header or begin another one: names
    must be keywords, values are quoted where they need it, and InputError is raised for a control character or a value
    over 320 characters.
    """

    authserv_id: str
    results: tuple[MethodResult, ...] = ()

    def __str__(self) -> str:
        if not arguments.text("authserv_id", self.authserv_id):
            raise InputError("Authentication-Results: authserv_id, the name of who looked, is empty")
        with arguments.named("authserv_id"):
            lines = [_value(self.authserv_id) + ("" if self.results else "; none")]
        for result in self.results:
            lines[-1] += ";"
            words = [f"{_keyword(result.method)}={_keyword(result.result)}"]
            if result.reason:
                words.append(f"reason={_value(result.reason)}")
            words += [f"{_keyword(one.ptype)}.{_keyword(one.name)}={_value(one.value)}" for one in result.properties]
            lines += _wrapped(words)
        return "\r\n\t".join(lines)

    def header(self) -> str:
        """The whole header line, with its CRLF."""
        return f"Authentication-Results: {self}\r\n"

    @classmethod
    def parse(cls, value: str) -> Self:
        """Reads a header's value; InputError where it breaks the syntax or is of another version than 1."""
        pieces = _pieces(arguments.text("value", value))
        head, *parts = _split(pieces, ";")
        if not head or head[0] in "=;" or head[1:] not in ([], ["1"]):
            raise InputError(f"Authentication-Results: no authserv-id, or not of version 1: {' '.join(head)[:80]!r}")
        if not parts:
            raise InputError("Authentication-Results: no results")
        if len(parts) == 1 and [word.lower() for word in parts[0]] == ["none"]:
            return cls(_unquoted(head[0]))
        return cls(_unquoted(head[0]), tuple(_method_result(part) for part in parts if part))


def authserv_id(value: str) -> str | None:
    """Who wrote a header of this value; None where it cannot be read."""
    try:
        pieces = _pieces(value)
    except InputError:
        return None
    return _unquoted(pieces[0]) if pieces and pieces[0] not in ("=", ";") else None


def without_results_of(raw: bytes, own_id: str) -> bytes:
    """The letter without Authentication-Results headers that claim to be of `own_id`, or that cannot be read.

    Whoever adds results of its own must remove those that somebody forged first (RFC 8601 §5).
    """
    arguments.line("own_id", own_id)
    lines = arguments.octets("raw", raw, "the bytes of a letter").splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if line in (b"\r\n", b"\n", b"\r")), len(lines))
    kept: list[bytes] = []
    at = 0
    while at < end:
        below = at + 1
        while below < end and lines[below][:1] in (b" ", b"\t"):
            below += 1
        field = b"".join(lines[at:below])
        name, _, value = field.partition(b":")
        if name.strip().lower() == b"authentication-results":
            writer = authserv_id(value.decode("utf-8", "replace"))
            if writer is None or writer.lower().rstrip(".") == own_id.lower().rstrip("."):
                at = below
                continue
        kept.append(field)
        at = below
    return b"".join(kept) + b"".join(lines[end:])


def _keyword(name: str) -> str:
    if len(arguments.text("Authentication-Results", name)) > _LONGEST_KEYWORD or not _KEYWORD.fullmatch(name):
        raise InputError(f"Authentication-Results: {name!r} is not a keyword")
    return name


def _value(text: str) -> str:
    if not is_writable(arguments.text("Authentication-Results", text)):
        raise InputError(f"Authentication-Results: {text[:80]!r} is too long or holds a control character")
    if _TOKEN.fullmatch(text) or _ADDRESS.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_writable(text: str) -> bool:
    """Whether a text may be a value: at most 320 characters, no control, separator or lone surrogate among them."""
    return len(text) <= LONGEST and text.isprintable()


def _wrapped(words: list[str]) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if 8 + len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


def _pieces(value: str) -> list[str]:
    """Words, quoted strings, semicolons and equals signs; comments and white space between them go."""
    pieces: list[str] = []
    at = 0
    while at < len(value):
        if space := _SPACE.match(value, at):
            at = space.end()
        elif value[at] == "(":
            at = _behind_comment(value, at)
        elif piece := _QUOTED.match(value, at) or (_WORD_AS_VALUE if pieces[-1:] == ["="] else _WORD).match(value, at):
            pieces.append(piece[0])
            at = piece.end()
        else:
            raise InputError(f"Authentication-Results: cannot read {value[at : at + 40]!r}")
    return pieces


def _behind_comment(value: str, at: int) -> int:
    depth = 0
    while at < len(value):
        character = value[at]
        at += 2 if character == "\\" else 1
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return at
    raise InputError("Authentication-Results: a comment without an end")


def _split(pieces: list[str], mark: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for piece in pieces:
        if piece == mark:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _method_result(pieces: list[str]) -> MethodResult:
    pairs = _pairs(pieces)
    (method, result), *others = pairs
    reason = ""
    if others and others[0][0].lower() == "reason":
        reason = others.pop(0)[1]
    properties = []
    for name, value in others:
        ptype, dot, own_name = name.partition(".")
        if not dot or not ptype or not own_name:
            raise InputError(f"Authentication-Results: {name!r} is not a property")
        properties.append(Property(ptype.lower(), own_name.lower(), value))
    return MethodResult(method.partition("/")[0].lower(), result.lower(), reason, tuple(properties))


def _pairs(pieces: list[str]) -> list[tuple[str, str]]:
    """name = value, with dots and slashes of a name that stood apart joined to it."""
    pairs: list[tuple[str, str]] = []
    name = ""
    rest = iter(pieces)
    for piece in rest:
        if piece != "=":
            name += piece
            continue
        value = next(rest, "=")
        if value == "=" or not name or '"' in name:
            raise InputError(f"Authentication-Results: cannot read {' '.join(pieces)[:80]!r}")
        pairs.append((name, _unquoted(value)))
        name = ""
    if name or not pairs:
        raise InputError(f"Authentication-Results: cannot read {' '.join(pieces)[:80]!r}")
    return pairs


def _unquoted(piece: str) -> str:
    return re.sub(r"\\(.)", r"\1", piece[1:-1]) if piece.startswith('"') else piece
