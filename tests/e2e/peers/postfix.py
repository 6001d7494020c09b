"""A private Postfix: own configuration, queue and ports, the machine's own Postfix is never touched.

It takes mail for example.test and hands it over LMTP to an aiosmtpd in this process, where tests read it: what arrives
there has been through Postfix's smtpd, cleanup, queue and delivery agent. As a client it delivers letters for
x@<port>.<way>.test to that port of this machine, `way` one of RELAYS. Runs as root only, as Postfix demands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from .availability import find_program, unavailable
from .certificates import Certificates
from .peer import DOMAIN, LOGIN, PASSWORD, Peer
from .ports import HOST, free_port, wait_for_greeting
from .private import stop
from .server import AiosmtpdServer, LmtpController

# How Postfix delivers, by the second label of the recipient's domain: the service in master.cf and its options.
RELAYS = {
    "plain": ("smtp", ""),
    "tls": ("smtp", "-o smtp_tls_security_level=secure -o smtp_tls_secure_cert_match=nexthop"),
    "wrapped": ("smtp", "-o smtp_tls_security_level=encrypt -o smtp_tls_wrappermode=yes"),
    "login": ("smtp", "-o smtp_tls_security_level=encrypt -o smtp_sasl_auth_enable=yes"),
    "lmtp": ("lmtp", ""),
    "xforward": ("smtp", "-o smtp_send_xforward_command=yes"),
}

MAIN_CF = """\
compatibility_level = 3.6
myhostname = mx.{domain}
mydestination =
mynetworks_style = host
inet_interfaces = 127.0.0.1
inet_protocols = all
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
relay_domains = regexp:{folder}/etc/relays
smtpd_recipient_restrictions =
    check_recipient_access inline:{{nobody@{domain}=REJECT}}, check_recipient_access regexp:{folder}/etc/relays
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_cert_file = {certificates.server}
smtpd_tls_key_file = {certificates.key}
smtpd_sasl_local_domain = {domain}
broken_sasl_auth_clients = yes
smtp_tls_CAfile = {certificates.ca}
smtp_sasl_password_maps = regexp:{folder}/etc/secrets
smtp_sasl_security_options =
smtp_host_lookup = native
smtputf8_enable = yes
smtputf8_autodetect_classes = all
message_size_limit = 67108864
mailbox_size_limit = 0
virtual_mailbox_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""

# name type private unpriv chroot wakeup maxproc command
MASTER_CF = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""

SASL_CONF = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/users
mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512
"""

_TLS = {None: "", "starttls": "-o smtpd_tls_security_level=encrypt", "implicit": "-o smtpd_tls_wrappermode=yes"}
_LOGIN = "-o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject"


class Postfix(Peer):
    """A running Postfix: `.url()`, `.inbox` (what it delivered), `.log()`, and the ports of its special doors."""

    name = "postfix"
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"})

    def __init__(self, certificates: Certificates) -> None:
        super().__init__()
        self._program = find_program("postfix")
        where = subprocess.run([find_program("postconf"), "-dh", "daemon_directory"], check=True, capture_output=True)
        self._master = f"{where.stdout.decode().strip()}/master"
        if os.geteuid() != 0:
            unavailable("Postfix can be started by root only")
        self._certificates = certificates
        # Not under pytest's tmp_path: the user postfix must be able to walk there, and sockets want short paths.
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-postfix-"))
        self._folder.chmod(0o755)
        self._lmtp = AiosmtpdServer(LmtpController, self.inbox)
        doors = {(tls, login): f"{_TLS[tls]} {_LOGIN if login else ''}" for tls in _TLS for login in (False, True)}
        self._doors = {door: (free_port(), options) for door, options in doors.items()}
        special = {
            "xclient": "-o smtpd_authorized_xclient_hosts=127.0.0.1",
            "proxy": "-o smtpd_upstream_proxy_protocol=haproxy",
            "bare": "-o smtpd_discard_ehlo_keywords=pipelining,size,8bitmime,dsn,chunking,enhancedstatuscodes,smtputf8",
            "client_certificate": "-o smtpd_tls_security_level=encrypt -o smtpd_tls_req_ccert=yes"
            f" -o smtpd_tls_CAfile={certificates.ca}",
        }
        self._special = {door: (free_port(), options) for door, options in special.items()}

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        return self._doors[tls, login][0]

    def special_port(self, door: str) -> int:
        """xclient, proxy, bare (no extension at all) or client_certificate."""
        return self._special[door][0]

    def log(self) -> str:
        """What Postfix logged."""
        return (self._folder / "mail.log").read_text(errors="replace")

    def _configure(self) -> None:
        for name in ("etc", "queue", "data"):
            (self._folder / name).mkdir()
        shutil.chown(self._folder / "data", "postfix")
        settings = {"domain": DOMAIN, "folder": self._folder, "lmtp_port": self._lmtp.port}
        settings["certificates"] = self._certificates
        etc = self._folder / "etc"
        (etc / "main.cf").write_text(MAIN_CF.format(**settings))
        doors = [*self._doors.values(), *self._special.values()]
        services = "".join(f"{HOST}:{port} inet n - n - - smtpd {options}\n" for port, options in doors)
        services += "".join(f"to-{way} unix - - n - - {agent} {how}\n" for way, (agent, how) in RELAYS.items())
        (etc / "master.cf").write_text(MASTER_CF + services)
        (etc / "secrets").write_text(f"/./ {LOGIN}:{PASSWORD}\n")
        # FILTER and not transport_maps, which take no port out of a name; it holds for all recipients of a letter.
        relays = (rf"/^(.*@)?([0-9]+)\.{way}\.test$/ FILTER to-{way}:[{HOST}]:$2" for way in RELAYS)
        (etc / "relays").write_text("\n".join(relays) + "\n")
        (etc / "sasl").mkdir()  # where Debian's Postfix looks
        (etc / "sasl" / "smtpd.conf").write_text(SASL_CONF.format(**settings))
        users = self._folder / "users"
        user, _, realm = LOGIN.partition("@")
        command = [find_program("saslpasswd2"), "-p", "-c", "-f", str(users), "-u", realm, user]
        subprocess.run(command, input=PASSWORD.encode(), check=True, timeout=20)
        shutil.chown(users, "postfix")

    def __enter__(self) -> Postfix:
        self._configure()
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
            wait_for_greeting(self.port(), self._process)
        except BaseException as error:
            error.add_note(self.log() if (self._folder / "mail.log").exists() else "no log was written")
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        stop(self._process)
        self._lmtp.__exit__(kind, error, at)
        shutil.rmtree(self._folder)
