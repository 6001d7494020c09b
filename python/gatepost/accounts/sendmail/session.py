"""An LMTP session (RFC 2033) that hands its letters to a sendmail program."""

from __future__ import annotations

import re
import socket
from typing import BinaryIO

from .exit_codes import replies_of
from .program import run_program, trouble_with

_PATH = re.compile(r"(?:MAIL FROM|RCPT TO):\s*<([^\0\r\n]*?)>(?: [^<>]*)?", re.IGNORECASE)
_OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
_MOST_LINE = 8192

_MEANS_MORE = ("|", "/", ":", "\\", "-")
"""What some programs take for a command, a file, a list or an option at the beginning of a recipient."""


class LmtpSession:
    """One connection. `serve` returns when the client has gone, or where nobody knows what became of a letter."""

    def __init__(self, connection: socket.socket, program: str, patience: float) -> None:
        self._connection = connection
        self._program, self._patience = program, patience
        self._sender: str | None = None
        self._recipients: list[str] = []

    def serve(self) -> None:
        """Answers until the client says QUIT, or goes."""
        with self._connection.makefile("rb") as lines:
            if trouble := trouble_with(self._program):
                self._say(f"554 5.3.5 {trouble}")
                return
            self._say(f"220 {self._program} LMTP")
            while line := lines.readline(_MOST_LINE):
                command = line.decode("utf-8", "replace").rstrip("\r\n")
                verb = command[:4].upper()
                if verb == "QUIT":
                    self._say("221 2.0.0 bye")
                    return
                if verb == "DATA":
                    if not self._data(lines):
                        return
                else:
                    self._say(self._answer(verb, command))

    def _answer(self, verb: str, command: str) -> str:
        match verb:
            case "LHLO" | "EHLO" | "HELO":
                self._forget()
                return "\r\n".join(
                    [f"250-{self._program}", *(f"250-{one}" for one in _OFFERS[:-1]), f"250 {_OFFERS[-1]}"]
                )
            case "RSET":
                self._forget()
                return "250 2.0.0 ok"
            case "NOOP":
                return "250 2.0.0 ok"
            case "MAIL" | "RCPT":
                return self._address(verb, command)
        return "502 5.5.1 not known here"

    def _address(self, verb: str, command: str) -> str:
        if (found := _PATH.fullmatch(command)) is None:
            return "501 5.5.4 no address in it"
        address = found[1]
        if verb == "MAIL":
            if address.startswith("-"):
                return "553 5.1.7 sendmail takes an address that begins so for an option"
            self._forget()
            self._sender = address
            return "250 2.1.0 ok"
        if self._sender is None:
            return "503 5.5.1 MAIL comes first"
        if not address or address.startswith(_MEANS_MORE):
            return "553 5.1.3 sendmail takes an address that begins so for something else"
        self._recipients.append(address)
        return "250 2.1.5 ok"

    def _data(self, lines: BinaryIO) -> bool:
        """False where the session ends: the program was stopped, and nobody knows what became of the letter."""
        if self._sender is None or not self._recipients:
            self._say("503 5.5.1 MAIL and RCPT come first")
            return True
        self._say("354 go on")
        letter = _read_letter(lines)
        if letter is None:
            return False
        ended = run_program(self._program, self._sender, self._recipients, letter, self._patience)
        if ended is None:
            return False
        self._say("\r\n".join(replies_of(ended.code, ended.said, self._recipients)))
        self._forget()
        return True

    def _forget(self) -> None:
        self._sender, self._recipients = None, []

    def _say(self, text: str) -> None:
        self._connection.sendall(f"{text}\r\n".encode())


def _read_letter(lines: BinaryIO) -> bytes | None:
    """The letter, its lines ended as this system ends them; None where the client went before its end."""
    letter: list[bytes] = []
    whole, cr = True, False  # whether the last piece ended a line, or in CR
    while piece := lines.readline(1 << 16):
        if whole and piece == b".\r\n":
            return b"".join(letter).replace(b"\r\n", b"\n")
        letter.append(piece[1:] if whole and piece.startswith(b".") else piece)
        whole = piece.endswith(b"\r\n") or (piece == b"\n" and cr)  # which may stand at the end of the last piece
        cr = piece.endswith(b"\r")
    return None
