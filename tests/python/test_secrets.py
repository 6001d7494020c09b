"""What people give in the wrong place may be a password: no message shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import gatepost as gp

SECRET = "hunter2"
URL = "smtps://mail.example.com"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: gp.Sink(users=f"shop:{SECRET}"), "sink: users takes a mapping, not a str"),  # type: ignore[arg-type]
        (lambda: gp.Sink(users=[("shop", SECRET)]), "sink: users takes a mapping, not a list"),  # type: ignore[arg-type]
        (lambda: gp.Sink(users={5: SECRET}), "sink: users: keys must be str, not an int"),  # type: ignore[dict-item]
        (lambda: gp.Route(proxy={"password": SECRET}), "route.proxy takes a str, not a dict"),  # type: ignore[arg-type]
        (lambda: gp.Route(proxy=f"socks5://ivan:{SECRET}"), "route.proxy: the port is not a number from 1 to 65535"),
        (lambda: gp.Account(f"smtps://u:{SECRET}@h".encode()), "account: url takes a str, not a bytes"),  # type: ignore[arg-type]
        (lambda: gp.Account({"password": SECRET}), "account: url takes a str, not a dict"),  # type: ignore[arg-type]
        (lambda: gp.Account(f"smtps://ivan:{SECRET}"), "from 1 to 65535; a password needs '@host' behind it"),
        (lambda: gp.Account(f"smtps://ivan:{'5' * 5000}{SECRET}"), "URL: the port is not a number from 1 to 65535"),
        (lambda: gp.Account(f"ivan:{SECRET}://h"), "account URL: the scheme takes one of smtp, smtp"),
        (lambda: gp.Account.preset(f"smtps://u:{SECRET}@h"), "account: provider takes one of aol, "),
        (lambda: gp.Account(URL, dkim=SECRET), "account: dkim takes a DkimSigner, several, or a SignerChoice"),  # type: ignore[arg-type]
        (lambda: gp.Account(URL, dkim=[SECRET]), r"account: dkim: signers\[0\] takes a DkimSigner, not a str"),  # type: ignore[list-item]
        (lambda: gp.DkimSigner("example.com", "s1", SECRET), "key takes a DkimKey or the path of a key's file"),
        (lambda: gp.DkimSigner("example.com", "s1", SECRET * 5000), "there is no such file"),
        (lambda: gp.History([f"postgresql://u:{SECRET}@h/db"]), "store takes a path or an open store, not a list"),  # type: ignore[arg-type]
        (lambda: gp.SinkTls(certificates_by_name=[SECRET]), "tls.certificates_by_name takes a mapping, not a list"),  # type: ignore[arg-type]
    ],
)
def test_a_secret_in_the_wrong_place_is_not_shown(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(gp.InputError, match=said) as refused:
        call()
    assert SECRET not in str(refused.value)


def test_a_secret_before_a_stores_url_is_not_shown() -> None:
    with pytest.raises(gp.StoreError, match="stores behind a URL are not known") as refused:
        gp.History(f":{SECRET}://x")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp+unix:///run/%00x", "account URL: the path holds a control character"),
        ("smtp+unix:///run/%ffx", "account URL: the path is not UTF-8"),
        ("smtp://ivan:%ff@h", "account URL: the password is not UTF-8"),
        ("smtp://ivan:%00@h", "account URL: the password holds a control character"),
        ("smtp://%ff:secret@h", "account URL: the login is not UTF-8"),
    ],
)
def test_what_percent_signs_hide_is_looked_at(url: str, said: str) -> None:
    with pytest.raises(gp.InputError, match=said):
        gp.Account(url)


@pytest.mark.parametrize("argument", ["host", "unix_path"])
def test_an_address_with_a_nul_is_refused_before_the_system_cuts_it(argument: str) -> None:
    with pytest.raises(gp.InputError, match=f"sink: {argument} takes text without control characters"):
        gp.Sink(**{argument: "/tmp/nul\0tail"})  # type: ignore[arg-type]
