"""A private OpenSMTPD, unpacked by tools/dev/peers.sh: own users, queue and ports.

Takes mail for example.test and hands it over LMTP to an aiosmtpd in this process; gives letters for @sink.test to the
host that it was started with.

In the clear only, and so without logins: the OpenSMTPD of Debian 12 breaks off every TLS handshake that it serves
("missing private key": its key lives in a process of its own, which does not work with OpenSSL 3).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from .availability import built
from .certificates import Certificates
from .peer import DOMAIN, LOGIN, PASSWORD, Peer
from .ports import HOST, free_port, wait_for_greeting
from .private import PrivateRoot, need_root_folder, stop
from .server import AiosmtpdServer, LmtpController

CONFIGURATION = """\
smtp max-message-size 64M
ca "authority" cert "/etc/ca.pem"
table relay_secrets {{ "gate" = "{login}:{password}" }}
listen on {host} port {port} hostname opensmtpd.test
action "here" lmtp "{host}:{lmtp_port}" rcpt-to user nobody virtual {{ "@" = "nobody" }}
action "gate" relay host "{relay_to}" {relay_options}
match from any for rcpt-to "nobody@{domain}" reject
match from any for domain "{domain}" action "here"
match from any for domain "sink.test" action "gate"
"""


_PROGRAMS = ["/usr/sbin/smtpd", "/usr/libexec/opensmtpd/mail.mda", "/usr/libexec/opensmtpd/mail.lmtp"]


class OpenSmtpd(Peer):
    """A running OpenSMTPD: `.url()`, `.inbox` (what it delivered), `.log()`."""

    name = "opensmtpd"
    doors = frozenset({None})
    utf8 = False

    def __init__(
        self, certificates: Certificates, relay_to: str = "lmtp://127.0.0.1:1", relay_options: str = ""
    ) -> None:
        super().__init__()
        self._package = built("opensmtpd") / "root"
        self._certificates = certificates
        self._relay = {"relay_to": relay_to, "relay_options": relay_options}
        need_root_folder("OpenSMTPD")
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-opensmtpd-"))
        self._folder.chmod(0o755)
        self._lmtp = AiosmtpdServer(LmtpController, self.inbox)
        self._port = free_port()

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        assert (tls, login, lmtp) == (None, False, False)
        return self._port

    def log(self) -> str:
        """What it said, in debug mode."""
        return (self._folder / "var" / "log" / "output").read_text(errors="replace")

    def _configure(self) -> PrivateRoot:
        users = {"opensmtpd": "/var/lib/opensmtpd/empty", "opensmtpq": "/"}
        root = PrivateRoot(self._folder, self._package, _PROGRAMS, users, shell=True)
        root.make("/var/lib/opensmtpd/empty", 0o711)
        root.make("/var/spool/smtpd", 0o711)
        root.make("/var/run", 0o755)
        shutil.copyfile(self._certificates.ca, self._folder / "etc" / "ca.pem")
        (self._folder / "etc" / "smtpd.conf").write_text(
            CONFIGURATION.format(
                login=LOGIN,
                password=PASSWORD,
                host=HOST,
                domain=DOMAIN,
                lmtp_port=self._lmtp.port,
                port=self._port,
                **self._relay,
            )
        )
        return root

    def __enter__(self) -> OpenSmtpd:
        root = self._configure()
        self._lmtp.__enter__()
        self._process = root.start(["/usr/sbin/smtpd", "-dv"], self._folder / "var" / "log" / "output")
        try:
            wait_for_greeting(self.port(), self._process)
        except BaseException as error:
            error.add_note(self.log())
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        stop(self._process)
        self._lmtp.__exit__(kind, error, at)
        shutil.rmtree(self._folder)
