"""pytest plugin (-p suites.for_cpython.plugin): smtplib.SMTP sends through gatepost.

SUITES_CPYTHON names the folder of CPython's test package, which Debian packs apart from Python.
"""

from __future__ import annotations

import os
import smtplib
import warnings

import pytest
import test

from ..recorder import Recorder, add_option
from . import smtplib_over_mailer

warnings.simplefilter("ignore", DeprecationWarning)  # smtpd and asyncore, of which the simulated servers are made
test.__path__.append(os.environ["SUITES_CPYTHON"])
smtplib.SMTP = smtplib_over_mailer.MailerSMTP

pytest_addoption = add_option


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Recorder(config.getoption("--observed"), lambda: smtplib_over_mailer.contacts, []))
