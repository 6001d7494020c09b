// send.js PORT CONNECTIONS LETTERS FILE: the same letter again and again through nodemailer's pool. Writes
// {"letters": n, "seconds": s}.
const fs = require("node:fs");
const net = require("node:net");
const nodemailer = require("nodemailer");

async function main() {
  const [port, connections, letters, file] = process.argv.slice(2);
  const raw = fs.readFileSync(file);
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port: Number(port),
    ignoreTLS: true,
    pool: true,
    maxConnections: Number(connections),
    maxMessages: Infinity,
    // Its own sockets wait 40 ms for each letter: the final dot is a write by itself, and TCP_NODELAY is not set.
    getSocket: (options, done) => {
      const connection = net.connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
      connection.once("connect", () => done(null, { connection }));
    },
  });
  const message = { envelope: { from: "sender@example.org", to: "recipient@example.test" }, raw };
  let left = Number(letters);
  const lane = async () => {
    while (left-- > 0) await transport.sendMail(message);
  };
  const begin = process.hrtime.bigint();
  await Promise.all(Array.from({ length: Number(connections) }, lane));
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  transport.close();
  console.log(JSON.stringify({ letters: Number(letters), seconds }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
