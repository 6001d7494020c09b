"""aiosmtpd as a peer: an SMTP or LMTP server in this process that keeps what it receives."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from .ports import HOST, free_port


@dataclass(frozen=True)
class Letter:
    """What a peer received: the bytes after dot-unstuffing, and the envelope."""

    raw: bytes
    mail_from: str
    rcpt_to: list[str]
    mail_options: list[str]


class Inbox:
    """Letters in order of arrival; an aiosmtpd handler."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._changed = threading.Condition()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        letter = Letter(
            raw=bytes(envelope.original_content or b""),
            mail_from=envelope.mail_from or "",
            rcpt_to=list(envelope.rcpt_tos),
            mail_options=list(envelope.mail_options),
        )
        with self._changed:
            self._letters.append(letter)
            self._changed.notify_all()
        return "250 2.0.0 Ok: queued"

    def wait(self, count: int, to: str | None = None, timeout: float = 20.0) -> list[Letter]:
        """The letters (to this recipient) as soon as there are `count`; AssertionError when the time is over."""

        def matching() -> list[Letter]:
            return [letter for letter in self._letters if to is None or to in letter.rcpt_to]

        with self._changed:
            arrived = self._changed.wait_for(lambda: len(matching()) >= count, timeout)
            assert arrived, f"{len(matching())} of {count} letters after {timeout} s; all: {self._letters!r}"
            return matching()


class LmtpController(Controller):
    """The same, speaking LMTP."""

    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


class AiosmtpdServer:
    """A running aiosmtpd: `.port`, `.url`, `.inbox`."""

    def __init__(self, controller: type[Controller] = Controller, **options: Any) -> None:
        self.inbox = Inbox()
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self._controller = controller(
            self.inbox, hostname=HOST, port=self.port, enable_SMTPUTF8=True, data_size_limit=64 << 20, **options
        )

    def __enter__(self) -> AiosmtpdServer:
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()
