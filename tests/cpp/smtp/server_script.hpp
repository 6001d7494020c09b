#pragma once
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/smtp/server/session.hpp"

namespace gatepost::smtp {

/// Decides by tables and remembers what it was asked.
class ScriptedHandler : public ServerHandler {
 public:
  struct Letter {
    ServerEnvelope envelope;
    std::string data;
    std::string transcript;
  };

  Verdict on_connect(const ServerPeer&) override { return connect; }
  Verdict on_ehlo(const ServerPeer&, std::string_view) override { return ehlo; }
  Verdict on_auth(const ServerPeer&, const AuthAttempt& attempt) override {
    asked_for_auth.emplace_back(attempt.mechanism + " " + attempt.login + " " + attempt.password);
    if (attempt.proof || (attempt.login == "ivan" && attempt.password == "secret-word")) return auth;
    if (!token.empty() && attempt.token == token) return auth;
    return {Verdict::Action::refuse, "535 5.7.8 Incorrect login or password", {}};
  }
  bool has_passwords() const override { return knows_passwords; }
  std::optional<std::string> password_of(std::string_view login) const override {
    return login == "ivan" ? std::optional<std::string>("secret-word") : std::nullopt;
  }
  bool needs_no_auth(const ServerPeer& peer) const override { return peer.address == "192.0.2.7"; }
  Verdict on_mail(const ServerPeer&, const ServerEnvelope&) override { return mail; }
  Verdict on_rcpt(const ServerPeer&, const ServerEnvelope&, const ServerRecipient& recipient) override {
    const auto found = rcpt.find(recipient.address);
    return found == rcpt.end() ? Verdict{} : found->second;
  }
  Verdict on_data(const ServerPeer&, const ServerEnvelope&) override {
    ++asked_for_data;
    return data;
  }
  Verdict on_letter(const ServerPeer&, ServerEnvelope&& envelope, std::string&& bytes,
                    std::string_view transcript) override {
    letters.push_back({std::move(envelope), std::move(bytes), std::string(transcript)});
    return letter;
  }
  std::vector<Verdict> on_lmtp_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& bytes,
                                      std::string_view transcript) override {
    if (lmtp.empty()) {
      return ServerHandler::on_lmtp_letter(peer, std::move(envelope), std::move(bytes), transcript);
    }
    letters.push_back({std::move(envelope), std::move(bytes), std::string(transcript)});
    return lmtp;
  }
  Verdict on_etrn(const ServerPeer& peer, std::string_view node) override {
    return node == "known.example" ? Verdict{} : ServerHandler::on_etrn(peer, node);
  }
  void on_closed(const ServerPeer&, std::string_view transcript, std::string_view reason,
                 const std::vector<std::string>& broken) override {
    ++closed;
    warnings = broken;
    close_reason = reason;
    close_transcript = transcript;
  }

  Verdict connect, ehlo, auth, mail, data, letter;
  std::vector<Verdict> lmtp;
  bool knows_passwords = false;
  std::string token;
  int asked_for_data = 0;
  std::map<std::string, Verdict> rcpt;
  std::vector<Letter> letters;
  std::vector<std::string> asked_for_auth;
  int closed = 0;
  std::vector<std::string> warnings;
  std::string close_reason;
  std::string close_transcript;
};

/// Plays the client's part against one ServerSession.
class ServerScript {
  std::unique_ptr<const ServerOptions> options_;

 public:
  explicit ServerScript(ScriptedHandler& handler, ServerOptions options = {}, bool byte_by_byte = false,
                        ServerPeer peer = {})
      : options_(std::make_unique<const ServerOptions>(std::move(options))),
        session(*options_, handler, std::move(peer)),
        byte_by_byte_(byte_by_byte) {}

  std::string replies() {
    std::string all;
    for (auto part = session.output(); !part.empty(); part = session.output()) {
      all += part;
      session.consume_output(part.size());
    }
    return all;
  }
  /// What the server answers to `bytes`.
  std::string say(std::string_view bytes) {
    if (byte_by_byte_) {
      for (const char c : bytes) session.receive(std::string_view(&c, 1));
    } else {
      session.receive(bytes);
    }
    return replies();
  }
  ServerScript& hello() {
    replies();
    say("EHLO client.example\r\n");
    return *this;
  }

  ServerSession session;

 private:
  bool byte_by_byte_;
};

/// Each test runs with the client's bytes in one piece and one at a time.
class ServerTest : public testing::TestWithParam<bool> {
 protected:
  ServerScript start(ServerOptions options = named(), ServerPeer peer = {}) {
    return ServerScript(handler, std::move(options), GetParam(), std::move(peer));
  }
  ServerScript greeted(ServerOptions options = named(), ServerPeer peer = {}) {
    auto script = start(std::move(options), std::move(peer));
    script.hello();
    return script;
  }
  static ServerOptions named() {
    ServerOptions options;
    options.host_name = "sink.example";
    options.leniency.bad_pipelining = true;  // so that a whole dialogue can be said at once
    return options;
  }
  /// As a server comes: whoever does not wait for a reply is cut off.
  static ServerOptions strict() {
    auto options = named();
    options.leniency = Leniency();
    return options;
  }
  /// Greeted behind a TLS handshake.
  ServerScript secured(ServerOptions options = named(), TlsFacts facts = {"TLSv1.3", "x"}) {
    options.implicit_tls = true;
    auto script = start(std::move(options));
    script.session.tls_established(std::move(facts));
    script.hello();
    return script;
  }
  ScriptedHandler handler;
};

/// The lines of an EHLO reply without their codes, the first one left out.
inline std::vector<std::string> announced(std::string_view reply) {
  std::vector<std::string> lines;
  for (auto rest = reply.substr(reply.find("\r\n") + 2); rest.size() > 4; rest.remove_prefix(rest.find("\r\n") + 2)) {
    lines.emplace_back(rest.substr(4, rest.find("\r\n") - 4));
  }
  return lines;
}

using ServerNeed = ServerSession::Need;
inline std::string server_portions(const testing::TestParamInfo<bool>& info) {
  return info.param ? "ByteByByte" : "InOnePiece";
}
inline Verdict refuse(std::string reply) { return {Verdict::Action::refuse, std::move(reply), {}}; }

}  // namespace gatepost::smtp
