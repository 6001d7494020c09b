"""What a measurement must say about where it was made."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _field(path: str, key: str) -> str:
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def facts() -> dict[str, object]:
    """Processor, memory, system, versions of both sides, and how busy the machine was before the run."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _field("/proc/meminfo", "MemTotal"),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _output("git", "describe", "--always", "--dirty"),
        "gatepost": version("gatepost"),
        "aiosmtplib": version("aiosmtplib"),
        "aiosmtpd": version("aiosmtpd"),
        "dkimpy": version("dkimpy"),
        "django-mailer": version("django-mailer"),
        "mail-parser": version("mail-parser"),
        "openssl": _output("openssl", "version"),
        "go": _output("go", "version"),
        "node": _output("node", "--version"),
        "postfix": _output("postconf", "-dh", "mail_version"),
    }
