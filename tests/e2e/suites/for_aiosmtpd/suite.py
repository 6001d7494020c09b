"""aiosmtpd's tests come with the package, at the version that tools/dev/requirements/lock.txt pins."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
from pathlib import Path

from ..outcomes import Observed
from ..running import Suite, Unavailable, observe_pytest


def _run() -> tuple[str, list[Observed]]:
    try:
        version = importlib.metadata.version("aiosmtpd")
    except importlib.metadata.PackageNotFoundError:
        raise Unavailable("aiosmtpd is not installed") from None
    tests = Path(str(importlib.resources.files("aiosmtpd"))) / "tests"
    return version, observe_pytest("aiosmtpd", "suites.for_aiosmtpd.plugin", tests)


SUITE = Suite("aiosmtpd", Path(__file__).with_name("expectations.toml"), _run)
