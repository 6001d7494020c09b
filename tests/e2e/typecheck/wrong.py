"""Wrong uses. Both checkers refuse each line that ends in a comment (mypy's kind, pyright's rule) and no other."""

from __future__ import annotations

import gatepost as gp
from gatepost import Mesage  # attr-defined, reportAttributeAccessIssue
from gatepost.accounts.one_letter import Mailer  # attr-defined, reportPrivateImportUsage
from gatepost.campaigns import Campain  # attr-defined, reportAttributeAccessIssue

URL = "smtp://127.0.0.1"
ME = "ivan@example.com"

# A letter

gp.sent(URL, to=ME)  # attr-defined, reportAttributeAccessIssue
gp.send(to=ME)  # call-arg, reportCallIssue
gp.send(25, to=ME)  # arg-type, reportArgumentType
gp.send(URL, ME)  # arg-type, reportArgumentType
gp.send(URL, subjct="Счёт")  # call-arg, reportCallIssue
gp.send(URL, from_=7)  # arg-type, reportArgumentType
gp.send(URL, to=7)  # arg-type, reportArgumentType
gp.send(URL, subject=b"raw")  # arg-type, reportArgumentType
gp.send(URL, text=True)  # arg-type, reportArgumentType
gp.send(URL, inline=["logo.png"])  # arg-type, reportArgumentType
gp.send(URL, attachments=7)  # arg-type, reportArgumentType
gp.send(URL, headers={"X-Tag": 7})  # arg-type, reportArgumentType
gp.send(URL, date=[5])  # arg-type, reportArgumentType
gp.send(URL, inline_css="yes")  # arg-type, reportArgumentType
gp.send(URL, timeout="10 s")  # arg-type, reportArgumentType
gp.send(URL, requests={"notify": "never"})  # arg-type, reportArgumentType
gp.Message(to=ME)  # call-arg, reportCallIssue
gp.Message(ME, to=ME)  # call-arg, reportCallIssue
gp.Message(from_=ME, atachments=["a.pdf"])  # call-arg, reportCallIssue
gp.Attachment(b"1", nam="a.csv")  # call-arg, reportCallIssue
fields: gp.MessageFields = {"subjct": "Счёт"}  # typeddict-unknown-key, reportAssignmentType
message = gp.Message(from_=ME, to=ME)
message.subject = "Счёт"  # misc, reportAttributeAccessIssue
message.too  # attr-defined, reportAttributeAccessIssue
parsed: gp.Message = gp.Message.parse(b"")  # assignment, reportAssignmentType

# Its verdict

result = gp.send(URL, message)
result.acepted  # attr-defined, reportAttributeAccessIssue
result.accepted[0].queueid  # attr-defined, reportAttributeAccessIssue
result.session.tls  # union-attr, reportOptionalMemberAccess
code: str = result.accepted[0].code  # assignment, reportAssignmentType
gp.Category.MAILBOX_FUL  # attr-defined, reportAttributeAccessIssue
gp.explain(550)  # arg-type, reportArgumentType
gp.SendRequests(priorty=1)  # call-arg, reportCallIssue

with gp.AsyncMailer(gp.Account(URL)) as mailer:  # attr-defined, reportGeneralTypeIssues
    pass

try:
    gp.Mailer(gp.Account(URL)).send("a letter")  # arg-type, reportArgumentType
except gp.SendError as error:
    error.failur  # attr-defined, reportAttributeAccessIssue

# Accounts and their options

gp.Account(URL, max_per_hour=5)  # call-arg, reportCallIssue
gp.Account(URL, limits={"per_hour": 5})  # arg-type, reportArgumentType
gp.Account(URL, tls=gp.SinkTls())  # arg-type, reportArgumentType
gp.Account.preset("gmail", limit=gp.Limits())  # call-arg, reportCallIssue
gp.Account(URL, only_sender="replaced")  # arg-type, reportArgumentType
gp.accounts[3]  # index, reportArgumentType
gp.Limits(per_hour="5")  # arg-type, reportArgumentType
gp.Limits(per_huor=5)  # call-arg, reportCallIssue
gp.Timeouts(5)  # call-arg, reportCallIssue
gp.Tls(key_pem=b"PEM")  # arg-type, reportArgumentType
gp.Limits().per_hour = 5  # misc, reportAttributeAccessIssue

# Campaigns, their history

campaign = gp.Campaign.open("october", store="campaigns.db")
gp.Campaign("october", recipient="people.csv", store="campaigns.db")  # call-arg, reportCallIssue
gp.Template(subjct="Привет")  # call-arg, reportCallIssue
campaign.run(progres=True)  # call-arg, reportCallIssue
campaign.resume(progres=True)  # call-arg, reportCallIssue
campaign.failed(550)  # arg-type, reportArgumentType
gp.RetryPolicy(first_delay="soon")  # arg-type, reportArgumentType
gp.History("campaigns.db").stats(by=7)  # arg-type, reportArgumentType

# Sinks and domains

sink = gp.Sink(profile="demo_gate")
gp.Sink(profil="demo_gate")  # call-arg, reportCallIssue
gp.Sink(limits=gp.Limits())  # arg-type, reportArgumentType
gp.SinkProtocol(lenient=True)  # arg-type, reportArgumentType
sink.account(tls="starttls")  # arg-type, reportArgumentType
sink.rules.add(phase="rctp", reply="550 No")  # arg-type, reportArgumentType
sink.rules.add(reply="550 No")  # call-arg, reportCallIssue
sink.wait("one")  # arg-type, reportArgumentType
sink.letters[0].envelope.too  # attr-defined, reportAttributeAccessIssue
gp.dkim.verfy(b"")  # attr-defined, reportAttributeAccessIssue
gp.DkimSigner("example.com", "s1", b"PEM")  # arg-type, reportArgumentType
gp.domains.check(b"example.com")  # arg-type, reportArgumentType
