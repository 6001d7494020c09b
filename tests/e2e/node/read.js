// For each line on stdin (a letter in base64) a line of JSON on stdout: what mailparser reads in it.
const readline = require("readline");
const { simpleParser } = require("mailparser");

// Groups are opened: ours are, too.
function mailboxes(field) {
  const lists = field === undefined ? [] : Array.isArray(field) ? field : [field];
  const open = (one) => (one.group ? one.group.flatMap(open) : [{ name: one.name, address: one.address }]);
  return lists.flatMap((list) => list.value).flatMap(open);
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const mail = await simpleParser(Buffer.from(line, "base64"), { skipImageLinks: true, skipTextToHtml: true });
    const told = {
      subject: mail.subject || "",
      from: mailboxes(mail.from),
      to: mailboxes(mail.to),
      cc: mailboxes(mail.cc),
      text: mail.text,
      html: mail.html || null,
      attachments: mail.attachments.map((one) => ({
        name: one.filename || "",
        type: one.contentType,
        data: one.content.toString("base64"),
      })),
    };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
