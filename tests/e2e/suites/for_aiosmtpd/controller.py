"""Controllers with aiosmtpd's interface that start a gatepost.Sink.

factory() still makes an aiosmtpd.smtp.SMTP, but nobody connects to it: the sink's options are read from it, so the
suite's own subclasses of Controller work. A handler's handle_DATA is called for each letter; its other hooks answer
single commands, which a sink does by rules and not by Python.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

import gatepost as gp

from .options import sink_options

_open: list[SinkInPlace] = []
_sessions_of_closed = 0


def sessions_so_far() -> int:
    """How many connections all sinks of this process have had."""
    return _sessions_of_closed + sum(controller.session_count for controller in _open)


class SinkInPlace:
    """The part that both controllers share."""

    handler: Any
    smtpd: SMTP | None
    _sink: gp.Sink | None = None

    def start(self) -> None:
        assert self._sink is None, "SMTP daemon already running"
        self.smtpd = smtpd = self.factory()
        self._asked = 0
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._sink = gp.Sink(
            **sink_options(smtpd, self.ssl_context is not None),
            **self.where(),
            lmtp=isinstance(smtpd, LMTP),
            on_letter=self._on_letter if hasattr(smtpd.event_handler, "handle_DATA") else None,
        )
        if hasattr(self, "port"):  # one that is free: others may run on this machine
            self.hostname, self.port = self._sink.host, self._sink.port
        _open.append(self)

    def where(self) -> dict[str, Any]:
        raise NotImplementedError

    def stop(self, no_assert: bool = False) -> None:
        global _sessions_of_closed
        assert no_assert or self._sink is not None, "SMTP daemon not running"
        if self._sink is None:
            return
        _open.remove(self)
        _sessions_of_closed += self.session_count
        self._sink.close()
        self._sink = None
        self.smtpd = None

    @property
    def session_count(self) -> int:
        return len(self._sink.sessions) if self._sink is not None else 0

    def _on_letter(self, letter: gp.sinks.Letter) -> str | None:
        smtpd = self.smtpd
        assert smtpd is not None
        with self._lock:
            session = Session(self._loop)
            session.peer = letter.session.client
            session.host_name = letter.session.helo
            smtpd.session, smtpd.envelope = session, _envelope(letter, smtpd._decode_data)
            answer = smtpd.event_handler.handle_DATA(smtpd, session, smtpd.envelope)
            reply = str(self._loop.run_until_complete(answer))
        return None if reply.startswith("250") else reply

    def tell_logins(self, handler: Any) -> None:
        """Calls the suite's own check for each login that the sink let in, as aiosmtpd would have."""
        smtpd = self.smtpd
        if self._sink is None or smtpd is None:
            return
        users = [session.user for session in self._sink.sessions if session.user]
        passwords = sink_options(smtpd, False)["users"]
        for user in users[self._asked :]:
            login, password = user.encode(), passwords[user].encode()
            if smtpd._auth_callback is not None:
                smtpd._auth_callback("PLAIN", login, password)
        self._asked = len(users)


def _envelope(letter: gp.sinks.Letter, decode: bool) -> Envelope:
    envelope = Envelope()
    envelope.mail_from = letter.envelope.from_
    envelope.mail_options = [parameter.upper() for parameter in letter.envelope.mail_params]  # as aiosmtpd does
    envelope.smtp_utf8 = letter.envelope.smtp_utf8
    envelope.rcpt_tos = list(letter.envelope.to)
    envelope.original_content = letter.raw
    envelope.content = letter.raw.decode("utf-8", "surrogateescape") if decode else letter.raw
    return envelope


class SinkController(SinkInPlace, Controller):
    """Stands for aiosmtpd.controller.Controller."""

    def where(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": 0}

    @property
    def handler(self) -> Any:
        """Read by the tests to see what it was told, so it is told now."""
        self.tell_logins(self._handler)
        return self._handler

    @handler.setter
    def handler(self, handler: Any) -> None:
        self._handler = handler


class SinkUnixController(SinkInPlace, UnixSocketController):
    """Stands for aiosmtpd.controller.UnixSocketController."""

    def where(self) -> dict[str, Any]:
        return {"unix_path": self.unix_socket}
