// Reads {transport, messages} from stdin, sends each message, writes nodemailer's infos to stdout.
const nodemailer = require("nodemailer");

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const job = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const transport = nodemailer.createTransport(job.transport);
  const infos = [];
  try {
    for (const message of job.messages) infos.push(await transport.sendMail(message));
  } finally {
    transport.close();
  }
  process.stdout.write(JSON.stringify(infos));
}

main().catch((error) => {
  console.error(`${error.code || "error"}: ${error.message}`);
  process.exitCode = 1;
});
