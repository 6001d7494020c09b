// An SMTP or LMTP server made of smtp-server: its options and {users, token} as JSON in the first argument.
// Says its port, then a line of JSON for each letter.
const { SMTPServer } = require("smtp-server");

const { users = {}, token = "", ...options } = JSON.parse(process.argv[2]);

function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

const parameters = (args) => Object.entries(args || {}).map(([key, value]) => (value === true ? key : `${key}=${value}`));

const server = new SMTPServer({
  ...options,
  onAuth(auth, session, callback) {
    const secret = users[auth.username];
    const good =
      auth.method === "XOAUTH2"
        ? secret !== undefined && auth.accessToken === token
        : auth.method === "CRAM-MD5"
          ? secret !== undefined && auth.validatePassword(secret)
          : secret !== undefined && auth.password === secret;
    if (good) return callback(null, { user: auth.username });
    if (auth.method === "XOAUTH2") return callback(null, { data: { status: "400", schemes: "bearer" } });
    callback(refusal(535, "5.7.8 Authentication credentials invalid"));
  },
  onRcptTo(address, session, callback) {
    callback(address.address.startsWith("nobody") ? refusal(550, "5.1.1 No such user here") : null);
  },
  onData(stream, session, callback) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const letter = {
        from: mailFrom.address || "",
        options: parameters(mailFrom.args),
        to: rcptTo.map((to) => to.address),
        to_options: rcptTo.map((to) => parameters(to.args)),
        user: session.user || "",
        data: Buffer.concat(chunks).toString("base64"),
      };
      process.stdout.write(`${JSON.stringify(letter)}\n`);
      const verdict = (to) => (to.address.startsWith("full") ? refusal(452, "4.2.2 Mailbox full") : "queued");
      callback(null, options.lmtp ? rcptTo.map(verdict) : "queued");
    });
  },
});

server.on("error", (error) => console.error(error.message)); // of one connection; the server goes on
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
