"""The suite of openspf.org for RFC 7208, of which pyspf's source package at PyPI holds the last release."""

from __future__ import annotations

import hashlib
import sys
import tarfile
from typing import Any

import yaml

from gatepost.domains import check_spf

from ..outcomes import Observed
from ..running import FOLDER, Suite, Unavailable, get
from .zone import Zone

VERSION = "2.0.14"
DIGEST = "57a7ef01bda090173aafb6af0106251686ed73f03db4e911fcd34c57fc347186"
PLACE = FOLDER / "pyspf"


def _fetched() -> str:
    path = PLACE / f"pyspf-{VERSION}.tar.gz"
    if not path.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        get([*command, "--no-build-isolation", "--dest", str(PLACE), f"pyspf=={VERSION}"], PLACE)
    if hashlib.sha256(path.read_bytes()).hexdigest() != DIGEST:
        raise Unavailable(f"{path} is not the package that was looked at")
    with tarfile.open(path) as package:
        file = package.extractfile(f"pyspf-{VERSION}/test/rfc7208-tests.yml")
        return file.read().decode() if file is not None else ""


def _observe(scenario: str, name: str, test: dict[str, Any], zone: Zone) -> Observed:
    seen = check_spf(test["host"], str(test["mailfrom"] or ""), test["helo"], zone)
    allowed = test["result"] if isinstance(test["result"], list) else [test["result"]]
    wanted = test.get("explanation")
    words = "" if wanted in (None, "DEFAULT") else wanted
    explained = wanted is None or seen.explanation.lower() == words.lower()
    detail = f"{seen.result}, {seen.explanation!r}: {seen.reason}; wanted {allowed}, {wanted!r}"
    return Observed(f"{scenario}/{name}", seen.result in allowed and explained, True, detail)


def _run() -> tuple[str, list[Observed]]:
    observed = []
    for scenario in yaml.safe_load_all(_fetched()):
        zone = Zone(scenario["zonedata"])
        observed += [_observe(scenario["description"], name, test, zone) for name, test in scenario["tests"].items()]
    return VERSION, observed


SUITE = Suite("rfc7208", None, _run)
