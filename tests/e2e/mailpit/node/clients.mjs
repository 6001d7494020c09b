// Two clients of Mailpit, against the server whose URL is the argument; prints what they found, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { MailpitClient } = require("mailpit-api");
const url = process.argv[2];

async function mailpitApi() {
  const client = new MailpitClient(url, process.argv[3] ? { auth: { username: "x", password: process.argv[3] } } : {});
  const found = {};
  await client.deleteMessages();
  found.sent = (await client.sendMessage({
    From: { Email: "ivan@example.com", Name: "Иван" },
    To: [{ Email: "olga@example.com" }],
    Subject: "Welcome",
    Text: "Привет",
    HTML: "<p>Привет</p>",
    Tags: ["first"],
    Attachments: [{ Content: Buffer.from("%PDF").toString("base64"), Filename: "a.pdf", ContentType: "application/pdf" }],
  })).ID;
  const message = await client.waitForMessage({ query: "subject:Welcome" });
  found.subject = message.Subject;
  found.attachment = await (await client.getMessageAttachment(message.ID, message.Attachments[0].PartID)).text();
  found.headers = (await client.getMessageHeaders()).Subject;
  found.source = (await client.getMessageSource()).includes("Subject: Welcome");
  found.html = await client.renderMessageHTML();
  found.text = await client.renderMessageText();
  found.links = await client.linkCheck();
  await client.setTags({ IDs: [message.ID], Tags: ["a tag"] });
  await client.renameTag("a tag", "b tag");
  found.tags = await client.getTags();
  await client.deleteTag("b tag");
  await client.setReadStatus({ Read: false });
  found.unread = (await client.searchMessages({ query: "is:unread" })).messages_count;
  found.listed = (await client.waitForMessages({ query: "Привет", count: 1 })).messages.length;
  found.chaos = await client.setChaosTriggers({ Sender: { ErrorCode: 451, Probability: 5 } });
  await client.setChaosTriggers();
  found.chaosNow = await client.getChaosTriggers();
  found.version = (await client.getInfo()).Version;
  found.configuration = (await client.getConfiguration()).ChaosEnabled;
  await client.deleteMessagesBySearch({ query: "subject:Welcome" });
  found.left = (await client.listMessages()).total;
  return found;
}

// Cypress runs its commands in a browser; what they ask of a server needs none. This is what they need of Cypress.
function chainOf(promise) {
  return {
    then: (take) => chainOf(promise.then(async (value) => unwrap(await take(value)))),
    promise,
  };
}
const unwrap = (value) => (value && value.promise ? value.promise : value);

async function cypress() {
  globalThis.Cypress = { expose: () => url, config: () => 4000 };
  globalThis.cy = {
    wrap: (value) => chainOf(Promise.resolve(value)),
    env: () => chainOf(Promise.resolve({ MAILPIT_USERNAME: "x", MAILPIT_PASSWORD: process.argv[3] })),
    wait: (time) => chainOf(new Promise((done) => setTimeout(done, time))),
    request: (options) => chainOf(ask(options)),
  };
  const source = readFileSync("node_modules/cypress-mailpit/dist/src/MailpitCommands.js", "utf8");
  const { MailpitCommands } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const commands = new MailpitCommands();
  const run = (name, ...given) => commands[name](...given).promise;
  await run("mailpitDeleteAllEmails");
  await run("mailpitSendMail", { subject: "Hello there" });
  await run("mailpitHasEmailsBySubject", "Hello there");
  await run("mailpitHasEmailsByTo", "jane@example.com");
  await run("mailpitNotHasEmailsByTo", "nobody@example.com");
  const message = await run("mailpitGetMail");
  const found = {
    subject: await run("mailpitGetSubject", message),
    from: await run("mailpitGetFromAddress", message),
    to: await run("mailpitGetRecipientAddress", message),
    html: await run("mailpitGetMailHTMlBody", message),
    text: await run("mailpitGetMailTextBody", message),
    files: await run("mailpitGetAttachments", message),
  };
  await run("mailpitSetStatusAsUnRead", message);
  await run("mailpitSetAllEmailStatusAsRead");
  found.read = (await run("mailpitSearchEmails", "is:read")).messages_count;
  await run("mailpitDeleteEmailsBySearch", "subject:Hello");
  found.left = (await run("mailpitGetAllMails")).total;
  return found;
}

async function ask({ method, url, qs, body, auth }) {
  const where = new URL(url);
  for (const [name, value] of Object.entries(qs ?? {})) where.searchParams.set(name, value);
  const headers = auth ? { Authorization: `Basic ${btoa(`${auth.user}:${auth.pass}`)}` } : {};
  const answer = await fetch(where, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${text}`);
  return { body: (answer.headers.get("content-type") ?? "").includes("json") ? JSON.parse(text) : text };
}

console.log(JSON.stringify({ mailpitApi: await mailpitApi(), cypress: await cypress() }));
