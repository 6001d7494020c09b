"""The public doors, each with a lawful call; those of accounts and sinks are in servers.py."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from door import STORE, Door

import gatepost as gp
from gatepost import dkim, domains
from gatepost.dns import SystemResolver, TableResolver, TemporaryDnsError
from gatepost.domains import AuthenticationReport, AuthenticationResults, DomainReport, MethodResult

RAW = b"From: ivan@example.com\r\nTo: olga@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n"
PEOPLE = [{"email": "olga@example.com", "name": "Olga"}]
TABLE = {"example.com": "v=spf1 -all"}
MADE_LATER = ("name", "type")
"""What is looked at when a letter is made of it."""
RESULTS = "mx.example.net; none"


def letter() -> gp.Message:
    return gp.Message(from_="ivan@example.com", to="olga@example.com", subject="s", text="t")


def _stable_id(domain: Any, key: Any) -> str:
    return gp.stable_message_id(domain, key)


def stdlib_letter() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "ivan@example.com", "olga@example.com"
    made.set_content("t")
    return made


def messages(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    fields = {"from_": "ivan@example.com", "to": "olga@example.com", "html": "<p>x</p>"}
    Path("letter.eml").write_bytes(RAW)
    headers = gp.Message.parse(RAW).headers
    return {
        "Message": Door(gp.Message, fields, any_text=("text", "html")),
        "Message.parse": Door(gp.Message.parse, {"raw": RAW}),
        "Message.from_email": Door(gp.Message.from_email, {"message": stdlib_letter()}),
        "Message.load": Door(gp.Message.load, {"path": "letter.eml"}, (OSError,)),
        "Message.save": Door(letter().save, {"path": "saved.eml"}, (OSError,)),
        "BaseMessage.save": Door(letter().save, {"path": "saved.eml"}, (OSError,)),
        "ParsedMessage": Door(gp.ParsedMessage, {"raw": RAW}),
        "ParsedMessage.save": Door(gp.ParsedMessage(RAW).save, {"path": "saved.eml"}, (OSError,)),
        "Attachment": Door(
            gp.Attachment, {"source": b"x", "name": "a.txt"}, called={"source": "attachment"}, any_text=MADE_LATER
        ),
        "Attachment.part": Door(gp.Attachment(b"x", name="a.txt").part),
        "Calendar": Door(
            gp.Calendar,
            {"source": "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"},
            called={"source": "calendar"},
            any_text=MADE_LATER,
        ),
        "Group": Door(
            gp.Group,
            {"name": "friends", "members": ["olga@example.com"]},
            called={"name": "group", "members": "group"},
            any_text=MADE_LATER,
        ),
        "stable_message_id": Door(_stable_id, {"domain": "example.com", "key": 42}, any_text=("key",)),
        "Headers.get_all": Door(headers.get_all, {"name": "From"}),
    }


def mailboxes(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    maildir = gp.Maildir("maildir")
    key = maildir.add(letter())
    return {
        "Maildir": Door(gp.Maildir, {"path": "made"}, (OSError,)),
        "Maildir.add": Door(maildir.add, {"letter": letter(), "flags": "S"}),
        "Maildir.flags": Door(maildir.flags, {"key": key}, (KeyError,)),
        "Maildir.set_flags": Door(maildir.set_flags, {"key": key, "flags": "S"}, (KeyError,)),
        "Maildir.remove": Door(lambda key: maildir.remove(key), {"key": maildir.add(letter())}, (KeyError,)),
        "Mbox": Door(lambda path: list(gp.Mbox(path)), {"path": "mbox"}, (OSError,)),
        "Mbox.add": Door(gp.Mbox("mbox").add, {"letter": letter()}),
    }


def keys(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    key = gp.DkimKey.generate("ed25519")
    key.save("key.pem")
    pem = Path("key.pem").read_text()
    signer = gp.DkimSigner("example.com", "s1", key)
    return {
        "DkimKey": Door(gp.DkimKey, {"pem": pem}, secret=("pem", "passphrase"), any_text=("passphrase",)),
        "DkimKey.generate": Door(gp.DkimKey.generate, {"kind": "ed25519"}),
        "DkimKey.load": Door(
            gp.DkimKey.load,
            {"path": "key.pem"},
            secret=("passphrase",),
            called={"path": "DKIM key"},
            any_text=("passphrase",),
        ),
        "DkimKey.save": Door(_saved(key), {"path": "new.pem"}, (OSError,)),
        "DkimKey.dns_record": Door(key.dns_record),
        "DkimSigner": Door(gp.DkimSigner, {"domain": "example.com", "selector": "s1", "key": key}, secret=("key",)),
        "DkimSigner.sign": Door(signer.sign, {"raw": RAW}),
        "dkim.SignerChoice": Door(dkim.SignerChoice, {"signers": signer}, secret=("signers", "default")),
        "dkim.author_domain": Door(dkim.author_domain, {"raw": RAW}),
        "dkim.seal_arc": Door(
            dkim.seal_arc,
            {"raw": RAW, "signer": signer, "authentication_results": RESULTS, "chain": "none", "resolver": TABLE},
        ),
        "dkim.sign": Door(dkim.sign, {"raw": RAW, "signers": [signer]}),
        "dkim.verify": Door(dkim.verify, {"raw": signer.sign(RAW), "resolver": TABLE}),
        "dkim.verify_arc": Door(dkim.verify_arc, {"raw": RAW, "resolver": TABLE}),
        "dkim.wire_domain": Door(dkim.wire_domain, {"domain": "example.com"}),
    }


def _saved(key: gp.DkimKey) -> Callable[..., Path]:
    def save(path: Any) -> Path:
        if path == "new.pem":
            Path(path).unlink(missing_ok=True)
        return key.save(path)

    return save


def resolvers(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    table = TableResolver({**TABLE, ("example.com", "MX"): "10 mx.example.com"})
    no_dns = SystemResolver(0.2, ["127.0.0.1"], 9)
    doors = {
        "dns.SystemResolver": Door(SystemResolver, {"seconds": 0.2, "servers": ["127.0.0.1"], "port": 53}),
        "dns.TableResolver": Door(TableResolver, {"table": TABLE}, called={"table": "resolver"}),
    }
    for name in ("txt", "mx", "a", "aaaa", "srv", "exists"):
        doors[f"dns.TableResolver.{name}"] = Door(getattr(table, name), {"name": "example.com"}, any_text=("name",))
        doors[f"dns.SystemResolver.{name}"] = _unanswered(getattr(no_dns, name), name="example.com")
    doors["dns.TableResolver.ptr"] = Door(table.ptr, {"address": "192.0.2.1"})
    doors["dns.SystemResolver.ptr"] = _unanswered(no_dns.ptr, address="192.0.2.1")
    return doors


def _unanswered(ask: Callable[..., Any], **lawful: Any) -> Door:
    def no_answer(**question: Any) -> None:
        with suppress(TemporaryDnsError):
            ask(**question)

    return Door(no_answer, lawful, like=ask, any_text=("name",))


def domain_checks(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    key = gp.DkimKey.generate("ed25519")
    signer = gp.DkimSigner("example.com", "s1", key)
    asked = {"raw": RAW, "ip": "192.0.2.1", "mail_from": "ivan@example.com", "helo": "mx.example.com"}
    report: AuthenticationReport = domains.authenticate(**asked, resolver=TABLE)  # type: ignore[arg-type]
    results = AuthenticationResults("mx.example.net", (MethodResult("spf", "pass"),))
    domain_report: DomainReport = domains.check("example.com", resolver=TABLE)
    return {
        "domains.authenticate": Door(
            domains.authenticate, {**asked, "resolver": TABLE}, any_text=("mail_from", "helo")
        ),
        "domains.check": Door(
            domains.check,
            {
                "domain": "example.com",
                "include": "spf.example.net",
                "selectors": "s1",
                "dkim": signer,
                "ip": "192.0.2.1",
                "resolver": TABLE,
            },
        ),
        "domains.check_dmarc": Door(
            domains.check_dmarc,
            {"author": "example.com", "dkim": ["example.com"], "spf": "example.com", "resolver": TABLE},
            any_text=("author", "dkim", "spf"),
        ),
        "domains.check_spf": Door(
            domains.check_spf,
            {"ip": "192.0.2.1", "sender": "ivan@example.com", "resolver": TABLE},
            any_text=("sender", "helo", "receiver"),
        ),
        "domains.find_policy": Door(
            domains.find_policy, {"domain": "example.com", "resolver": TABLE}, any_text=("domain",)
        ),
        "domains.without_results_of": Door(domains.without_results_of, {"raw": RAW, "own_id": "mx.example.net"}),
        "domains.AuthenticationReport.results": Door(
            lambda authserv_id: str(report.results(authserv_id)), {"authserv_id": "mx"}
        ),
        "domains.AuthenticationReport.value": Door(report.value, {"authserv_id": "mx"}),
        "domains.AuthenticationReport.header": Door(report.header, {"authserv_id": "mx"}),
        "domains.AuthenticationReport.add_to": Door(report.add_to, {"raw": RAW, "authserv_id": "mx"}),
        "domains.AuthenticationResults.parse": Door(
            results.parse, {"value": RESULTS}, called={"value": "Authentication-Results"}
        ),
        "domains.DomainReport.about": Door(domain_report.about, {"topic": "SPF"}),
    }


def sending(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    account = sink.account()
    envelope = {"from_": "ivan@example.com", "to": "olga@example.com"}
    not_sent = (gp.SendError, TimeoutError)

    async def by_async_mailer(method: str, **arguments: Any) -> None:
        async with gp.AsyncMailer(account) as one:
            await getattr(one, method)(**arguments)

    def asynchronous(method: str, **lawful: Any) -> Door:
        return Door(partial(by_async_mailer, method), lawful, not_sent, like=getattr(gp.AsyncMailer, method))

    def closed(grace: Any = 5.0) -> None:
        with gp.Mailer(account) as one:
            one.close(grace)

    many = [letter(), ("ivan@example.com", "olga@example.com", RAW)]
    return {
        "Mailer": Door(gp.Mailer, {"account": account}, secret=("account",)),
        "Mailer.send": Door(mailer.send, {"message": RAW, **envelope, "timeout": 20.0}, not_sent),
        "Mailer.send_many": Door(mailer.send_many, {"messages": many, "timeout": 20.0}, not_sent),
        "Mailer.check": Door(mailer.check, {"timeout": 20.0}, not_sent),
        "Mailer.ask": Door(mailer.ask, {"command": "help", "argument": "", "timeout": 20.0}, not_sent),
        "Mailer.close": Door(closed, {"grace": 1.0}),
        "AsyncMailer": Door(gp.AsyncMailer, {"account": account}, secret=("account",)),
        "AsyncMailer.send": asynchronous("send", message=RAW, **envelope, timeout=20.0),
        "AsyncMailer.send_many": asynchronous("send_many", messages=many, timeout=20.0),
        "AsyncMailer.check": asynchronous("check", timeout=20.0),
        "AsyncMailer.ask": asynchronous("ask", command="help", timeout=20.0),
        "AsyncMailer.close": asynchronous("close", grace=1.0),
        "SendRequests": Door(gp.SendRequests, {"deliver_by": (60.0, "notify")}),
        "explain": Door(gp.explain, {"reply": "550 5.1.1 no such user", "phase": "rcpt"}, any_text=("reply",)),
    }


def campaigns(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    account = sink.account(name="a", sender="news@example.com")
    template = gp.Template(subject="Hello, {{ name }}", html="<p>{{ name }}</p>")
    Path("page.html").write_text("<p>{{ name }}</p>")
    Path("list.csv").write_text("email\nolga@example.com\n")
    stored = {"name": "october", "store": "kept.db", "accounts": account}
    lawful = {"name": "october", "template": template, "recipients": PEOPLE, "accounts": account, "store": "new.db"}
    gp.Campaign(**{**lawful, "store": "kept.db"}).close()

    def new(**options: Any) -> None:
        Path("new.db").unlink(missing_ok=True)
        gp.Campaign(**options).close()

    async def created(**options: Any) -> None:
        Path("new.db").unlink(missing_ok=True)
        await (await gp.AsyncCampaign.create(**options)).close()

    def of_campaign(method: str, *besides: str, **lawful: Any) -> Door:
        def call(**arguments: Any) -> None:
            with gp.Campaign.open("october", store="kept.db", accounts=account) as one:
                getattr(one, method)(**arguments)

        return Door(call, lawful, like=getattr(gp.Campaign, method), besides=besides)

    def of_async_campaign(method: str, *besides: str, **lawful: Any) -> Door:
        async def call(**arguments: Any) -> None:
            async with await gp.AsyncCampaign.open("october", store="kept.db", accounts=account) as one:
                await getattr(one, method)(**arguments)

        return Door(call, lawful, like=getattr(gp.AsyncCampaign, method), besides=besides)

    def of_fresh(method: str, *besides: str, may: tuple[type[BaseException], ...] = (), **lawful: Any) -> Door:
        """Of a campaign that this call may change as it likes."""

        def call(**arguments: Any) -> None:
            Path("fresh.db").unlink(missing_ok=True)
            with gp.Campaign(**fresh) as one:
                getattr(one, method)(**arguments)

        return Door(call, lawful, may, like=getattr(gp.Campaign, method), besides=besides, files=("recipients",))

    def of_fresh_async(method: str, *besides: str, may: tuple[type[BaseException], ...] = (), **lawful: Any) -> Door:
        async def call(**arguments: Any) -> None:
            Path("fresh.db").unlink(missing_ok=True)
            async with await gp.AsyncCampaign.create(**fresh) as one:
                await getattr(one, method)(**arguments)

        return Door(call, lawful, may, like=getattr(gp.AsyncCampaign, method), besides=besides, files=("recipients",))

    fresh = {**lawful, "store": "fresh.db"}

    def failed(categories: Any) -> int:
        with gp.Campaign.open("october", store="kept.db") as one:
            return len(one.failed(categories))

    def async_failed(categories: Any) -> int:
        with gp.Campaign.open("october", store="kept.db") as one:
            return len(gp.AsyncCampaign(one).failed(categories))

    def resume_domain(domain: Any) -> int:
        with gp.Campaign.open("october", store="kept.db") as one:
            one.pause_domain("gmail")
            return one.resume_domain(domain)

    async def resumed_domain(domain: Any) -> int:
        async with await gp.AsyncCampaign.open("october", store="kept.db") as one:
            await one.pause_domain("gmail")
            return await one.resume_domain(domain)

    suppressions = gp.Suppressions("kept.db")
    policy = gp.RetryPolicy()
    accounts, listing = {"accounts": "account"}, ("recipients",)
    run = ("max_seconds", "wait_for_retries", "console")
    return {
        "Campaign": Door(new, lawful, STORE, ("accounts",), gp.Campaign, called=accounts, files=listing),
        "SendWindow": Door(gp.SendWindow, {"hours": "9-20 mon-fri", "timezone": "Europe/Moscow"}),
        "SendWindow.next_open": Door(gp.SendWindow("9-20").next_open, {"at": 0.0, "zone": UTC}),
        "SendWindow.next_close": Door(gp.SendWindow("9-20").next_close, {"at": 0.0, "zone": UTC}),
        "Campaign.open": Door(gp.Campaign.open, stored, STORE, ("accounts",), called=accounts),
        "Campaign.check": of_campaign("check"),
        "Campaign.run": of_campaign("run", progress=False),
        "Campaign.resume": of_campaign("resume", *run, progress=False),
        "Campaign.work": of_campaign("work", progress=False),
        "Campaign.update": of_fresh("update", recipients=PEOPLE),
        "Campaign.pause": of_fresh("pause", why="lunch"),
        "Campaign.cancel": of_fresh("cancel", why="a mistake"),
        "Campaign.results": of_fresh("results", columns=["email"]),
        "Campaign.pause_domain": of_fresh("pause_domain", domain="gmail"),
        "Campaign.resume_domain": Door(resume_domain, {"domain": "gmail"}),
        "Campaign.test": of_fresh("test", to="me@example.com", may=(gp.SendError,)),
        "Campaign.preview": of_fresh("preview", path="preview.html", may=(OSError,)),
        "Campaign.rename": of_fresh("rename", name="november", may=(gp.StoreError,)),
        "Campaign.export": of_fresh("export", folder="exported", may=(OSError,)),
        "Campaign.delete": of_fresh("delete"),
        "Campaign.stored": Door(gp.Campaign.stored, {"store": "kept.db"}, STORE),
        "Campaign.failed": Door(failed, {"categories": "greylisted"}),
        "AsyncCampaign": Door(
            lambda campaign: repr(gp.AsyncCampaign(campaign)),
            {"campaign": gp.Campaign.open("october", store="kept.db")},
        ),
        "AsyncCampaign.create": Door(
            created, lawful, STORE, ("accounts",), gp.Campaign, called=accounts, files=listing
        ),
        "AsyncCampaign.open": Door(gp.AsyncCampaign.open, stored, STORE, ("accounts",), called=accounts),
        "AsyncCampaign.check": of_async_campaign("check"),
        "AsyncCampaign.run": of_async_campaign("run", *run, progress=False),
        "AsyncCampaign.resume": of_async_campaign("resume", progress=False),
        "AsyncCampaign.work": of_async_campaign("work", *run, progress=False),
        "AsyncCampaign.pause": of_fresh_async("pause", why="lunch"),
        "AsyncCampaign.cancel": of_fresh_async("cancel", why="a mistake"),
        "AsyncCampaign.update": of_fresh_async("update", recipients=PEOPLE),
        "AsyncCampaign.pause_domain": of_fresh_async("pause_domain", domain="gmail"),
        "AsyncCampaign.resume_domain": Door(resumed_domain, {"domain": "gmail"}, like=gp.AsyncCampaign.resume_domain),
        "AsyncCampaign.test": of_fresh_async("test", to="me@example.com", may=(gp.SendError,)),
        "AsyncCampaign.preview": of_fresh_async("preview", path="preview.html", may=(OSError,)),
        "AsyncCampaign.rename": of_fresh_async("rename", name="november", may=(gp.StoreError,)),
        "AsyncCampaign.export": of_fresh_async("export", folder="exported", may=(OSError,)),
        "AsyncCampaign.delete": of_fresh_async("delete"),
        "AsyncCampaign.failed": Door(async_failed, {"categories": "greylisted"}),
        "RetryPolicy": Door(gp.RetryPolicy),
        "RetryPolicy.next_at": Door(
            policy.next_at, {"attempts": 1, "now": 0.0, "category": "greylisted", "retry_after": 0.0}
        ),
        "Suppressions": Door(gp.Suppressions, {"store": "kept.db"}, STORE),
        "Suppressions.add": Door(suppressions.add, {"addresses": "petr@example.com"}),
        "Suppressions.left_out_by": Door(suppressions.left_out_by, {"addresses": "petr@example.com"}),
        "Suppressions.remove": Door(suppressions.remove, {"addresses": "petr@example.com"}),
        "Suppressions.reason": Door(suppressions.reason, {"address": "petr@example.com"}),
        "Suppressions.import_csv": Door(suppressions.import_csv, {"path": "list.csv"}, files=("path",)),
        "Template": Door(
            gp.Template, {"subject": "Hello", "html": "<p>{{ name }}</p>"}, any_text=("subject", "html", "text")
        ),
        "Template.from_files": Door(
            gp.Template.from_files,
            {"subject": "Hello", "html": "page.html"},
            files=("html", "text"),
            any_text=("subject",),
        ),
        "Template.check_fields": Door(template.check_fields, {"columns": ["name"]}),
    }


def histories(sink: gp.Sink, mailer: gp.Mailer) -> dict[str, Door]:
    history = gp.History("history.db")
    with gp.Mailer(sink.account(), history=history) as recording:
        recording.send(letter())
    doors = {
        "History": Door(gp.History, {"store": "history.db"}, STORE),
        "History.attempts": Door(history.attempts),
        "History.stats": Door(history.stats),
        "History.funnel": Door(history.funnel),
        "History.errors": Door(history.errors),
        "History.query": Door(history.query, {"query_": {"action": "stat.uni"}}, called={"query_": "query"}),
        "History.report": Door(history.report, {"path": "report.html"}, (OSError,)),
        "Table.write_csv": Door(history.attempts().write_csv, {"path": "attempts.csv"}, (OSError,)),
    }
    for name in ("timeline", "domains", "categories", "delays"):
        doors[f"History.plot.{name}"] = Door(
            getattr(history.plot, name), besides=("since", "until", "account", "campaign")
        )
    return doors


ROOMS: dict[str, Callable[[gp.Sink, gp.Mailer], dict[str, Door]]] = {
    "messages": messages,
    "mailboxes": mailboxes,
    "keys": keys,
    "resolvers": resolvers,
    "domain_checks": domain_checks,
    "sending": sending,
    "campaigns": campaigns,
    "histories": histories,
}
