"use strict";
// mocha --require: puts a class with SMTPServer's interface, whose server is a gatepost.Sink, in the place of SMTPServer.

const net = require("net");
const { EventEmitter } = require("events");
const { Readable } = require("stream");
const { spawn } = require("child_process");
const readline = require("readline");
const path = require("path");
const { createRequire } = require("module");
const { sinkOptions } = require("./options");

const sinks = new Map();
const ports = new Map(); // asked for: given
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
    this._asked_for = port;
    say({ start: this._id, options: sinkOptions(this) });
    return this.server;
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
      if (this._asked_for) ports.set(this._asked_for, message.port);
      started += 1;
      this._started();
    } else if ("failed" in message) {
      this._started(new Error(message.error));
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

// Many tests ask for one and the same port, and several run at once: each server has a port of its own, and a client
// that goes to the port that was asked for comes there.
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (options && ports.has(options.port)) options.port = ports.get(options.port);
  if (ports.has(args[0])) args[0] = ports.get(args[0]);
  return connect.apply(this, args);
};

suite("chai").config.truncateThreshold = 0; // what was said is to be read in the report

module.exports = { started: () => started };
