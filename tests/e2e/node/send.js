// Reads {transport, messages} from stdin, sends each message, writes nodemailer's infos to stdout. A message may hold
// rawBase64: a whole letter, to be sent as it is.
const nodemailer = require("nodemailer");

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const job = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const transport = nodemailer.createTransport(job.transport);
  const infos = [];
  try {
    for (const { rawBase64, ...message } of job.messages) {
      if (rawBase64) message.raw = Buffer.from(rawBase64, "base64");
      infos.push(await transport.sendMail(message));
    }
  } finally {
    transport.close();
  }
  process.stdout.write(JSON.stringify(infos));
}

main().catch((error) => {
  console.error(`${error.code || "error"}: ${error.message}`);
  process.exitCode = 1;
});
