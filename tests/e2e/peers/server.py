"""aiosmtpd as a peer: an SMTP or LMTP server in this process that keeps what it receives."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .certificates import Certificates
from .inbox import Inbox, Letter
from .peer import LOGIN, PASSWORD, LazyPeer
from .ports import HOST, free_port


class Handler:
    """aiosmtpd's hooks."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._inbox.add(
            Letter(
                raw=bytes(envelope.original_content or b""),
                mail_from=(envelope.mail_from or "").removeprefix("<>"),
                rcpt_to=list(envelope.rcpt_tos),
                mail_options=list(envelope.mail_options),
                user=session.auth_data.login.decode() if session.auth_data else "",
            )
        )
        return "250 2.0.0 Ok: queued"


class LmtpController(Controller):
    """The same, speaking LMTP."""

    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


class AiosmtpdServer:
    """A running aiosmtpd: `.port`, `.url`, `.inbox`."""

    def __init__(self, controller: type[Controller] = Controller, inbox: Inbox | None = None, **options: Any) -> None:
        self.inbox = inbox or Inbox()
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self._controller = controller(
            Handler(self.inbox),
            hostname=HOST,
            port=self.port,
            enable_SMTPUTF8=True,
            data_size_limit=64 << 20,
            **options,
        )

    def __enter__(self) -> AiosmtpdServer:
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (LOGIN, PASSWORD)
    return AuthResult(success=good, handled=False, auth_data=data)


class Aiosmtpd(LazyPeer):
    """aiosmtpd with all its doors."""

    name = "aiosmtpd"
    mechanisms = frozenset({"PLAIN", "LOGIN"})
    speaks_lmtp = True

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(certificates.server, certificates.key)

    def _open(self, tls: str | None, login: bool, lmtp: bool) -> int:
        options: dict[str, Any] = {"inbox": self.inbox}
        if tls == "starttls":
            options |= {"tls_context": self._tls, "require_starttls": True}
        elif tls == "implicit":
            options |= {"ssl_context": self._tls}
        if login:
            options |= {"authenticator": _authenticate, "auth_required": True}
            options["auth_require_tls"] = tls == "starttls"
        server = self._stack.enter_context(AiosmtpdServer(LmtpController if lmtp else Controller, **options))
        return server.port
