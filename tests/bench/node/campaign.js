// campaign.js: reads {port, connections, from, template, rows, dkim} from stdin, builds each row's letter with nodemailer
// and sends it through its pool.
const fs = require("node:fs");
const net = require("node:net");
const nodemailer = require("nodemailer");

const fill = (source, row, escape) =>
  source.replace(/{{ (\w+) }}/g, (_, name) => (escape ? escapeHtml(row[name]) : row[name]));

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

async function main() {
  const { port, connections, from, template, rows, dkim } = JSON.parse(fs.readFileSync(0, "utf8"));
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
    dkim: dkim || undefined,
    // Its own sockets wait 40 ms for each letter: the final dot is a write by itself, and TCP_NODELAY is not set.
    getSocket: (options, done) => {
      const connection = net.connect({ port, host: "127.0.0.1", noDelay: true });
      connection.once("connect", () => done(null, { connection }));
    },
  });
  let next = 0;
  const lane = async () => {
    while (next < rows.length) {
      const row = rows[next++];
      await transport.sendMail({
        from,
        to: row.email,
        subject: fill(template.subject, row),
        text: fill(template.text, row),
        html: fill(template.html, row, true),
      });
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  transport.close();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
