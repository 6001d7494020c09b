// For each line on stdin (a message as nodemailer takes it, in JSON) a line on stdout: the letter in base64.
const readline = require("readline");
const nodemailer = require("nodemailer");

async function main() {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { message } = await transport.sendMail(JSON.parse(line));
    process.stdout.write(`${message.toString("base64")}\n`);
  }
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
