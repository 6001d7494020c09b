"""A private Exim, unpacked by tools/dev/peers.sh: own configuration, spool and ports.

Takes mail for example.test and hands it over LMTP to an aiosmtpd in this process, as Postfix does; and delivers letters
for x@<port>.<way>.test to that port of this machine, `way` one of RELAYS.
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

RELAYS = ("plain", "chunking", "tls", "login", "lmtp")

CONFIGURATION = r"""
primary_hostname = exim.test
daemon_smtp_ports = {ports}
local_interfaces = 127.0.0.1
tls_on_connect_ports = {implicit}
spool_directory = /var/spool/exim4
log_file_path = /var/log/%slog
pid_file_path = /var/spool/exim4/exim.pid
deliver_drop_privilege = true
keep_environment =
message_size_limit = 64M
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
queue_run_max = 5
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
chunking_advertise_hosts = *
prdr_enable = true
tls_advertise_hosts = ${{if inlist{{$received_port}}{{{starttls}}}{{*}}{{}}}}
tls_resumption_hosts = *
tls_certificate = /etc/server.pem
tls_privatekey = /etc/server.key
auth_advertise_hosts = ${{if inlist{{$received_port}}{{{login}}}{{*}}{{}}}}
acl_smtp_mail = may_send
acl_smtp_rcpt = may_receive
acl_smtp_data = accept
trusted_users = root

begin acl
may_send:
  deny !authenticated = *
       condition = ${{if inlist{{$received_port}}{{{login}}}}}
       message = 5.7.1 Authentication required
  deny !encrypted = *
       condition = ${{if inlist{{$received_port}}{{{starttls}}}}}
       message = 5.7.0 Must issue a STARTTLS command first
  accept
may_receive:
  deny local_parts = nobody
       domains = {domain}
       message = 5.1.1 No such user here
  accept domains = {domain} : *.test
  deny message = relay not permitted

begin routers
here:
  driver = manualroute
  domains = {domain}
  transport = hand_over
  route_data = {host}
  self = send
{routers}
begin transports
hand_over:
  driver = smtp
  protocol = lmtp
  port = {lmtp_port}
to_plain:
  driver = smtp
  hosts_avoid_tls = *
  hosts_try_chunking =
to_chunking:
  driver = smtp
  hosts_avoid_tls = *
  hosts_try_chunking = *
to_tls:
  driver = smtp
  hosts_require_tls = *
  tls_verify_certificates = /etc/ca.pem
  tls_verify_hosts = *
  tls_verify_cert_hostnames =
to_login:
  driver = smtp
  hosts_require_tls = *
  hosts_require_auth = *
to_lmtp:
  driver = smtp
  protocol = lmtp
  port = ${{extract{{1}}{{.}}{{$domain}}}}

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
  client_send = ^{user}^{password}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
  client_send = : {user} : {password}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{user}}}{{{password}}}fail}}
  server_set_id = $auth1
  client_name = {user}
  client_secret = {password}
"""


ROUTER = r"""
{way}:
  driver = manualroute
  domains = \N^\d+\.{way}\.test$\N
  transport = to_{way}
  route_data = {host}::${{extract{{1}}{{.}}{{$domain}}}}
  self = send
"""


class Exim(Peer):
    """A running Exim: `.url()`, `.inbox` (what it delivered), `.log()`."""

    name = "exim"
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._package = built("exim") / "root"
        self._certificates = certificates
        need_root_folder("Exim")
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-exim-"))
        self._folder.chmod(0o755)
        self._lmtp = AiosmtpdServer(LmtpController, self.inbox)
        self._doors = {(tls, login): free_port() for tls in (None, "starttls", "implicit") for login in (False, True)}

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        return self._doors[tls, login]

    def log(self) -> str:
        """What Exim logged, its panics included."""
        return "".join(path.read_text(errors="replace") for path in sorted((self._folder / "var" / "log").iterdir()))

    def _configure(self) -> PrivateRoot:
        root = PrivateRoot(self._folder, self._package, ["/usr/sbin/exim4"], {"Debian-exim": "/"})
        root.make("/var/spool/exim4", 0o750, "Debian-exim")
        root.make("/var/log", 0o750, "Debian-exim")
        files = {
            "server.pem": self._certificates.server,
            "server.key": self._certificates.key,
            "ca.pem": self._certificates.ca,
        }
        for name, source in files.items():
            shutil.copyfile(source, self._folder / "etc" / name)
            (self._folder / "etc" / name).chmod(0o644)

        def ports(*wanted: tuple[str | None, bool]) -> str:
            return " : ".join(str(self._doors[door]) for door in wanted)

        (root.make("/etc/exim4", 0o755) / "exim4.conf").write_text(
            CONFIGURATION.format(
                routers="".join(ROUTER.format(way=way, host=HOST) for way in RELAYS),
                host=HOST,
                domain=DOMAIN,
                user=LOGIN,
                password=PASSWORD,
                lmtp_port=self._lmtp.port,
                ports=ports(*self._doors),
                implicit=ports(("implicit", False), ("implicit", True)),
                starttls=ports(("starttls", False), ("starttls", True)),
                login=ports((None, True), ("starttls", True), ("implicit", True)),
            )
        )
        return root

    def __enter__(self) -> Exim:
        root = self._configure()
        self._lmtp.__enter__()
        self._process = root.start(["/usr/sbin/exim4", "-bdf", "-q1s"], self._folder / "var" / "log" / "output")
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
