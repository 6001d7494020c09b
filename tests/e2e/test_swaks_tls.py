"""swaks against our sink: versions, ciphers and certificates of TLS."""

from __future__ import annotations

from pathlib import Path

import pytest

import gatepost as gp
from peers.certificates import Certificates
from peers.swaks import NO_TLS, MakeSink, RunSwaks


@pytest.mark.parametrize("option", ["--tls-optional", "--tls-optional-strict"])
@pytest.mark.parametrize("tls", [None, "starttls"])
def test_optional_tls(make_sink: MakeSink, run_swaks: RunSwaks, option: str, tls: str | None) -> None:
    sink = make_sink(tls=tls)
    run_swaks(sink, option)
    assert (sink.wait(1)[0].session.tls is not None) == (tls is not None)


def test_tls_that_is_not_offered(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    run_swaks(make_sink(), "--tls", code=NO_TLS)


@pytest.mark.parametrize("version", ["tlsv1_2", "tlsv1_3"])
def test_each_version_of_tls(make_sink: MakeSink, run_swaks: RunSwaks, version: str) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", version)
    session = sink.wait(1)[0].session
    assert session.tls is not None
    assert session.tls[0].lower().replace(".", "_") == version


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"])
def test_one_cipher(make_sink: MakeSink, run_swaks: RunSwaks, cipher: str) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", "tlsv1_2", "--tls-cipher", cipher)
    session = sink.wait(1)[0].session
    assert session.tls is not None
    assert session.tls[1] == cipher


def test_cipher_that_is_too_weak(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", "tlsv1_2", "--tls-cipher", "NULL:@SECLEVEL=0", code=NO_TLS)
    assert sink.letters == []


def test_tls_older_than_the_least(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    run_swaks(make_sink(tls=gp.SinkTls(min_version="1.3")), "--tls", "--tls-protocol", "tlsv1_2", code=NO_TLS)


def test_certificate_is_verified_against_the_sinks_authority(
    make_sink: MakeSink, run_swaks: RunSwaks, tmp_path: Path
) -> None:
    sink = make_sink(tls="implicit")
    ca = tmp_path / "ca.pem"
    ca.write_text(sink.ca_pem)
    run_swaks(sink, "--tls-on-connect", "--tls-verify", "--tls-ca-path", str(ca))
    run_swaks(sink, "--tls-on-connect", "--tls-verify", code=NO_TLS)
    assert len(sink.letters) == 1


def test_server_name_chooses_the_certificate(
    make_sink: MakeSink, run_swaks: RunSwaks, certificates: Certificates, tmp_path: Path
) -> None:
    pair = certificates.server.read_text(), certificates.key.read_text()
    sink = make_sink(tls=gp.SinkTls(certificates_by_name={"mx.example.test": pair}))
    seen = tmp_path / "peer.pem"
    run_swaks(sink, "--tls", "--tls-sni", "mx.example.test", "--tls-get-peer-cert", str(seen))
    assert seen.read_text().split() == certificates.server.read_text().split()
    run_swaks(sink, "--tls", "--tls-sni", "other.example.test", "--tls-get-peer-cert", str(seen))
    assert seen.read_text().split() != certificates.server.read_text().split()


def test_client_certificate_is_asked_for(make_sink: MakeSink, run_swaks: RunSwaks, certificates: Certificates) -> None:
    sink = make_sink(tls=gp.SinkTls(mode="implicit", client_ca_pem=certificates.ca_pem))
    pair = ["--tls-cert", str(certificates.client), "--tls-key", str(certificates.client_key)]
    run_swaks(sink, "--tls-on-connect", *pair)
    sink.wait(1)
