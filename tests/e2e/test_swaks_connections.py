"""swaks against our sink: families of addresses, ports, sockets, and who may come."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

import gatepost as gp
from peers.peer import LOGIN, PASSWORD
from peers.swaks import NO_GREETING, REFUSED_MAIL, MakeSink, RunSwaks

# Between standard input and output and the sink; a program that ends with its input.
RELAY = """#!{python}
import os, socket, threading
server = socket.create_connection(("127.0.0.1", {port}))
def back():
    while data := server.recv(65536):
        os.write(1, data)
threading.Thread(target=back, daemon=True).start()
while data := os.read(0, 65536):
    server.sendall(data)
"""


def test_ipv6(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(host="::1")
    run_swaks(sink, "--server", "::1")
    assert sink.wait(1)[0].session.client[0] == "::1"


@pytest.mark.parametrize(("option", "host"), [("-4", "127.0.0.1"), ("-6", "::1")])
def test_family_of_addresses(make_sink: MakeSink, run_swaks: RunSwaks, option: str, host: str) -> None:
    sink = make_sink(host=host)
    run_swaks(sink, "--server", host, option)
    assert sink.wait(1)[0].session.client[0] == host


def test_program_as_the_connection(make_sink: MakeSink, run_swaks: RunSwaks, tmp_path: Path) -> None:
    sink = make_sink()
    program = tmp_path / "relay"
    program.write_text(RELAY.format(python=sys.executable, port=sink.port))
    program.chmod(0o755)
    run_swaks(sink, "--pipe", str(program))
    sink.wait(1)


def test_source_port(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = make_sink()
    run_swaks(sink, "--local-interface", "127.0.0.1", "--local-port", str(port))
    assert sink.wait(1)[0].session.client == ("127.0.0.1", port)


@pytest.mark.parametrize("name", ["[192.0.2.1]", "[IPv6:2001:db8::1]", "xn--e1afmkfd.example"])
def test_name_to_say_hello_with(make_sink: MakeSink, run_swaks: RunSwaks, name: str) -> None:
    sink = make_sink()
    run_swaks(sink, "--ehlo", name)
    assert f"C: EHLO {name}\n" in sink.wait(1)[0].session.transcript.replace("\r", "")


def test_unix_socket(make_sink: MakeSink, run_swaks: RunSwaks, tmp_path: Path) -> None:
    path = tmp_path / "s"
    sink = make_sink(unix_path=str(path))
    run_swaks(sink, "--socket", str(path))
    sink.wait(1)


def test_source_address(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(access=gp.SinkAccess(allow=["127.0.0.2"]))
    run_swaks(sink, "--local-interface", "127.0.0.2")
    assert sink.wait(1)[0].session.client[0] == "127.0.0.2"
    said = run_swaks(sink, "--local-interface", "127.0.0.3", code=NO_GREETING)
    assert "554 5.7.1" in said


def test_no_login_from_a_trusted_network(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, access=gp.SinkAccess(no_auth_from=["127.0.0.2/32"]))
    run_swaks(sink, "--local-interface", "127.0.0.2")
    run_swaks(sink, "--local-interface", "127.0.0.3", code=REFUSED_MAIL)
    assert len(sink.letters) == 1
