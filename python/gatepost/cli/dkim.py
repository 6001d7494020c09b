"""gatepost dkim: keys for DKIM, signing and verification of letters in files."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from .. import files
from ..dkim import DkimKey, DkimSigner, verify_arc
from ..dkim import verify as verify_letter
from ..errors import InputError
from .options import DnsTable, read_dns_table
from .output import REFUSED, Json, console, errors, print_json, spoken_errors

app = typer.Typer(help="Keys for DKIM, signing and verification of letters.", no_args_is_help=True)

Letter = Annotated[Path, typer.Argument(help="The letter, a file as .eml; - reads standard input.")]
Domain = Annotated[str, typer.Option("--domain", "-d", help="The domain that signs, d=.")]
Selector = Annotated[str, typer.Option("--selector", "-s", help="The name of the key below the domain, s=.")]
Form = Literal["relaxed", "simple"]


@app.command()
def keygen(
    domain: Domain,
    selector: Selector,
    kind: Annotated[Literal["rsa", "ed25519"], typer.Option(help="rsa is read everywhere, ed25519 is short.")] = "rsa",
    bits: Annotated[int | None, typer.Option(help="The size of an RSA key. Default: 2048")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the key. Default: SELECTOR._domainkey.DOMAIN.pem")
    ] = None,
    zone_file: Annotated[bool, typer.Option(help="The record as a zone file writes it.")] = False,
    as_json: Json = False,
) -> None:
    """Make a key, write it to a new file that only you can read, and show the record to publish."""
    with spoken_errors():
        key = DkimKey.generate(kind, bits)
        signer = DkimSigner(domain, selector, key)
        try:
            path = key.save(out or Path(f"{signer.record_name}.pem"))
        except FileExistsError as error:
            raise InputError(f"{error.filename} is there already; a key that is published is not overwritten") from None
        record = key.dns_record(zone_file=zone_file)
        if as_json:
            print_json({"key": str(path), "name": signer.record_name, "type": "TXT", "value": record})
            return
        # Standard output has the record alone, for ">> zone".
        errors.print(f"key written to {path}; publish:", soft_wrap=True)
        console.print(f"{signer.record_name}. TXT {record}", soft_wrap=True)


@app.command()
def sign(
    letter: Letter,
    domain: Domain,
    selector: Selector,
    key: Annotated[Path, typer.Option("--key", "-k", help="The key, a PEM file.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the signed letter. Default: standard output.")
    ] = None,
    header: Annotated[Form, typer.Option(help="Canonicalization of the headers.")] = "relaxed",
    body: Annotated[Form, typer.Option(help="Canonicalization of the body.")] = "relaxed",
    passphrase: Annotated[
        str, typer.Option(envvar="GATEPOST_KEY_PASSPHRASE", help="Of an encrypted key; better in the environment.")
    ] = "",
) -> None:
    """Write a letter with a DKIM-Signature above it."""
    with spoken_errors():
        signer = DkimSigner(domain, selector, DkimKey.load(key, passphrase), header=header, body=body)
        signed = signer.sign(_read(letter))
        if out is not None:
            out.write_bytes(signed)
        else:
            sys.stdout.buffer.write(signed)
            sys.stdout.buffer.flush()


@app.command()
def verify(letter: Letter, dns: DnsTable = None, as_json: Json = False) -> None:
    """Say of each DKIM-Signature of a letter whether it is good, and of its ARC chain. Exit code 0: one passed."""
    with spoken_errors():
        raw, resolver = _read(letter), read_dns_table(dns)
        results, chain = verify_letter(raw, resolver), verify_arc(raw, resolver)
        if as_json:
            print_json({"dkim": [asdict(one) for one in results], "arc": asdict(chain)})
        else:
            for one in results:
                who = f"{one.selector}._domainkey.{one.domain} {one.algorithm}"
                aligned = "aligned with From" if one.aligned else "not aligned with From"
                words = f"{one.status}: {who}, {aligned}: {one.explanation} ({one.reason})"
                console.print(words, soft_wrap=True)
            if not results:
                console.print("the letter has no DKIM-Signature")
            if chain.status != "none":
                words = f"ARC {chain.status}: {len(chain.sets)} sets {chain.explanation}".rstrip()
                console.print(words, soft_wrap=True)
        if not any(one.passed for one in results):
            raise typer.Exit(REFUSED)


def _read(letter: Path) -> bytes:
    return sys.stdin.buffer.read() if str(letter) == "-" else files.read_bytes(letter)
