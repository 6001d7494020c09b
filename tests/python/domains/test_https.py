"""Files over HTTPS, from a server of ours whose authority the test trusts."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gatepost import _core
from gatepost.domains import https
from gatepost.domains.https import fetch_over_https


class _Pages(BaseHTTPRequestHandler):
    """`/slow` and `/slow-header` give a byte now and then until the client has gone."""

    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            self.drip()
            return
        status = {"/moved": 301, "/missing": 404}.get(self.path, 200)
        body = b"x" * (70_000 if self.path == "/large" else 5)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/policy")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if self.path == "/slow-header" else b"\r\n"))
        pause = threading.Event()
        try:
            while True:
                self.wfile.write(b"x")
                pause.wait(0.02)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def authority(tmp_path: Path) -> _core.CertificatePair:
    return _core.make_authority("gatepost tests", 1)


@pytest.fixture
def site(authority: _core.CertificatePair, tmp_path: Path) -> Iterator[str]:
    made = _core.make_server_certificate(authority, ["127.0.0.1"], 1)
    pem = tmp_path / "server.pem"
    pem.write_text(made["certificate_pem"] + made["key_pem"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def trusted(authority: _core.CertificatePair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(authority["certificate_pem"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.mark.usefixtures("trusted")
def test_a_file_is_fetched_as_it_is(site: str) -> None:
    assert fetch_over_https(f"{site}/policy") == b"xxxxx"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("page", "words"), [("/moved", "301"), ("/missing", "404"), ("/large", "more than 65536")])
def test_redirects_errors_and_files_without_end_are_no_file(site: str, page: str, words: str) -> None:
    with pytest.raises((OSError, ValueError), match=words):
        fetch_over_https(site + page)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("page", ["/slow", "/slow-header"])
def test_a_byte_now_and_then_does_not_keep_it_beyond_its_seconds(
    site: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "_SECONDS", 0.4)
    with pytest.raises(OSError, match=r"took over|timed out"):
        fetch_over_https(site + page)


def test_a_certificate_of_an_unknown_authority_is_refused(site: str) -> None:
    with pytest.raises(OSError, match="certificate verify failed"):
        fetch_over_https(f"{site}/policy")


def test_a_site_that_nobody_serves_is_said_in_words(unused_tcp_port: int) -> None:
    with pytest.raises(OSError, match="refused"):
        fetch_over_https(f"https://127.0.0.1:{unused_tcp_port}/")


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_what_is_not_https_is_not_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        fetch_over_https(url)
