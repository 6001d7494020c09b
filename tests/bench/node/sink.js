// sink.js PORT: nodemailer's smtp-server, every letter kept, until stdin closes.
const { SMTPServer } = require("smtp-server");

const letters = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  noDelay: true, // else its replies to a group of commands wait 40 ms for each other
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      letters.push({ envelope: session.envelope, raw: Buffer.concat(chunks) });
      done();
    });
  },
});
server.on("error", () => {}); // a probe that hangs up without QUIT
server.listen(Number(process.argv[2]), "127.0.0.1");
process.stdin.resume().on("end", () => process.exit(0));
