"""One round of the DKIM bench: `python dkim_round.py WHO sign|verify rsa|ed25519`, JSON to stdout. One core, 10 KB
letters, one call a letter; WHO is gatepost, dkimpy or mailauth (node)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dkim

import gatepost as gp
from bench_keys import DOMAIN, RECORD, SELECTOR, BenchKey, bench_key
from letters import sample

LETTERS = {"gatepost": 3_000, "dkimpy": 200, "mailauth": 500}
NODE = Path(__file__).resolve().parents[2] / "build" / "bench" / "node"


def ours(key: BenchKey, raw: bytes, verify: bool) -> Callable[[], object]:
    signer = key.signer()
    if not verify:
        return lambda: signer.sign(raw)
    signed, records = signer.sign(raw), {RECORD: [key.record]}
    assert gp.dkim.verify(signed, records)[0].passed
    return lambda: gp.dkim.verify(signed, records)


def dkimpy(key: BenchKey, raw: bytes, verify: bool) -> Callable[[], object]:
    algorithm, private = key.algorithm.encode(), key.for_dkimpy
    how = {"canonicalize": (b"relaxed", b"relaxed"), "signature_algorithm": algorithm}
    if not verify:
        return lambda: dkim.sign(raw, SELECTOR.encode(), DOMAIN.encode(), private, **how)
    signed, record = key.signer().sign(raw), key.record.encode()
    look_up = lambda name, timeout=5: record  # noqa: E731
    assert dkim.verify(signed, dnsfunc=look_up)
    return lambda: dkim.verify(signed, dnsfunc=look_up)


def mailauth(key: BenchKey, raw: bytes, verify: bool) -> float:
    """Letters a second, by its own clock."""
    letter = key.signer().sign(raw) if verify else raw
    task = {
        "letter": letter.decode("latin-1"),
        "verify": verify,
        "count": LETTERS["mailauth"],
        "domain": DOMAIN,
        "selector": SELECTOR,
        "key": key.pem,
        "algorithm": key.algorithm,
        "record": key.record,
    }
    command = ["node", str(NODE / "dkim.js")]
    result = subprocess.run(command, input=json.dumps(task), text=True, check=True, stdout=subprocess.PIPE)
    return task["count"] / float(json.loads(result.stdout)["seconds"])


def main() -> None:
    who, what, kind = sys.argv[1:]
    key, raw, verify = bench_key(kind), sample("10k"), what == "verify"
    if who == "mailauth":
        rate = mailauth(key, raw, verify)
    else:
        one = {"gatepost": ours, "dkimpy": dkimpy}[who](key, raw, verify)
        one()
        begin = time.perf_counter()
        for _ in range(LETTERS[who]):
            one()
        rate = LETTERS[who] / (time.perf_counter() - begin)
    print(json.dumps({"letters_per_second": rate, "letter_bytes": len(raw)}))


if __name__ == "__main__":
    main()
