"""The doors of accounts and sinks, each with a lawful call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from door import Door
from doors import letter

import gatepost as gp
from gatepost.accounts.file import document
from gatepost.sinks import RuleFields

OPTIONS = ("name", "auth", "sender", "only_sender", "limits", "tls", "route", "timeouts", "dkim", "provider", "without")
SWITCHES = ("one_round_trip", "chunking")


def accounts(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    account = sink.account(sender="ivan@example.com")
    not_sent = (gp.SendError, TimeoutError)
    more = ("login", "password", "host", *OPTIONS, *SWITCHES)
    url = {"url": "URL", "account": "URL"}

    def preset(provider: Any, **options: Any) -> gp.Account:
        return gp.Account.preset(provider, **options)

    def send(**arguments: Any) -> gp.SendResult:
        return gp.send(**arguments)

    fields = {"from_": "ivan@example.com", "to": "olga@example.com", "html": "<p>x</p>"}
    login = {"login": "ivan@mail.ru", "password": "secret"}
    return {
        "Account": Door(gp.Account, {"url": sink.url}, secret=("url", "password", "dkim", "auth"), called=url),
        "Account.preset": Door(
            preset, {"provider": "mail.ru", **login}, secret=("provider", "password", "dkim", "auth"), besides=more
        ),
        "Account.check": Door(account.check, {}, not_sent),
        "Account.vrfy": Door(account.vrfy, {"address": "olga@example.com"}, not_sent),
        "Account.expn": Door(account.expn, {"mailing_list": "friends"}, not_sent),
        "Account.help": Door(account.help, {"topic": "MAIL"}, not_sent),
        "Account.etrn": Door(account.etrn, {"node": "example.com"}, not_sent),
        **accounts_file(),
        "Auth": Door(gp.Auth, {}, secret=("access_token",)),
        "Limits": Door(gp.Limits),
        "LogOptions": Door(
            gp.LogOptions, called={"level": "log.level", "rewrite": "log.rewrite", "max_mb": "log.max_mb"}
        ),
        "Limits.windows_on": Door(gp.Limits(warm_up=[1, 2]).windows_on, {"day": 1}),
        "Limits.completed_by": Door(gp.Limits().completed_by, {"others": gp.Limits()}),
        "Route": Door(gp.Route, {}, secret=("proxy",)),
        "Timeouts": Door(gp.Timeouts),
        "Tls": Door(gp.Tls, {}, secret=("key_pem", "ca_pem", "certificate_pem")),
        "send": Door(
            send,
            {"account": account, "message": letter()},
            not_sent,
            secret=("account",),
            like=_a_letter,
            called={**url, "message": "send: "},
        ),
        "send with fields": Door(
            send,
            {"account": account, **fields},
            not_sent,
            secret=("account",),
            like=gp.Message,
            besides=("account", "requests", "timeout"),
            called=url,
            any_text=("text", "html"),
        ),
        "send without from_": Door(
            send, {"account": account, "to": "olga@example.com"}, not_sent, ("account",), _fields, (), url
        ),
    }


def accounts_file() -> dict[str, Door]:
    """Those of an accounts file with an account named "news"; each call finds it as it was."""
    gp.AccountsFile("accounts.toml").add("news", {"url": "smtp://mx.example.com", "sender": "ivan@example.com"})
    here = {"client_id": "7", "device_url": "http://127.0.0.1:1/d", "token_url": "http://127.0.0.1:1/t"}
    by_oauth = {"url": "smtp://mx.example.com", "login": "ivan@example.com", "oauth": here}
    gp.AccountsFile("accounts.toml").add("signed", by_oauth)
    kept = Path("accounts.toml").read_bytes()

    def of_file(method: str, secret: tuple[str, ...] = (), **lawful: Any) -> Door:
        def call(*given: Any, **named: Any) -> Any:
            document.write_private(Path("accounts.toml"), kept)
            with suppress(gp.TokenError):  # nobody is there to give one
                return getattr(gp.AccountsFile("accounts.toml"), method)(*given, **named)

        unknown = (gp.UnknownAccount,)
        return Door(call, lawful, unknown, secret, like=getattr(gp.AccountsFile, method))

    settings = {"url": "smtp://mx.example.com"}
    return {
        "AccountsFile": Door(gp.AccountsFile),
        "AccountsFile.get": Door(
            lambda key: gp.AccountsFile("accounts.toml").get(key), {"key": "news"}, called={"key": "name"}
        ),
        "AccountsFile.entry": of_file("entry", name="news"),
        "AccountsFile.state": of_file("state", account="news"),
        "AccountsFile.warm_up": of_file("warm_up", account="news"),
        "AccountsFile.left": of_file("left", account="news"),
        "AccountsFile.log": of_file("log", account="news"),
        "AccountsFile.for_sender": of_file("for_sender", sender="ivan@example.com"),
        "AccountsFile.explain": of_file("explain", letter="ivan@example.com"),
        "AccountsFile.pause": of_file("pause", name="news"),
        "AccountsFile.resume": of_file("resume", name="news"),
        "AccountsFile.add": of_file("add", ("password",), name="other", settings=settings),
        "AccountsFile.edit": of_file("edit", name="news", changes={"active": True}),
        "AccountsFile.remove": of_file("remove", name="news"),
        "AccountsFile.sign_in": of_file("sign_in", ("client_secret",), name="signed", show=print),
        "AccountsFile.keep_password": of_file("keep_password", ("password",), name="news", password="secret"),
    }


def _a_letter(account: Any, message: Any, requests: Any = None, timeout: Any = None) -> None:
    """The arguments of `send` for a Message."""


def _fields(account: Any, to: Any) -> None:
    """Some of those for the fields of one."""


def sinks(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    mailer.send(letter())
    late = (gp.SinkTimeout, AssertionError)
    secure = gp.Sink(tls="starttls", users={"ivan": "secret"})
    with secure:
        pass
    more = ("login", "password", *OPTIONS, *SWITCHES)

    def of_sink(method: str, *besides: str, **lawful: Any) -> Door:
        return Door(getattr(sink, method), lawful, late, besides=besides, secret=("password",) if besides else ())

    def of_async_sink(method: str, *besides: str, **lawful: Any) -> Door:
        async def call(**arguments: Any) -> None:
            async with gp.AsyncSink(tls="starttls") as one:
                made = getattr(one, method)(**arguments)
                if asyncio.iscoroutine(made):
                    await made

        return Door(
            call,
            lawful,
            late,
            like=getattr(gp.AsyncSink, method),
            besides=besides,
            secret=("password",) if besides else (),
        )

    def made(kind: Callable[..., Any]) -> Callable[..., None]:
        def make(**options: Any) -> None:
            one = kind(**options)
            one._stop()

        return make

    def reload(**certificates: Any) -> None:
        with gp.Sink(tls="starttls") as one:
            one.reload_certificate(**certificates)

    received = sink.wait(1)[0]
    rule = {"phase": "rcpt", "to": "nobody@*", "reply": "550 5.1.1 no"}
    return {
        "Sink": Door(made(gp.Sink), {}, (OSError,), like=gp.Sink, secret=("users",)),
        "Sink.select": of_sink("select"),
        "Sink.wait": of_sink("wait", n=1, timeout=0.01),
        "Sink.assert_none": of_sink("assert_none", to="nobody@*", within=0.01),
        "Sink.account": of_sink("account", *more),
        "Sink.reload_certificate": Door(
            reload, {}, like=gp.Sink.reload_certificate, secret=("certificate", "certificates_by_name")
        ),
        "Sink.rules.add": Door(sink.rules.add, rule, besides=tuple(RuleFields.__annotations__)),
        "Sink.rules.load": Door(sink.rules.load, {"rules": []}, (OSError,), files=("rules",)),
        "Sink.rules.remove": Door(sink.rules.remove, {"rule": 10_000}),
        "Sink.clock.advance": Door(sink.clock.advance, {"seconds": 1}),
        "AsyncSink": Door(made(gp.AsyncSink), {}, (OSError,), like=gp.AsyncSink, secret=("users",)),
        "AsyncSink.select": of_async_sink("select"),
        "AsyncSink.wait": of_async_sink("wait", n=0, timeout=0.01),
        "AsyncSink.assert_none": of_async_sink("assert_none", to="nobody@*", within=0.01),
        "AsyncSink.account": of_async_sink("account", *more),
        "AsyncSink.reload_certificate": of_async_sink("reload_certificate"),
        "SinkAccess": Door(gp.SinkAccess),
        "SinkHttp": Door(gp.SinkHttp, secret=("token",)),
        "SinkLimits": Door(gp.SinkLimits),
        "SinkProtocol": Door(gp.SinkProtocol),
        "SinkTimeouts": Door(gp.SinkTimeouts),
        "SinkTls": Door(gp.SinkTls, {}, secret=("certificate", "certificates_by_name", "client_ca_pem")),
        "Letter.verify_dkim": Door(received.verify_dkim, {"resolver": {}}),
    }
