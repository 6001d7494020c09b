"""The HTTP door of a sink: where it is, whom it lets in, how it ends."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys

import httpx
import pytest

import gatepost as gp

MESSAGES = "/api/v1/messages"


def test_it_ends_with_the_sink() -> None:
    with gp.Sink(http=True) as sink:
        url = sink.http_url
        assert httpx.get(f"{url}/livez").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez")
    assert sink.letters == []


async def test_an_async_sink_has_one() -> None:
    async with gp.AsyncSink(http=True) as sink, httpx.AsyncClient(base_url=sink.http_url) as client:
        assert (await client.get(MESSAGES)).json()["total"] == 0


def test_without_http_there_is_none(make_sink) -> None:
    sink = make_sink()
    assert (sink.http_url, sink.http_token) == ("", None)


def test_nothing_of_it_is_loaded_without_http() -> None:
    heavy = "{'starlette', 'uvicorn', 'asyncio', 'polars', 'websockets'} & set(sys.modules)"
    code = f"import sys, gatepost as gp\nwith gp.Sink() as sink: pass\nprint({heavy})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"http: .*127.0.0.1:{port}"):
            gp.Sink(http=gp.SinkHttp(port=port))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": 70000}, "http.port takes"),
        ({"host": 5}, "http.host takes a str"),
        ({"token": ""}, "http.token takes ASCII text, not a str"),
        ({"token": "ключ"}, "http.token takes ASCII text, not a str"),
        ({"allowed_hosts": 5}, "http.allowed_hosts takes"),
    ],
)
def test_an_option_that_is_wrong_is_named(given, words) -> None:
    with pytest.raises(gp.InputError, match=words):
        gp.SinkHttp(**given)


@pytest.mark.parametrize("given", ["8025", 8025, {}])
def test_http_takes_true_or_options(given) -> None:
    with pytest.raises(gp.InputError, match="sink: http takes True, or a SinkHttp"):
        gp.Sink(http=given)


def test_the_token_is_in_no_repr() -> None:
    assert "s3cret" not in repr(gp.SinkHttp(token="s3cret"))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "localhost.evil"])
def test_a_name_of_a_stranger_is_refused(http: httpx.Client, host: str) -> None:
    answer = http.get(MESSAGES, headers={"Host": host})
    assert (answer.status_code, "Host" in answer.text) == (403, True)


@pytest.mark.parametrize("host", ["localhost:1", "LOCALHOST", "app.localhost", "[::1]:80", "192.0.2.1:8025"])
def test_names_and_addresses_of_this_machine_are_let_in(http: httpx.Client, host: str) -> None:
    assert http.get(MESSAGES, headers={"Host": host}).status_code == 200


def test_a_host_that_is_allowed_is_let_in() -> None:
    with gp.Sink(http=gp.SinkHttp(allowed_hosts=["Mail"])) as sink:
        assert httpx.get(f"{sink.http_url}{MESSAGES}", headers={"Host": "mail:8025"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://[bad"])
def test_another_origin_is_refused(http: httpx.Client, origin: str) -> None:
    assert http.delete(MESSAGES, headers={"Origin": origin}).status_code == 403


def test_the_own_origin_is_let_in(http: httpx.Client, http_sink: gp.Sink) -> None:
    assert http.get(MESSAGES, headers={"Origin": http_sink.http_url}).status_code == 200


def test_with_a_token_nobody_comes_in_without() -> None:
    with gp.Sink(http=gp.SinkHttp(token="s3cret")) as sink, httpx.Client(base_url=sink.http_url) as client:
        refused = client.get(MESSAGES)
        assert (refused.status_code, refused.headers["www-authenticate"][:5]) == (401, "Basic")
        basic = base64.b64encode(b"s3cret").decode()
        for authorization in ("Bearer wrong", "s3cret", "Basic !!", f"Basic {basic}", "Bearer", "Digest s3cret"):
            assert client.get(MESSAGES, headers={"Authorization": authorization}).status_code == 401
        assert client.get(MESSAGES, headers={"Authorization": "Bearer s3cret"}).status_code == 200
        assert client.get(MESSAGES, auth=("anybody", "s3cret")).status_code == 200


def test_probes_need_no_token() -> None:
    with gp.Sink(http=gp.SinkHttp(token="s3cret")) as sink:
        assert [httpx.get(f"{sink.http_url}/{probe}").status_code for probe in ("livez", "readyz")] == [200, 200]


def test_without_its_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(gp.InputError, match=r"http: .*uvicorn.*pip install 'gatepost\[web\]'"):
        gp.Sink(http=True)


def test_away_from_loopback_a_token_is_made() -> None:
    with gp.Sink(http=gp.SinkHttp(host="0.0.0.0")) as sink:
        assert sink.http_token
        assert httpx.get(sink.http_url + MESSAGES).status_code == 401
        assert httpx.get(sink.http_url + MESSAGES, auth=("x", sink.http_token)).status_code == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(http: httpx.Client) -> None:
    answer = http.put(MESSAGES, content=b" " * ((5 << 20) + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (MESSAGES, "{"),
        (MESSAGES, "[1]"),
        (MESSAGES, '{"IDs": "1"}'),
        (MESSAGES, '{"IDs": [1]}'),
        (MESSAGES, '{"Read": 5}'),
        (MESSAGES, '{"Search": 5}'),
        (MESSAGES, "[" * 100_000),
        ("/api/v1/tags", '{"Tags": 5}'),
        ("/api/v1/tags/x", '{"Name": 5}'),
        ("/api/v1/chaos", '{"Sender": 5}'),
        ("/api/v1/chaos", '{"Sender": {"ErrorCode": "451"}}'),
        ("/api/v1/chaos", '{"Sender": {"Probability": true}}'),
    ],
)
def test_a_body_that_makes_no_sense_is_answered_with_400(http: httpx.Client, path: str, body: str) -> None:
    assert http.put(path, content=body).status_code == 400


@pytest.mark.parametrize("path", ["/..%2f..%2fetc/passwd", "/api/v1/message/..%2f1", "/view/..%2f1.html", "/api"])
def test_what_is_not_there_is_a_404(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_answers_forbid_all_that_a_page_could_do(http: httpx.Client, send) -> None:
    send("page", headers="MIME-Version: 1.0\r\nContent-Type: text/html\r\n", body="<script>alert(1)</script>")
    for path in ("/view/latest.html", "/api/v1/message/latest", "/api/v1/message/latest/raw"):
        headers = http.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "sandbox" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_page_among_the_parts_is_saved_and_never_shown(http: httpx.Client, send) -> None:
    kind = 'MIME-Version: 1.0\r\nContent-Type: text/html; name="x.html"\r\nContent-Disposition: attachment\r\n'
    send("page", headers=kind, body="<script>alert(1)</script>")
    answer = http.get("/api/v1/message/latest/part/0")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_file_name_cannot_add_headers(http: httpx.Client, send) -> None:
    head = "MIME-Version: 1.0\r\nContent-Type: image/png; name*=utf-8''a%0d%0aX-Evil:%201%22\r\n"
    head += "Content-Disposition: inline\r\n"
    send("file", headers=head, body="x")
    answer = http.get("/api/v1/message/latest/part/0")
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers


def test_the_root_leads_to_the_description(http: httpx.Client) -> None:
    assert http.get("/", follow_redirects=True).json()["openapi"] == "3.1.0"
