"""Right uses: both type checkers find nothing in here, and every public name can be imported by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import gatepost as gp
from gatepost import Account, InputError, Mailer, Message, SendError, SendResult, send
from gatepost.dns import TableResolver
from gatepost.domains import DomainReport
from gatepost.sinks import Envelope


def one_letter(account: Account) -> SendResult:
    return send(
        account,
        from_=("Иван", "ivan@example.com"),
        to=["olga@example.com", gp.Group("Команда", ["petr@example.com"])],
        subject="Счёт",
        text=False,
        html=["<h1>Счёт</h1>"],
        inline={"logo": Path("logo.png")},
        attachments=["счёт.pdf", gp.Attachment(b"1;2", name="d.csv", type="text/csv"), ("a.txt", b"a")],
        headers={"X-Tag": "a"},
        calendar=gp.Calendar("meeting.ics"),
        requests=gp.SendRequests(notify={"failure", "delay"}),
        timeout=10,
    )


def notify(account: Account, **letter: Unpack[gp.MessageFields]) -> gp.SendResult:
    letter["subject"] = f"[shop] {letter.get('subject')}"
    return gp.send(account, **letter)


def within_the_limit(account: Account, message: Message, history: gp.History) -> float | None:
    try:
        gp.send(account, message, timeout=5, history=history)
    except gp.LimitReached as late:
        return late.at
    with Mailer(account, history=history) as mailer:
        status = mailer.status()
    return status["held"].at if status["held"] is not None else None


def kept(letter: Message) -> Account:
    file = gp.AccountsFile("accounts.toml")
    try:
        where: str = file.sign_in("news", lambda page: print(page.page, page.code), client_secret=None)
        print(where)
    except gp.SignInNeeded as needed:
        print(needed.permanent, needed.code)
    file.add("news", {"preset": "gmail", "limits.per_hour": 20}, password="secret")
    file.pause("news", "holidays", until=1e9)
    state: gp.AccountState = gp.accounts.state("news")
    chosen: str | None = gp.accounts.explain(letter).name
    by_sender: Account = gp.accounts.for_sender("Ivan <ivan@example.com>")
    return gp.accounts["news"] if state.status == "active" and chosen else by_sender


def compose(to: gp.AddressListSource, files: list[gp.AttachmentSource]) -> Message:
    return Message(from_="ivan@example.com", to=to, attachments=files)


def read(raw: bytes) -> tuple[gp.ParsedMessage, gp.Address, gp.Headers, list[gp.Attachment]]:
    letter = gp.Message.parse(raw)
    return letter, letter.from_, letter.headers, letter.attachments


def subjects(box: gp.Mbox | gp.Maildir) -> Iterator[str]:
    letter: gp.BaseMessage
    for letter in box:
        yield letter.subject


def account_with(token: Callable[[], str], **options: Unpack[gp.AccountOptions]) -> Account:
    options["limits"] = gp.Limits(per_hour=200, forbidden_attachments={"exe"})
    auth = gp.Auth(access_token=token, mechanisms="XOAUTH2")
    preset = gp.Account.preset("gmail", login="ivan@gmail.com", auth=auth, limits=gp.Limits(recipients=5))
    tls = replace(preset.tls, min_version="1.3")
    route = gp.Route(proxy="socks5://127.0.0.1:1080", xclient={"NAME": "a.example"})
    timeouts = gp.Timeouts(connect=5, final_reply=300.0)
    options |= {"tls": tls, "route": route, "timeouts": timeouts}
    return gp.Account("smtps://127.0.0.1", **options)


def try_to_send(account: Account, letter: gp.BaseMessage) -> gp.Failure | None:
    try:
        with Mailer(account) as mailer:
            result = mailer.send(letter)
    except (gp.AuthError, gp.TlsError, gp.ConnectTimeout, gp.ConnectError) as error:
        return error.failure
    except (gp.SenderError, gp.RecipientsRefused, gp.DataError, SendError) as error:
        return error.refused[0]
    except InputError as error:
        raise SystemExit(str(error)) from error
    session: gp.SessionFacts | None = result.session
    tls: gp.TlsFacts | None = session.tls if session else None
    accepted: list[gp.Accepted] = result.accepted
    print(tls, [one.queue_id for one in accepted], account.noop().ok)
    return result.refused[0] if result.refused else None


async def send_all(account: Account, letters: list[Message]) -> list[gp.SendResult]:
    async with gp.AsyncMailer(account) as mailer:
        return await asyncio.gather(*(mailer.send(letter) for letter in letters))


def what_to_do(reply: str) -> str:
    failure = gp.explain(reply, phase="rcpt")
    return failure.remedy if failure.category is gp.Category.RECIPIENT_UNKNOWN else failure.hint


def run(campaign: gp.Campaign) -> gp.CampaignReport | None:
    check: gp.CheckReport = campaign.check()
    status: gp.CampaignStatus = campaign.status()
    explanation: gp.Explanation = campaign.explain()
    failed: gp.Selection = campaign.failed("mailbox_full")
    table: gp.Table = campaign.results()
    print(check.total, status.left, explanation, failed.resend(), table.to_polars().height)
    try:
        return campaign.run() if campaign.account_names else campaign.work(lease=30)
    except (gp.AlreadyRunning, gp.StaleRun) as error:
        print(error)
    except (gp.StoreError, gp.GatepostError):
        pass
    return None


async def run_there(account: Account) -> gp.CampaignReport:
    campaign = await gp.AsyncCampaign.create(
        "october",
        template=gp.Template(subject="Привет, {{ name }}!", text="..."),
        recipients=[{"email": "olga@example.com", "name": "Ольга"}],
        accounts=[account],
        store=Path("campaigns.db"),
        retry=gp.RetryPolicy(first_delay=1.0),
    )
    async with campaign:
        return await campaign.run(max_seconds=60)


def rule(letter: gp.Letter) -> str | None:
    envelope: Envelope = letter.envelope
    return None if envelope.to else "550 5.7.1 No"


def into_a_sink() -> list[gp.Letter]:
    with gp.Sink(on_letter=rule) as sink:
        sink.rules.add(phase="rcpt", to="full@*", reply="452 4.2.2 Mailbox full")
        try:
            return sink.wait(1, to="olga@*")
        except gp.SinkTimeout:
            return sink.discarded


async def into_a_sink_there() -> list[gp.Letter]:
    async with gp.AsyncSink(http=gp.SinkHttp(port=0, allowed_hosts=["mail"])) as sink:
        print(sink.http_url, sink.http_token or "")
        return await sink.wait(1)


def keys(raw: bytes) -> list[gp.DkimResult]:
    key = gp.DkimKey.generate("ed25519")
    signer = gp.DkimSigner("example.com", "s1", key)
    try:
        return gp.dkim.verify(signer.sign(raw), TableResolver({signer.record_name: key.dns_record()}))
    except gp.TemporaryDnsError:
        return []


def domain() -> DomainReport:
    return gp.domains.check("example.com")


def suppress(store: Path) -> gp.Table:
    gp.Suppressions(store).add("olga@example.com", reason="complaint")
    with gp.History(store) as history:
        return history.stats(by=["day", "domain"])


VERSION: str = gp.__version__
MESSAGE_ID: str = gp.stable_message_id("october", "olga@example.com")
