"""gatepost domain: whether a domain is set up to send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ..dkim import DkimSigner
from ..domains import Finding
from ..domains import check as check_domain
from ..errors import InputError
from .options import DnsTable, read_dns_table
from .output import REFUSED, Json, console, print_json, spoken_errors

app = typer.Typer(help="What the DNS says about mail from a domain.", no_args_is_help=True)

_COLOURS = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "bold red", "unknown": "magenta"}


@app.callback()
def _domain() -> None:
    pass


@app.command()
def check(
    domain: Annotated[str, typer.Argument(help="The domain that letters come from.")],
    include: Annotated[
        str | None, typer.Option(help="What its SPF record must include for the provider that sends: spf.sendsay.ru.")
    ] = None,
    selector: Annotated[
        list[str] | None, typer.Option("--selector", "-s", help="A DKIM selector to look at; several may be given.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", "-k", help="SELECTOR=FILE: the key that signs, to be held against what is published."),
    ] = None,
    ip: Annotated[
        list[str] | None, typer.Option(help="An address that sends, to see whether its name leads back to it.")
    ] = None,
    dns: DnsTable = None,
    as_json: Json = False,
) -> None:
    """Check SPF, DKIM, DMARC, MX, MTA-STS, TLS-RPT and PTR, and show the records for the zone file.

    Exit code 0: nothing will make servers refuse its letters.
    """
    with spoken_errors():
        signers = [_signer(domain, given) for given in key or ()]
        report = check_domain(domain, include, selector or (), signers, ip=ip or (), resolver=read_dns_table(dns))
        if as_json:
            print_json(report.to_dict())
        else:
            for finding in report.findings:
                _show(finding)
            console.print(f"{report.domain} is {'' if report.ok else 'not '}ready to send")
        if not report.ok:
            raise typer.Exit(REFUSED)


def _signer(domain: str, given: str) -> DkimSigner:
    selector, equals, path = given.partition("=")
    if not equals:
        raise InputError(f"--key {given!r}: write SELECTOR=FILE")
    return DkimSigner(domain, selector, Path(path))


def _show(finding: Finding) -> None:
    head, *rest = str(finding).split("\n")
    before, mark, message = head.partition(f"{finding.severity}:")
    console.print(Text.assemble(before, (mark, _COLOURS[finding.severity]), message), soft_wrap=True)
    for line in rest:
        console.print(line, soft_wrap=True)
