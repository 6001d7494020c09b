"""A private OpenSMTPD, unpacked by tools/dev/peers.sh: own users, queue and ports.

Takes mail for example.test and hands it over LMTP to an aiosmtpd in this process; gives letters for @sink.test to the
host that it was started with.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from .availability import built, find_program
from .certificates import Certificates
from .peer import DOMAIN, LOGIN, PASSWORD, Peer
from .ports import HOST, free_port, wait_for_greeting
from .private import start_privately
from .server import AiosmtpdServer, LmtpController

CONFIGURATION = """\
smtp max-message-size 64M
ca "authority" cert "{certificates.ca}"
pki "server" cert "{folder}/server.pem"
pki "server" key "{folder}/server.key"
table users {{ "{login}" = "{secret}" }}
table relay_secrets {{ "gate" = "{login}:{password}" }}
{listeners}
action "here" relay host "lmtp://{host}:{lmtp_port}"
action "gate" relay host "{relay_to}" {relay_options}
match from any for rcpt-to "nobody@{domain}" reject
match from any for domain "{domain}" action "here"
match from any for domain "sink.test" action "gate"
"""

_TLS = {None: "", "starttls": 'tls-require pki "server"', "implicit": 'smtps pki "server"'}


def _crypted(password: str) -> str:
    command = [find_program("openssl"), "passwd", "-6", "-stdin"]
    return subprocess.run(command, input=password, capture_output=True, text=True, check=True).stdout.strip()


class OpenSmtpd(Peer):
    """A running OpenSMTPD: `.url()`, `.inbox` (what it delivered), `.log()`."""

    name = "opensmtpd"
    mechanisms = frozenset({"PLAIN", "LOGIN"})
    utf8 = False

    def __init__(
        self, certificates: Certificates, relay_to: str = "lmtp://127.0.0.1:1", relay_options: str = ""
    ) -> None:
        super().__init__()
        self._program = built("opensmtpd") / "root" / "usr" / "sbin" / "smtpd"
        self._certificates = certificates
        self._relay = {"relay_to": relay_to, "relay_options": relay_options}
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-opensmtpd-"))
        self._folder.chmod(0o755)
        self._lmtp = AiosmtpdServer(LmtpController, self.inbox)
        doors = [(None, False), ("starttls", False), ("implicit", False), ("starttls", True), ("implicit", True)]
        self._doors: dict[tuple[str | None, bool], int] = {door: free_port() for door in doors}

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        return self._doors[tls, login]

    def log(self) -> str:
        """What it said, in debug mode."""
        return (self._folder / "log").read_text(errors="replace")

    def _configure(self) -> None:
        for name in ("etc", "lib", "spool", "run"):
            (self._folder / name).mkdir()
        (self._folder / "lib" / "opensmtpd" / "empty").mkdir(parents=True, mode=0o711)
        (self._folder / "spool" / "smtpd").mkdir(mode=0o711)
        for source, name in ((self._certificates.server, "server.pem"), (self._certificates.key, "server.key")):
            shutil.copyfile(source, self._folder / name)
            (self._folder / name).chmod(0o600)
        listeners = "\n".join(
            f"listen on {HOST} port {port} {_TLS[tls]} {'auth <users>' if login else ''} hostname opensmtpd.test"
            for (tls, login), port in self._doors.items()
        )
        (self._folder / "etc" / "smtpd.conf").write_text(
            CONFIGURATION.format(
                folder=self._folder,
                certificates=self._certificates,
                login=LOGIN,
                password=PASSWORD,
                secret=_crypted(PASSWORD),
                host=HOST,
                domain=DOMAIN,
                lmtp_port=self._lmtp.port,
                listeners=listeners,
                **self._relay,
            )
        )

    def __enter__(self) -> OpenSmtpd:
        self._configure()
        self._lmtp.__enter__()
        self._process = start_privately(
            self._folder / "etc",
            {"opensmtpd": "/var/lib/opensmtpd/empty", "opensmtpq": "/"},
            {"/var/lib": self._folder / "lib", "/var/spool": self._folder / "spool", "/run": self._folder / "run"},
            [self._program, "-dv"],
            self._folder / "log",
        )
        try:
            wait_for_greeting(self.port(), self._process)
        except BaseException as error:
            error.add_note(self.log())
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        self._lmtp.__exit__(kind, error, at)
        shutil.rmtree(self._folder)
