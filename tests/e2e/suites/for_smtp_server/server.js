"use strict";
// mocha --require: puts a class with SMTPServer's interface, whose server is a gatepost.Sink, in the place of SMTPServer.

const { EventEmitter } = require("events");
const { Readable } = require("stream");
const { spawn } = require("child_process");
const readline = require("readline");
const path = require("path");
const { createRequire } = require("module");
const { sinkOptions } = require("./options");

const sinks = new Map();
let child;
let started = 0;

function process_() {
  if (child) return child;
  child = spawn(process.env.SUITES_PYTHON, ["-m", "suites.for_smtp_server.sink_process"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill());
  readline.createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    const id = [message.started, message.failed, message.closed, message.sink].find((each) => each !== undefined);
    sinks.get(id)._heard(message);
  });
  return child;
}

const say = (message) => process_().stdin.write(JSON.stringify(message) + "\n");

// An error of the suite's handler as the reply that smtp-server would give.
const reply = (error) => (error ? `${error.responseCode || error.statusCode || 550} 5.7.1 ${error.message}` : "");

class SinkServer extends EventEmitter {
  constructor(options) {
    super();
    this.options = options || {};
    for (const name of ["onAuth", "onMailFrom", "onRcptTo", "onData", "onConnect", "onClose", "onSecure"]) {
      if (this.options[name]) this[name] = this.options[name];
    }
    this.server = { address: () => ({ address: "127.0.0.1", port: this._port }) };
  }

  listen(port, host, done) {
    this._id ??= sinks.size;
    sinks.set(this._id, this);
    this._started = typeof host === "function" ? host : done || (() => {});
    this._wanted = { ...sinkOptions(this), port: port || 0 };
    say({ start: this._id, options: this._wanted });
    return this.server;
  }

  // Some tests ask for one and the same port, and several run at once.
  _failed(error) {
    if (!/in use/i.test(error)) return this._started(new Error(error));
    setTimeout(() => say({ start: this._id, options: this._wanted }), 100);
  }

  close(done) {
    this._closed = done || (() => {});
    say({ close: this._id });
  }

  updateSecureContext({ key, cert }) {
    say({ reload: this._id, certificate: [cert, key] });
  }

  _heard(message) {
    if ("started" in message) {
      this._port = message.port;
      started += 1;
      this._started();
    } else if ("failed" in message) {
      this._failed(message.error);
    } else if ("closed" in message) {
      this._closed();
    } else {
      this._letter(message);
    }
  }

  _letter(message) {
    const stream = Readable.from([Buffer.from(message.raw, "base64")], { objectMode: false });
    const session = {
      user: message.user,
      remoteAddress: message.client[0],
      hostNameAppearsAs: message.helo,
      envelope: { mailFrom: { address: message.from }, rcptTo: message.to.map((address) => ({ address })) },
    };
    this.onData(stream, session, (error) => say({ letter: message.letter, reply: reply(error) }));
  }
}

// The suite lies in the package; it reads both names from these modules when it is loaded.
const suite = createRequire(path.join(process.env.SUITES_MODULES, "smtp-server", "test", "x.js"));
suite("../lib/smtp-server").SMTPServer = SinkServer;
suite("../lib/smtp-connection").SMTPConnection = class {
  constructor() {
    throw new Error("smtp-server's own SMTPConnection is tested here, without a server");
  }
};

// The suite gives each test ten seconds and more, of which one that waits in vain uses all.
const LONGEST = 8000;
const { Runnable } = suite("mocha");
const { timeout } = Runnable.prototype;
Runnable.prototype.timeout = function (ms) {
  return arguments.length ? timeout.call(this, Math.min(ms, LONGEST)) : timeout.call(this);
};

module.exports = { started: () => started };
