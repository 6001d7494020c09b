"""Mail clients of others, all asked the same way: `CLIENTS[name]().send(delivery)`."""

from __future__ import annotations

from .client_libraries import Aiosmtplib, Smtplib
from .client_programs import Curl, GoNetSmtp, Lettre, Msmtp, NetSmtp, NodemailerClient, PhpMailer, Swaks
from .delivery import Client

CLIENTS: dict[str, type[Client]] = {
    "smtplib": Smtplib,
    "aiosmtplib": Aiosmtplib,
    "swaks": Swaks,
    "nodemailer": NodemailerClient,
    "curl": Curl,
    "msmtp": Msmtp,
    "phpmailer": PhpMailer,
    "net_smtp_perl": NetSmtp,
    "net_smtp_go": GoNetSmtp,
    "lettre": Lettre,
}
