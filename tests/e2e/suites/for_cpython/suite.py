"""CPython's test package: Debian's libpython3.11-testsuite, installed or unpacked into build/suites.

Unpacked and not installed: the package asks for the newest Python 3.11, and a test run should not upgrade Python.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..outcomes import Observed
from ..running import FOLDER, HERE, Suite, Unavailable, get, observe_pytest, program

PACKAGE = "libpython3.11-testsuite"
INSIDE = Path("usr/lib/python3.11/test")


def _tests() -> Path:
    """The folder with test_smtplib.py."""
    if sys.version_info[:2] != (3, 11):
        raise Unavailable("the simulated servers stand on smtpd, which Python 3.12 dropped; this needs Python 3.11")
    unpacked = FOLDER / "cpython"
    for folder in (Path("/") / INSIDE, unpacked / INSIDE):
        if (folder / "test_smtplib.py").exists():
            return folder
    get([program("apt-get"), "download", PACKAGE], unpacked)
    [package] = unpacked.glob(f"{PACKAGE}_*.deb")
    get([program("dpkg-deb"), "--extract", str(package), str(unpacked)], unpacked)
    return unpacked / INSIDE


def _version() -> str:
    return ".".join(map(str, sys.version_info[:2]))


def _run_over_mailer() -> tuple[str, list[Observed]]:
    tests = _tests()
    plugin = "suites.for_cpython.plugin"
    return _version(), observe_pytest("cpython", plugin, tests / "test_smtplib.py", SUITES_CPYTHON=str(tests))


def _run_verdicts() -> tuple[str, list[Observed]]:
    plugin = "suites.for_cpython.verdicts_plugin"
    target = HERE / "for_cpython" / "verdicts.py"
    return _version(), observe_pytest("cpython-servers", plugin, target, SUITES_CPYTHON=str(_tests()))


SUITES = (
    Suite("cpython", Path(__file__).with_name("expectations.toml"), _run_over_mailer),
    Suite("cpython-servers", None, _run_verdicts),
)
