"""Servers made of libraries: smtp-server (Node), go-smtp (Go) and mailin (Rust)."""

from __future__ import annotations

import json
from typing import Any

from .availability import built, find_program
from .certificates import Certificates
from .child import ChildServer
from .peer import LOGIN, PASSWORD, TOKEN, LazyPeer


class SmtpServer(LazyPeer):
    """smtp-server by nodemailer's author, at the version that tests/e2e/node/package-lock.json pins."""

    name = "smtp_server"
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"})
    speaks_lmtp = True

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._node = find_program("node")
        self._folder = built("node")
        self._certificates = certificates

    def start(self, **options: Any) -> int:
        """A server with these options of smtp-server's own; its port."""
        command = (self._node, "serve.js", json.dumps(options))
        return self._stack.enter_context(ChildServer(self.inbox, *command, folder=self._folder)).port

    def _open(self, tls: str | None, login: bool, lmtp: bool) -> int:
        options: dict[str, Any] = {"lmtp": lmtp, "size": 64 << 20, "disableReverseLookup": True, "hideDSN": False}
        if login:
            options |= {"users": {LOGIN: PASSWORD}, "token": TOKEN, "authMethods": sorted(self.mechanisms)}
            options |= {"allowInsecureAuth": True}
        else:
            options |= {"authOptional": True, "disabledCommands": ["AUTH"]}
        if tls is None:
            options["hideSTARTTLS"] = True
        else:
            options |= {"key": self._certificates.key.read_text(), "cert": self._certificates.server.read_text()}
            options["secure"] = tls == "implicit"
        return self.start(**options)


class GoSmtp(LazyPeer):
    """emersion/go-smtp, at the version that tests/e2e/go/go.mod pins."""

    name = "go_smtp"
    mechanisms = frozenset({"PLAIN", "OAUTHBEARER"})
    speaks_lmtp = True

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._program = built("go") / "gosmtp-serve"
        self._certificates = certificates

    def start(self, *options: str) -> int:
        """A server with these options of the program's; its port."""
        return self._stack.enter_context(ChildServer(self.inbox, self._program, *options)).port

    def _open(self, tls: str | None, login: bool, lmtp: bool) -> int:
        options = ["-lmtp"] if lmtp else []
        if tls is not None:
            options += ["-certificate", str(self._certificates.server), "-key", str(self._certificates.key)]
            options += ["-implicit"] if tls == "implicit" else []
        if login:
            options += ["-mechanisms", ",".join(sorted(self.mechanisms))]
            options += ["-user", LOGIN, "-password", PASSWORD, "-token", TOKEN]
        return self.start(*options)


class Mailin(LazyPeer):
    """mailin-embedded, at the version that tests/e2e/rust/Cargo.toml pins."""

    name = "mailin"
    mechanisms = frozenset({"PLAIN", "LOGIN"})
    doors = frozenset({None, "starttls"})
    tls_version = "TLSv1.2"
    utf8 = False

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._program = built("rust") / "target" / "release" / "mailin-serve"
        self._certificates = certificates

    def _open(self, tls: str | None, login: bool, lmtp: bool) -> int:
        options = [self._certificates.server, self._certificates.key] if tls else []
        user = [LOGIN, PASSWORD] if login else []
        return self._stack.enter_context(ChildServer(self.inbox, self._program, *options, *user)).port
