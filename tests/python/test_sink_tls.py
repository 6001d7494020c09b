"""A sink's certificates: made or given, by name, changed while it runs, and those of its clients."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from sink_talk import LETTER

import gatepost as gp
from gatepost import _core

MakeSink = Callable[..., gp.Sink]


def authority() -> _core.CertificatePair:
    return _core.make_authority("test authority", 1)


def server_pair(ca: _core.CertificatePair, *names: str) -> tuple[str, str]:
    made = _core.make_server_certificate(ca, names, 1)
    return made["certificate_pem"], made["key_pem"]


def secure_socket(
    port: int, context: ssl.SSLContext, name: str, session: ssl.SSLSession | None = None
) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    try:
        return context.wrap_socket(plain, server_hostname=name, session=session)
    except BaseException:
        plain.close()
        raise


def shown_to(port: int, context: ssl.SSLContext, name: str) -> dict[str, object]:
    """The certificate that a sink with implicit TLS shows to who asks for a name, verified."""
    with secure_socket(port, context, name) as secure:
        return dict(secure.getpeercert() or {})


def names_in(certificate: dict[str, object]) -> list[str]:
    names = certificate["subjectAltName"]
    assert isinstance(names, tuple)
    return [name for _, name in names]


def test_its_context_is_all_that_pythons_client_needs(make_sink: MakeSink) -> None:
    sink = make_sink(tls="implicit")
    with smtplib.SMTP_SSL("localhost", sink.port, context=sink.ssl_context()) as client:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    assert len(sink.letters) == 1
    with pytest.raises(gp.InputError, match="this sink has no TLS"):
        make_sink().ssl_context()


def test_optional_starttls_leaves_the_choice_to_the_client(make_sink: MakeSink) -> None:
    sink = make_sink(tls="starttls_optional")
    assert sink.url.startswith("smtp://")
    with smtplib.SMTP("localhost", sink.port) as client:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    with smtplib.SMTP("localhost", sink.port) as client:
        client.starttls(context=sink.ssl_context())
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    assert [letter.session.tls is None for letter in sink.letters] == [True, False]


def test_a_given_certificate_is_shown(make_sink: MakeSink) -> None:
    ca = authority()
    sink = make_sink(tls=gp.SinkTls(mode="implicit", certificate=server_pair(ca, "mx.example.com")))
    assert names_in(shown_to(sink.port, sink.ssl_context(), "mx.example.com")) == ["mx.example.com"]
    with pytest.raises(ssl.SSLCertVerificationError):
        shown_to(sink.port, sink.ssl_context(), "localhost")


def test_a_name_gets_its_own_certificate_given_or_made(make_sink: MakeSink) -> None:
    ca = authority()
    by_name = {"Mx.Example.com": server_pair(ca, "mx.example.com", "given"), "*.example.net": None}
    sink = make_sink(tls=gp.SinkTls(mode="implicit", certificates_by_name=by_name))
    trusting = ssl.create_default_context(cadata=sink.ca_pem + ca["certificate_pem"])
    assert names_in(shown_to(sink.port, trusting, "mx.example.com")) == ["mx.example.com", "given"]
    assert names_in(shown_to(sink.port, trusting, "a.example.net")) == ["*.example.net"]
    assert "localhost" in names_in(shown_to(sink.port, trusting, "localhost"))


def test_a_certificate_can_be_changed_while_it_runs(make_sink: MakeSink) -> None:
    sink = make_sink(tls=gp.SinkTls(mode="implicit", certificates_by_name={"mx.example.com": None}))
    before = shown_to(sink.port, sink.ssl_context(), "localhost")["serialNumber"]
    with smtplib.SMTP_SSL("localhost", sink.port, context=sink.ssl_context()) as old:
        sink.reload_certificate()
        assert shown_to(sink.port, sink.ssl_context(), "localhost")["serialNumber"] != before
        assert names_in(shown_to(sink.port, sink.ssl_context(), "mx.example.com")) == ["mx.example.com"]
        assert old.noop()[0] == 250
    sink.reload_certificate(server_pair(authority(), "new.example.com"))
    assert names_in(shown_to(sink.port, sink.ssl_context(), "new.example.com")) == ["new.example.com"]


def test_a_certificate_that_cannot_be_read_changes_nothing(make_sink: MakeSink) -> None:
    sink = make_sink(tls="implicit")
    trusted = sink.ca_pem
    with pytest.raises(gp.InputError, match=r"certificate\[0\] holds no readable certificate"):
        sink.reload_certificate(("no certificate", "no key"))
    assert sink.ca_pem == trusted
    assert "localhost" in names_in(shown_to(sink.port, sink.ssl_context(), "localhost"))
    with pytest.raises(gp.InputError, match="this sink has no TLS"):
        make_sink().reload_certificate()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "ssl"}, "tls.mode takes one of starttls, starttls_optional, implicit, not 'ssl'"),
        ({"certificate": "cert.pem"}, "tls.certificate takes two PEM texts"),
        ({"certificate": ("a", "b")}, r"tls.certificate\[0\] holds no readable certificate"),
        ({"certificates_by_name": {"mx": ("a", "b")}}, r"tls.certificates_by_name\['mx'\]\[0\] holds no readable"),
        ({"min_version": "1.1"}, "tls.min_version takes one of 1.2, 1.3"),
        ({"client_ca_pem": "no certificate"}, "tls.client_ca_pem holds no readable certificate"),
    ],
)
def test_an_option_of_tls_that_is_wrong_is_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(gp.InputError, match=words):
        gp.SinkTls(**options)  # type: ignore[arg-type]


def test_a_key_that_is_none_or_belongs_to_another_certificate_is_refused_and_never_shown() -> None:
    chain, _ = server_pair(authority(), "a")
    with pytest.raises(gp.InputError, match=r"tls.certificate\[1\] holds no key") as caught:
        gp.SinkTls(certificate=(chain, "sekret"))
    assert "sekret" not in str(caught.value)
    with pytest.raises(gp.InputError, match="key_pem holds no key that belongs to the certificate"):
        gp.Sink(tls=gp.SinkTls(certificate=(chain, server_pair(authority(), "b")[1])))


def test_an_option_of_tls_shows_no_key() -> None:
    pair = server_pair(authority(), "a")
    options = gp.SinkTls(certificate=pair, certificates_by_name={"mx": pair})
    assert repr(options) == "SinkTls(certificate='****', certificates_by_name={'mx': '****'})"


def test_an_old_version_of_tls_is_refused(make_sink: MakeSink) -> None:
    sink = make_sink(tls=gp.SinkTls(mode="implicit", min_version="1.3"))
    context = sink.ssl_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        shown_to(sink.port, context, "localhost")


def client_context(sink: gp.Sink, ca: _core.CertificatePair, folder: Path) -> ssl.SSLContext:
    made = _core.make_client_certificate(ca, "ivan", 1)
    file = folder / "client.pem"
    file.write_text(made["certificate_pem"] + made["key_pem"])
    context = sink.ssl_context()
    context.load_cert_chain(file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # so that a refusal comes within the handshake
    return context


def test_a_clients_certificate_is_verified_where_it_shows_one(make_sink: MakeSink, tmp_path: Path) -> None:
    ca = authority()
    sink = make_sink(tls=gp.SinkTls(mode="implicit", client_ca_pem=ca["certificate_pem"]))
    shown_to(sink.port, sink.ssl_context(), "localhost")
    shown_to(sink.port, client_context(sink, ca, tmp_path), "localhost")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shown_to(sink.port, client_context(sink, authority(), tmp_path), "localhost")


def test_a_tls_session_goes_on(make_sink: MakeSink) -> None:
    sink = make_sink(tls="implicit")
    context = sink.ssl_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with secure_socket(sink.port, context, "localhost") as first:
        session = first.session
    with secure_socket(sink.port, context, "localhost", session) as second:
        assert second.session_reused
