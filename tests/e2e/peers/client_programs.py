"""Clients that are programs, or scripts in other languages."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from .availability import built, find_program
from .delivery import Client, Delivery, NotDelivered, run
from .nodemailer import Nodemailer

PROGRAMS = Path(__file__).resolve().parent.parent


class Swaks(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})
    lmtp = True

    def __init__(self) -> None:
        self._program = find_program("swaks")

    def send(self, delivery: Delivery) -> None:
        with tempfile.NamedTemporaryFile(suffix=".eml") as letter:
            letter.write(delivery.data.removesuffix(b"\r\n"))  # it adds one
            letter.flush()
            command = [self._program, "--server", delivery.host, "--port", str(delivery.port)]
            command += ["--from", delivery.mail_from, "--to", ",".join(delivery.rcpt_to), "--data", f"@{letter.name}"]
            command += {None: [], "starttls": ["--tls"], "implicit": ["--tls-on-connect"]}[delivery.tls]
            if delivery.tls:
                command += ["--tls-ca-path", str(delivery.ca), "--tls-verify"]
            if delivery.mechanism:
                command += ["--auth", delivery.mechanism]
                command += ["--auth-user", delivery.login, "--auth-password", delivery.secret]
            if delivery.lmtp:
                command += ["--protocol", "LMTP"]
            run(command)


class NodemailerClient(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"})
    utf8 = True
    lmtp = True

    def __init__(self) -> None:
        self._nodemailer = Nodemailer()

    def send(self, delivery: Delivery) -> None:
        transport: dict[str, Any] = {
            "host": delivery.host,
            "port": delivery.port,
            "lmtp": delivery.lmtp,
            "secure": delivery.tls == "implicit",
            "requireTLS": delivery.tls == "starttls",
            "ignoreTLS": delivery.tls is None,
            "tls": {"ca": delivery.ca.read_text()} if delivery.tls else {},
        }
        if delivery.mechanism == "XOAUTH2":
            transport["auth"] = {"type": "OAuth2", "user": delivery.login, "accessToken": delivery.secret}
        elif delivery.mechanism:
            transport["auth"] = {"user": delivery.login, "pass": delivery.secret}
            transport["authMethod"] = delivery.mechanism
        message = {
            "envelope": {"from": delivery.mail_from, "to": list(delivery.rcpt_to)},
            "rawBase64": base64.b64encode(delivery.data).decode(),
        }
        try:
            self._nodemailer.send(transport, message)
        except RuntimeError as error:
            raise NotDelivered(str(error)) from error


class Curl(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"})
    utf8 = True

    def __init__(self) -> None:
        self._program = find_program("curl")

    def send(self, delivery: Delivery) -> None:
        scheme = "smtps" if delivery.tls == "implicit" else "smtp"
        command = [self._program, "--silent", "--show-error", "--verbose", "--max-time", "30"]
        command += ["--url", f"{scheme}://{delivery.host}:{delivery.port}/localhost", "--upload-file", "-"]
        command += ["--mail-from", delivery.mail_from]
        for recipient in delivery.rcpt_to:
            command += ["--mail-rcpt", recipient]
        if delivery.tls:
            command += ["--ssl-reqd", "--cacert", str(delivery.ca)]
        if delivery.mechanism in ("XOAUTH2", "OAUTHBEARER"):
            command += ["--user", delivery.login, "--oauth2-bearer", delivery.secret]
            command += ["--login-options", f"AUTH={delivery.mechanism}"]
        elif delivery.mechanism:
            command += ["--user", f"{delivery.login}:{delivery.secret}"]
            command += ["--login-options", f"AUTH={delivery.mechanism}"]
        run(command, delivery.data)


class Msmtp(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"})
    lmtp = True

    def __init__(self) -> None:
        self._program = find_program("msmtp")

    def send(self, delivery: Delivery) -> None:
        lines = [
            f"host {delivery.host}",
            f"port {delivery.port}",
            f"from {delivery.mail_from}",
            f"protocol {'lmtp' if delivery.lmtp else 'smtp'}",
            f"tls {'on' if delivery.tls else 'off'}",
            f"tls_starttls {'off' if delivery.tls == 'implicit' else 'on'}",
            f"auth {delivery.mechanism.lower() if delivery.mechanism else 'off'}",
        ]
        if delivery.tls:
            lines.append(f"tls_trust_file {delivery.ca}")
        if delivery.mechanism:
            lines += [f"user {delivery.login}", f"password {delivery.secret}"]
        with tempfile.TemporaryDirectory() as folder:
            configuration = Path(folder) / "msmtprc"
            configuration.write_text("\n".join(lines) + "\n")
            configuration.chmod(0o600)
            run([self._program, "--debug", f"--file={configuration}", "--", *delivery.rcpt_to], delivery.data)


class PhpMailer(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})

    def __init__(self) -> None:
        self._program = find_program("php")

    def send(self, delivery: Delivery) -> None:
        job = {
            "host": delivery.host,
            "port": delivery.port,
            "tls": delivery.tls,
            "ca": str(delivery.ca),
            "mechanism": delivery.mechanism,
            "user": delivery.login,
            "password": delivery.secret,
            "from": delivery.mail_from,
            "to": delivery.rcpt_to,
        }
        # SMTP::data ends the letter with a line end of its own.
        run([self._program, PROGRAMS / "php" / "send.php", json.dumps(job)], delivery.data.removesuffix(b"\r\n"))


class NetSmtp(Client):
    """Perl's Net::SMTP."""

    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})

    def __init__(self) -> None:
        self._program = find_program("perl")

    def send(self, delivery: Delivery) -> None:
        command: list[str | Path] = [self._program, PROGRAMS / "perl" / "send.pl", delivery.host, str(delivery.port)]
        command += [
            delivery.tls or "none",
            str(delivery.ca),
            delivery.mechanism or "-",
            delivery.login,
            delivery.secret,
        ]
        run([*command, delivery.mail_from, *delivery.rcpt_to], delivery.data.replace(b"\r\n", b"\n"))


class GoNetSmtp(Client):
    """net/smtp of Go's own library."""

    mechanisms = frozenset({"PLAIN", "CRAM-MD5"})
    utf8 = True

    def __init__(self) -> None:
        self._program = built("go") / "netsmtp-send"

    def send(self, delivery: Delivery) -> None:
        command: list[str | Path] = [
            self._program,
            "-address",
            f"{delivery.host}:{delivery.port}",
            "-from",
            delivery.mail_from,
        ]
        command += ["-to", ",".join(delivery.rcpt_to), "-tls", delivery.tls or ""]
        if delivery.tls:
            command += ["-ca", str(delivery.ca)]
        if delivery.mechanism:
            command += ["-mechanism", delivery.mechanism, "-user", delivery.login, "-password", delivery.secret]
        run(command, delivery.data)


class Lettre(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "XOAUTH2"})
    utf8 = True

    def __init__(self) -> None:
        self._program = built("rust") / "target" / "release" / "lettre-send"

    def send(self, delivery: Delivery, times: int = 1) -> None:
        command: list[str | Path] = [
            self._program,
            delivery.host,
            str(delivery.port),
            delivery.tls or "none",
            delivery.ca,
        ]
        command += [delivery.mechanism or "-", delivery.login, delivery.secret, str(times)]
        run([*command, delivery.mail_from, *delivery.rcpt_to], delivery.data.removesuffix(b"\r\n"))  # it adds one
