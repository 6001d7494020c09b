// parse.js FILE COUNT: the letter so often through mailparser's simpleParser, all parts taken. Writes {"seconds": s}.
const fs = require("node:fs");
const { simpleParser } = require("mailparser");

async function main() {
  const raw = fs.readFileSync(process.argv[2]);
  const count = Number(process.argv[3]);
  const once = async () => {
    const { subject, text, html, from, to, attachments } = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
    if (!subject || !text || !html || !from || !to || !attachments) throw new Error("a part is missing");
  };
  await once();
  const begin = process.hrtime.bigint();
  for (let i = 0; i < count; i++) await once();
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - begin) / 1e9 }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
