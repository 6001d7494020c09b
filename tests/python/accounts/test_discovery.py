"""Where a server is found by an address alone: presets, MX, SRV records, and what the DNS is not trusted with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.accounts.discovery import find_server
from gatepost.cli import app

SRV = "_submission._tcp.example.com SRV"
SRVS = "_submissions._tcp.example.com SRV"
MX = "example.com MX"


def found(table: dict[Any, Any], address: str = "ivan@example.com") -> dict[str, Any]:
    return find_server(address, gp.dns.TableResolver(table)).settings


def of(host: str, port: int, security: str) -> dict[str, Any]:
    return {"host": host, "port": port, "security": security}


@pytest.mark.parametrize(
    ("table", "settings"),
    [
        ({MX: "10 mx.yandex.net", SRVS: "0 1 465 smtp.example.com"}, {"preset": "yandex"}),
        ({MX: "10 mx00.gmx.net"}, {"preset": "gmx"}),
        ({MX: "10 mail.example.com", SRVS: "0 1 465 smtp.example.com"}, of("smtp.example.com", 465, "tls")),
        ({SRV: "0 1 587 smtp.example.com."}, of("smtp.example.com", 587, "starttls")),
        (
            {SRV: "0 1 587 plain.example.com", SRVS: "0 1 465 tls.example.com"},
            of("tls.example.com", 465, "tls"),
        ),
        (
            {SRV: "0 1 587 first.example.com", SRVS: "10 1 465 second.example.com"},
            of("first.example.com", 587, "starttls"),
        ),
        (
            {SRVS: ["20 9 465 c.example.com", "10 1 465 b.example.com", "10 5 2465 a.example.com"]},
            of("a.example.com", 2465, "tls"),
        ),
        ({SRVS: "0 0 0 .", SRV: "0 1 587 smtp.example.com"}, of("smtp.example.com", 587, "starttls")),
        ({SRVS: "0 0 0 ."}, {}),
        ({SRVS: "0 1 0 smtp.example.com"}, {}),
        ({}, {}),
    ],
)
def test_the_first_that_knows_decides(table: dict[str, Any], settings: dict[str, Any]) -> None:
    assert found(table) == settings


def test_the_domain_of_a_preset_needs_no_dns() -> None:
    assert found({"mail.ru MX": None}, "ivan@mail.ru") == {"preset": "mail.ru"}


def test_a_dns_that_does_not_answer_for_mx_is_still_asked_for_srv() -> None:
    assert found({MX: None, SRVS: "0 1 465 smtp.example.com"}) == of("smtp.example.com", 465, "tls")
    silent = find_server("ivan@example.com", gp.dns.TableResolver({MX: None, SRVS: None}))
    assert silent.settings == {} and "MX of example.com" in silent.trouble and "SRV of" in silent.trouble


@pytest.mark.parametrize("host", ["smtp.evil.example", "notexample.com", "example.com.evil.net"])
def test_a_host_of_another_domain_needs_a_person(host: str) -> None:
    server = find_server("ivan@example.com", gp.dns.TableResolver({SRVS: f"0 1 465 {host}"}))
    assert server.elsewhere == host


def test_the_command_takes_what_is_found_and_says_so(tmp_path: Path) -> None:
    def add(table: dict[str, Any]) -> Any:
        (tmp_path / "dns.json").write_text(json.dumps(table))
        dns = ("--dns", str(tmp_path / "dns.json"), "--no-check", "--password-stdin")
        return CliRunner().invoke(app, ["account", "add", "news", "--login", "ivan@example.com", *dns], input="x\n")

    refused = add({SRVS: "0 1 465 smtp.evil.example"})
    assert refused.exit_code == 2 and list(gp.accounts) == []
    assert "pass --host smtp.evil.example --port 465 --security tls" in refused.output
    assert "where is its server?" in add({}).output
    added = add({SRVS: "0 1 465 smtp.example.com"})
    assert added.exit_code == 0, added.output
    assert "letters are handed in at smtp.example.com:465 (tls)" in added.output
    account = gp.AccountsFile().entry("news").account
    assert (account.host, account.port, account.security) == ("smtp.example.com", 465, "implicit_tls")


@pytest.mark.parametrize("record", ["0 1 465", "a 1 465 h", "0 1 465 h x", ""])
def test_a_table_takes_srv_records_alone(record: str) -> None:
    with pytest.raises(gp.InputError, match="SRV records"):
        gp.dns.TableResolver({SRV: record})
