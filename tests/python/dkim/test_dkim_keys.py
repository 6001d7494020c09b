import pickle
import stat
from pathlib import Path

import pytest
from dkim_keys import key_of, signer_of

import gatepost as gp


@pytest.mark.parametrize(("kind", "bits"), [("rsa", 2048), ("ed25519", 256)])
def test_a_saved_key_is_the_same_when_loaded_and_only_its_owner_can_read_it(
    kind: str, bits: int, tmp_path: Path
) -> None:
    path = key_of(kind).save(tmp_path / "key.pem")
    loaded = gp.DkimKey.load(path)
    assert (loaded.kind, loaded.bits, loaded.dns_record()) == (kind, bits, key_of(kind).dns_record())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    key_of("ed25519").save(tmp_path / "key.pem")
    with pytest.raises(FileExistsError):
        key_of("rsa").save(tmp_path / "key.pem")


def test_the_record_of_an_rsa_key_is_split_at_255_octets_for_a_zone_file() -> None:
    key = key_of("rsa")
    zone_file = key.dns_record(zone_file=True)
    strings = zone_file.split('"')[1::2]
    assert zone_file.startswith("( ") and max(len(one) for one in strings) == 255
    assert "".join(strings) == key.dns_record()


def test_the_record_of_an_ed25519_key_needs_no_splitting() -> None:
    key = key_of("ed25519")
    assert key.dns_record().startswith("v=DKIM1; k=ed25519; p=")
    assert key.dns_record(zone_file=True) == f'"{key.dns_record()}"'


def test_a_key_shows_nothing_of_itself_and_is_not_pickled() -> None:
    key = key_of("ed25519")
    assert repr(key) == "<DkimKey ed25519, 256 bits>"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(key)


@pytest.mark.parametrize("pem", ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"\xff\x00"])
def test_what_is_no_key_is_refused_without_showing_it(pem: str | bytes) -> None:
    with pytest.raises(gp.InputError) as refused:
        gp.DkimKey(pem)
    assert "AAAA" not in str(refused.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(gp.InputError, match=r"nowhere\.pem"):
        gp.DkimSigner("example.com", "s1", tmp_path / "nowhere.pem")


def test_a_domain_may_be_typed_in_its_own_letters() -> None:
    assert signer_of(domain="пример.рф").record_name == "e._domainkey.xn--e1afmkfd.xn--p1ai"


@pytest.mark.parametrize(
    ("domain", "selector", "options", "named"),
    [
        ("exa mple.com", "s", {}, "domain"),
        ("example.com", "s;d=evil.com", {}, "selector"),
        ("example.com", "", {}, "selector"),
        ("example.com", "s", {"identity": "@other.com"}, "identity"),
        ("example.com", "s", {"header": "strict"}, "header"),
        ("example.com", "s", {"valid_for": 0}, "valid_for"),
    ],
)
def test_a_signer_of_nonsense_is_refused_by_the_name_of_the_field(domain, selector, options, named) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(gp.InputError, match=named):
        gp.DkimSigner(domain, selector, key_of("ed25519"), **options)


def test_an_rsa_key_under_1024_bits_is_refused() -> None:
    with pytest.raises(gp.InputError, match="1024"):
        gp.DkimKey.generate("rsa", bits=512)
