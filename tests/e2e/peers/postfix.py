"""A private Postfix: own configuration, queue and port, the machine's own Postfix is never touched.

It takes mail for example.test and hands it over LMTP to an aiosmtpd in this process, where tests read it: what arrives
there has been through Postfix's smtpd, cleanup, queue and delivery agent. Runs as root only, as Postfix demands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from .availability import find_program, unavailable
from .ports import HOST, free_port, wait_for_greeting
from .server import AiosmtpdServer, Inbox, LmtpController

DOMAIN = "example.test"

MAIN_CF = """\
compatibility_level = 3.6
myhostname = mx.{domain}
mydestination =
mynetworks_style = host
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
default_transport = error:this Postfix delivers to {domain} alone
smtpd_relay_restrictions = reject_unauth_destination
smtputf8_enable = yes
smtputf8_autodetect_classes = all
message_size_limit = 67108864
mailbox_size_limit = 0
virtual_mailbox_limit = 0
"""

# name type private unpriv chroot wakeup maxproc command
MASTER_CF = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A running Postfix: `.port`, `.url`, `.inbox` (what it delivered), `.log()`."""

    def __init__(self) -> None:
        self._program = find_program("postfix")
        where = subprocess.run([find_program("postconf"), "-dh", "daemon_directory"], check=True, capture_output=True)
        self._master = f"{where.stdout.decode().strip()}/master"
        if os.geteuid() != 0:
            unavailable("Postfix can be started by root only")
        # Not under pytest's tmp_path: the user postfix must be able to walk there, and sockets want short paths.
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-postfix-"))
        self._folder.chmod(0o755)
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self._lmtp = AiosmtpdServer(LmtpController)

    @property
    def inbox(self) -> Inbox:
        return self._lmtp.inbox

    def log(self) -> str:
        """What Postfix logged."""
        return (self._folder / "mail.log").read_text(errors="replace")

    def __enter__(self) -> Postfix:
        for name in ("etc", "queue", "data"):
            (self._folder / name).mkdir()
        shutil.chown(self._folder / "data", "postfix")
        main_cf = MAIN_CF.format(domain=DOMAIN, folder=self._folder, lmtp_port=self._lmtp.port)
        (self._folder / "etc" / "main.cf").write_text(main_cf)
        (self._folder / "etc" / "master.cf").write_text(MASTER_CF.format(port=f"{HOST}:{self.port}"))
        self._lmtp.__enter__()
        etc = str(self._folder / "etc")
        subprocess.run([self._program, "-c", etc, "check"], check=True, timeout=60)  # makes the queue's folders
        # master itself and not `postfix start-fg`, which would keep it as a child of a shell: this pid is the one to
        # end. It is its group's leader, so the TERM it gets reaches its children.
        self._process = subprocess.Popen(
            [self._master, "-c", etc, "-d"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_for_greeting(self.port, self._process)
        except BaseException as error:
            error.add_note(self.log() if (self._folder / "mail.log").exists() else "no log was written")
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        self._lmtp.__exit__(kind, error, at)
        shutil.rmtree(self._folder)
