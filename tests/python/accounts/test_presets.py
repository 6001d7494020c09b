"""Presets: facts with sources, a person's own on top, limits that name who says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.accounts.presets import PRESETS, preset_named, preset_of_domain, preset_of_server
from gatepost.accounts.presets.preset import read_preset

SERVERS = {
    "mail.ru": ("smtp.mail.ru", 465, "tls", {(587, "starttls"), (25, "none"), (587, "none"), (2525, "none")}),
    "yandex": ("smtp.yandex.ru", 465, "tls", {(587, "starttls")}),
    "rambler": ("smtp.rambler.ru", 465, "tls", {(25, "none"), (587, "starttls"), (587, "none"), (25, "starttls")}),
    "gmail": ("smtp.gmail.com", 465, "tls", {(25, "starttls"), (587, "starttls")}),
    "rusender": ("smtp.rusender.ru", 465, "tls", set()),
    "sendsay-demo": ("demo.gate.sendsay.ru", 587, "starttls", {(25, "starttls"), (25, "none")}),
    "sendpulse": ("smtp-pulse.com", 465, "tls", set()),
    "outlook": ("smtp-mail.outlook.com", 587, "starttls", set()),
    "microsoft 365": ("smtp.office365.com", 587, "starttls", set()),
    "icloud": ("smtp.mail.me.com", 587, "starttls", set()),
    "yahoo": ("smtp.mail.yahoo.com", 465, "tls", set()),
}
LIMITS = {
    "mail.ru": gp.Limits(per_minute=1, recipients=30, message_bytes=30 << 20),
    "rambler": gp.Limits(per_hour=200, message_bytes=20 << 20),
    "ukr.net": gp.Limits(per_day=250),
    "meta.ua": gp.Limits(per_day=200),
    "rusender": gp.Limits(),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_provider_is_reached_where_the_documents_say(name: str) -> None:
    smtp = PRESETS[name].smtp
    assert smtp is not None and (smtp.host, smtp.port, smtp.security, set(smtp.also)) == SERVERS[name]


@pytest.mark.parametrize("name", LIMITS)
def test_a_provider_allows_what_the_documents_say(name: str) -> None:
    assert PRESETS[name].limits == LIMITS[name]


def test_gmail_refuses_29_types_of_files_and_yandex_takes_150_letters_a_day() -> None:
    assert len(PRESETS["gmail"].limits.forbidden_attachments or ()) == 29
    assert (PRESETS["gmail"].limits.per_day, PRESETS["gmail"].limits.recipients) == (500, 100)
    assert PRESETS["yandex"].limits.per_day == 150
    assert "500" in PRESETS["yandex"].sources["limits.per_day"]


@pytest.mark.parametrize(
    ("name", "imap", "pop"),
    [
        ("mail.ru", ("imap.mail.ru", 993), ("pop.mail.ru", 995)),
        ("yandex", ("imap.yandex.ru", 993), ("pop.yandex.ru", 995)),
        ("rambler", ("imap.rambler.ru", 993), ("pop.rambler.ru", 995)),
        ("gmail", ("imap.gmail.com", 993), ("pop.gmail.com", 995)),
    ],
)
def test_the_same_letters_are_read_at_imap_and_pop(name: str, imap: tuple[str, int], pop: tuple[str, int]) -> None:
    preset = PRESETS[name]
    assert preset.imap is not None and preset.imap[:2] == imap
    assert preset.pop is not None and preset.pop[:2] == pop


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_each_fact_has_a_source_and_a_date(name: str) -> None:
    preset = PRESETS[name]
    assert preset.source and preset.title
    for key in ("per_minute", "per_hour", "per_day", "recipients", "message_bytes", "forbidden_attachments"):
        if getattr(preset.limits, key) is not None:
            assert re.search(r", \d{4}-\d\d-\d\d$", preset.sources[f"limits.{key}"])


@pytest.mark.parametrize(
    ("name", "login", "becomes", "sender"),
    [
        ("mail.ru", "ivan", "ivan@mail.ru", "ivan@mail.ru"),
        ("mail.ru", "ivan@bk.ru", "ivan@bk.ru", "ivan@bk.ru"),
        ("yandex", "ivan", "ivan", "ivan@yandex.ru"),
        ("yandex", "ivan@company.example", "ivan@company.example", "ivan@company.example"),
        ("web.de", "ivan@web.de", "ivan", "ivan@web.de"),
        ("sendgrid", None, "apikey", None),
    ],
)
def test_a_login_is_completed_as_the_provider_wants_it(
    name: str, login: str | None, becomes: str, sender: str | None
) -> None:
    account = gp.Account.preset(name, login=login, password="x")
    assert (account.login, account.sender) == (becomes, sender)


@pytest.mark.parametrize(("alias", "name"), [("Ya.ru", "yandex"), ("bk.ru", "mail.ru"), ("hotmail", "outlook")])
def test_other_names_mean_the_same_preset(alias: str, name: str) -> None:
    assert preset_named(alias)[0] == name


def test_a_domain_of_addresses_has_its_preset() -> None:
    assert preset_of_domain("YA.RU") == "yandex"
    assert preset_of_domain("list.ru") == "mail.ru"
    assert preset_of_domain("example.com") is None


def test_a_server_is_a_providers_by_host_and_port() -> None:
    found = preset_of_server("smtp.yandex.ru", 587)
    assert found is not None and found.title == "Yandex Mail"
    assert preset_of_server("127.0.0.1", 2525) is None  # a bridge of another port on this machine


def test_a_name_that_is_nearly_one_is_answered_with_it() -> None:
    with pytest.raises(gp.InputError, match="did you mean gmail"):
        gp.Account.preset("gmial", login="x", password="y")


OWN = """
[office]
title = "Our relay"
aliases = ["work"]
domains = ["example.com"]
smtp = { host = "relay.example.com", port = 587, security = "starttls" }
[office.limits]
per_hour = 60
[gmail]
smtp = { host = "gmail.relay.example.com", port = 465, security = "tls" }
"""


def test_own_presets_come_before_ours(tmp_path: Path) -> None:
    (tmp_path / "presets.toml").write_text(OWN)
    (tmp_path / "presets.toml").chmod(0o600)
    account = gp.Account.preset("work", login="ivan@example.com", password="x")
    assert (account.host, account.limits.per_hour) == ("relay.example.com", 60)
    assert gp.Account.preset("gmail", login="a@gmail.com", password="x").host == "gmail.relay.example.com"
    assert "office" in gp.Account.presets() and "yandex" in gp.Account.presets()
    assert preset_of_domain("example.com") == "office"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a]\ntitle = 'x'", r"\[a\] has no smtp"),
        ("[a]\nsmpt = {}", r"\[a\] 'smpt' is not a key"),
        ("[a]\nsmtp = { host = 'h', port = 0, security = 'tls' }", r"\[a.smtp\] port takes a whole number"),
        ("[a]\nsmtp = { host = 'h', port = 25, security = 'ssl' }", r"\[a.smtp\] security takes one of"),
        ("[a]\nsmtp = { host = 'h', port = 25, security = 'tls', also = [25] }", r"\[a.smtp\] also takes a list"),
        ("[a]\nsmtp = { host = 'h', port = 25, security = 'tls' }\nlimits.per_hour = 'x'", r"limits.per_hour takes"),
        ("[a]\nsmtp = { host = 'h', port = 25, security = 'tls' }\nlogin.form = 'x'", r"\[a.login\] form takes one of"),
    ],
)
def test_a_wrong_preset_is_named_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "presets.toml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(gp.InputError, match=told) as caught:
        gp.Account.preset("a", login="x", password="y")
    assert str(file) in str(caught.value)


def test_ours_must_name_their_sources() -> None:
    with pytest.raises(gp.InputError, match="no source"):
        read_preset("a", {"smtp": {"host": "h", "port": 25, "security": "tls"}}, sourced=True)


def test_what_a_provider_does_not_take_is_refused_before_sending_with_rule_and_source(sink: gp.Sink) -> None:
    def refused(name: str, **letter: object) -> str:
        account = gp.Account.preset(name, login=f"ivan@{PRESETS[name].domains[0]}", password="x")
        with pytest.raises(gp.SendError) as caught:
            fields = {"to": "a@example.com", "subject": "x", "text": "y", **letter}
            gp.send(account, **fields)  # type: ignore[arg-type]
        return str(caught.value)

    said = refused("mail.ru", to=[f"a{i}@example.com" for i in range(31)])
    assert "takes 30 (preset mail.ru: overview of mail services, 20" in said
    said = refused("rambler", attachments=[gp.Attachment(b"x" * (15 << 20), name="a.bin")])
    assert "as it goes on the wire" in said and "preset rambler" in said
    said = refused("gmail", attachments=[gp.Attachment(b"MZ", name="setup.EXE")])
    assert "refuses files like setup.EXE (preset gmail: overview" in said
    said = refused("mail.ru", from_="other@mail.ru")
    assert "preset mail.ru" in said


def test_a_limit_of_ones_own_is_named_so() -> None:
    account = gp.Account.preset("mail.ru", login="a@mail.ru", password="x", limits=gp.Limits(recipients=2))
    with pytest.raises(gp.SendError, match=r"takes 2 \(the account's own limits\)"):
        gp.send(account, to=[f"a{i}@example.com" for i in range(3)], subject="x", text="y")


def test_what_is_known_of_mechanisms_and_idle_connections_is_a_fact_with_a_source(
    tmp_path: Path,
) -> None:
    def own_presets(text: str) -> None:
        (tmp_path / "presets.toml").write_text(text)
        (tmp_path / "presets.toml").chmod(0o600)

    assert PRESETS["sparkpost"].mechanisms == ("LOGIN",)
    assert "sparkpost.com" in PRESETS["sparkpost"].sources["mechanisms"]
    own_presets('[office]\nsmtp = { host = "h.example", port = 465, security = "tls" }\nidle = { seconds = 10 }\n')
    account = gp.Account.preset("office", login="ivan@example.com", password="x")
    assert account._lane_options().idle == 8.0
    own_presets('[office]\nsmtp = { host = "h", port = 465, security = "tls" }\nmechanisms = { names = ["NONE"] }\n')
    with pytest.raises(gp.InputError, match=r"\[office.mechanisms\] names"):
        gp.Account.preset("office", login="ivan@example.com", password="x")


@pytest.mark.parametrize("name", ["mindbox", "dashamail"])
def test_a_service_whose_facts_nobody_looked_up_says_so(name: str) -> None:
    assert "not looked up" in PRESETS[name].sources["smtp"]
