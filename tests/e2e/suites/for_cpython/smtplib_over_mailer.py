"""A class with smtplib.SMTP's interface that sends through gatepost.Mailer.

What gatepost has no call for (a single EHLO, MAIL, RCPT ...) raises NoSuchCall. send_message is smtplib's own and ends
up in sendmail. gatepost refuses an address without a domain before it connects, so "John" is sent as "John@localhost".
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import gatepost as gp
from gatepost import _core

contacts = 0
"""How often this process asked gatepost to do something."""

_DEFAULT_PORT = 25


class NoSuchCall(Exception):
    """gatepost sends letters and asks questions; it does not send single commands of a transaction."""


class _Last:
    """A Recorder (see Mailer) that keeps the last transcript and what is known of its session."""

    transcript = ""
    extensions: Sequence[str] = ()

    def record(self, account: str, batch: _core.Batch) -> None:
        self.transcript = batch["transcript"][-1]
        if (session := batch["session"][-1]) is not None:
            self.extensions = session.extensions


class MailerSMTP(smtplib.SMTP):
    """Stands for smtplib.SMTP. Connects when made, to see whether it can; a letter goes over another connection."""

    _mailer: gp.Mailer | None = None
    _login: tuple[str, str] | None = None

    def __init__(
        self, host: str = "", port: int = 0, local_hostname: str | None = None, *rest: Any, **options: Any
    ) -> None:
        self._helo = local_hostname or ""
        self._last = _Last()
        super().__init__(host, port, local_hostname, *rest, **options)

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        if ":" in host and not port:
            host, _, number = host.rpartition(":")
            port = int(number)
        self._where = host, int(port or _DEFAULT_PORT)
        self._source = source_address[0] if source_address else ""
        try:
            return self._check("220")
        except gp.SendError as error:
            raise smtplib.SMTPConnectError(error.failure.code, error.failure.text) from error

    def login(self, user: str, password: str, *, initial_response_ok: bool = True) -> tuple[int, bytes]:
        self._login = user, password
        try:
            return self._check("235")
        except gp.AuthError as error:
            raise smtplib.SMTPAuthenticationError(error.failure.code, error.failure.text) from error

    def sendmail(
        self,
        from_addr: str,
        to_addrs: str | Sequence[str],
        msg: str | bytes,
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> dict[str, tuple[int, bytes]]:
        data = smtplib._fix_eols(msg).encode("ascii") if isinstance(msg, str) else msg
        sender = "" if from_addr == "<>" else _completed(from_addr)
        to = [_completed(to_addrs)] if isinstance(to_addrs, str) else [_completed(address) for address in to_addrs]
        try:
            with _counted():
                result = self._sender().send(data, from_=sender, to=to)
        except gp.SendError as error:
            raise _as_smtplib(error, from_addr) from error
        return _refused(result.refused)

    def noop(self) -> tuple[int, bytes]:
        return self._ask("noop")

    def vrfy(self, address: str) -> tuple[int, bytes]:
        return self._ask("vrfy", address)

    verify = vrfy

    def expn(self, address: str) -> tuple[int, bytes]:
        return self._ask("expn", address)

    def help(self, args: str = "") -> bytes:
        return self._ask("help", args)[1]

    def quit(self) -> tuple[int, bytes]:
        self.close()
        return 221, b"Bye"

    def close(self) -> None:
        if self._mailer is not None:
            self._mailer.close()
            self._mailer = None

    def _no_such_call(self, *args: object, **options: object) -> NoReturn:
        raise NoSuchCall("gatepost has no call for a single command of a transaction")

    ehlo = helo = mail = rcpt = data = rset = auth = send = putcmd = getreply = docmd = _no_such_call
    starttls = _no_such_call

    def ehlo_or_helo_if_needed(self) -> None:
        """Done when it connected."""

    def has_extn(self, opt: str) -> bool:
        return any(line.split(" ")[0].lower() == opt.lower() for line in self._last.extensions)

    def _account(self) -> gp.Account:
        login, password = self._login or (None, None)
        host, port = self._where
        return gp.Account(
            f"smtp://{host}:{port}",
            login=login,
            password=password,
            tls=gp.Tls(verify=False),
            route=gp.Route(helo_name=self._helo, source_address=self._source),
            timeouts=gp.Timeouts(connect=5.0),
        )

    def _sender(self) -> gp.Mailer:
        if self._mailer is None:
            self._mailer = gp.Mailer(self._account())
        return self._mailer

    def _check(self, code: str) -> tuple[int, bytes]:
        """Connects (and logs in) and returns the server's reply with this code."""
        with _counted(), gp.Mailer(self._account(), history=self._last) as mailer:
            mailer.check(timeout=10)
        line = next(line for line in self._last.transcript.splitlines() if line.startswith(f"S: {code}"))
        return int(code), line[len("S: 220 ") :].encode()

    def _ask(self, question: str, *arguments: str) -> tuple[int, bytes]:
        with _counted():
            reply = getattr(self._account(), question)(*arguments)
        return reply.code, reply.text.encode()


@contextmanager
def _counted() -> Iterator[None]:
    """Counts a contact unless nobody answered: some tests replace the socket module, which we do not use."""
    global contacts
    try:
        yield
    except gp.SendError as error:
        contacts += error.failure.category is not gp.Category.CONNECT_FAILED
        raise
    contacts += 1


def _completed(address: str) -> str:
    return address if "@" in address else f"{address}@localhost"


def _refused(failures: Sequence[gp.Failure]) -> dict[str, tuple[int, bytes]]:
    return {failure.recipient: (failure.code, failure.text.encode()) for failure in failures}


def _as_smtplib(error: gp.SendError, sender: str) -> smtplib.SMTPException:
    failure = error.failure
    match failure.phase:
        case "local" if failure.category is gp.Category.FEATURE_UNSUPPORTED:
            return smtplib.SMTPNotSupportedError(str(error))
        case "mail":
            return smtplib.SMTPSenderRefused(failure.code, failure.text.encode(), sender)
        case "rcpt":
            return smtplib.SMTPRecipientsRefused(_refused(error.refused))
        case "data" | "final":
            return smtplib.SMTPDataError(failure.code, failure.text.encode())
        case _:
            return smtplib.SMTPException(str(error))
