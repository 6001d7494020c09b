#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/core/base64.hpp"
#include "gatepost/core/clock.hpp"
#include "sasl_exchange.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {

// In the place of what a client says: the TLS handshake, and its next SASL message.
inline const std::string client_tls_step;
inline const std::string client_sasl_step = "<sasl>";

/// The client's part of a whole session, as the groups of bytes it sends; behind each it waits for the replies.
struct ServerScenario {
  std::string name;
  ServerOptions options;
  std::vector<std::string> steps;
  std::vector<std::string> letters;  ///< what comes of it
  std::string mechanism{};           ///< of the AUTH that is said at the first SASL step
  bool behind_proxy = false;
  bool chunked = false;  ///< a letter comes in several chunks
  bool slow = false;     ///< every reply of the handler is held back, and letters wait for a decision
};

enum class ClientFault : std::uint8_t { lost, garbage, timeout, shut_down };
inline constexpr ClientFault all_client_faults[] = {ClientFault::lost, ClientFault::garbage, ClientFault::timeout,
                                                    ClientFault::shut_down};

/// Plays a scenario against one ServerSession, and a fault in front of one of its steps or in the middle of it.
class ServerPlayer {
 public:
  ServerPlayer(const ServerScenario& scenario, bool byte_by_byte)
      : scenario_(scenario), byte_by_byte_(byte_by_byte), session_(scenario.options, handler, peer_of(scenario)) {
    handler.knows_passwords = true;
    handler.token = "token";
    if (scenario.slow) {
      const std::chrono::milliseconds delay(5);
      handler.connect.delay = handler.ehlo.delay = handler.mail.delay = handler.data.delay = delay;
      handler.letter = {Verdict::Action::later, {}, {}};
    }
  }

  void play(std::optional<std::size_t> step, ClientFault fault, bool in_the_middle) {
    settle();
    for (std::size_t i = 0; i < scenario_.steps.size() && !closed(); ++i) {
      const auto words = words_of(scenario_.steps[i]);
      if (i != step) {
        take(words);
        continue;
      }
      const auto half = in_the_middle ? words.size() / 2 : 0;
      hear(std::string_view(words).substr(0, half));
      const auto before = said.size();
      inject(fault);
      // Only a client that heeds no reply would say the next chunk behind one that was not understood.
      if (scenario_.chunked && said.find("500 ", before) != std::string::npos) return;
      if (!closed()) take(std::string_view(words).substr(half));
    }
    settle();
  }
  /// The client is gone: nothing more can come.
  void hang_up() {
    session_.connection_lost("gone");
    settle();
  }
  bool closed() const { return session_.need() == ServerNeed::closed; }
  const ServerSession& session() const { return session_; }

  ScriptedHandler handler;
  std::string said;  ///< by the server

 private:
  static ServerPeer peer_of(const ServerScenario& scenario) {
    ServerPeer peer;
    peer.address = "192.0.2.1";
    peer.speaks_proxy = scenario.behind_proxy;
    return peer;
  }

  std::string words_of(const std::string& step) {
    if (step != client_sasl_step) return step;
    if (!sasl_) {
      auto identity = ivan;
      if (scenario_.mechanism == "XOAUTH2" || scenario_.mechanism == "OAUTHBEARER") {
        identity.password.clear();
        identity.access_token = "token";
      }
      sasl_ = make_sasl_client(scenario_.mechanism, identity, tls13, {scenario_.mechanism});
      const auto first = sasl_->initial_response();
      return "AUTH " + scenario_.mechanism + (first ? " " + base64_encode(*first) : "") + "\r\n";
    }
    const auto line = last_reply();
    if (!line.starts_with("334 ")) return "NOOP\r\n";
    const auto challenge = base64_decode(line.substr(4));
    const auto answer = sasl_->respond(challenge ? std::optional<std::string_view>(*challenge) : std::nullopt);
    return (answer ? base64_encode(*answer) : "*") + "\r\n";
  }
  std::string last_reply() const {
    if (said.size() < 2) return {};
    const auto begin = said.rfind("\r\n", said.size() - 3);
    const auto from = begin == std::string::npos ? 0 : begin + 2;
    return said.substr(from, said.size() - from - 2);
  }

  void take(std::string_view step) {
    if (step == client_tls_step && session_.need() == ServerNeed::start_tls) {
      session_.tls_established({"TLSv1.3", "x"});
    }
    hear(step);
  }
  void hear(std::string_view bytes) {
    if (byte_by_byte_) {
      for (const char c : bytes) session_.receive({&c, 1});
    } else {
      session_.receive(bytes);
    }
    settle();
  }

  void inject(ClientFault fault) {
    switch (fault) {
      case ClientFault::lost:
        session_.connection_lost("reset");
        break;
      case ClientFault::garbage:
        // A NUL and bare newlines, so that a letter into which it falls is none.
        return hear(std::string_view("\xFF\0\r\x01 garbage\n\n.\r.\r\n", 19));
      case ClientFault::timeout:
        session_.timed_out();
        break;
      case ClientFault::shut_down:
        session_.shut_down();
        break;
    }
    settle();
  }

  /// All that the driver does without the client.
  void settle() {
    for (int round = 0; round < 10'000; ++round) {
      const auto out = session_.output();
      said += out;
      session_.consume_output(out.size());
      if (!session_.output().empty()) continue;
      if (session_.need() == ServerNeed::wait) {
        session_.resume();
      } else if (session_.need() == ServerNeed::decision) {
        session_.decide({Verdict::Action::accept, "250 2.0.0 Decided", {}});
      } else {
        return;
      }
    }
    ADD_FAILURE() << "the session neither ends nor needs the client";
  }

  const ServerScenario& scenario_;
  bool byte_by_byte_;
  ServerSession session_;
  std::unique_ptr<SaslClient> sasl_;
};

inline std::vector<ServerScenario> server_scenarios() {
  static const ManualClock stopped;  // EHLO's FUTURERELEASE tells the time, and replies are compared
  ServerOptions options;
  options.clock = &stopped;
  options.host_name = "sink.example";
  auto tls = options;
  tls.offer_starttls = tls.require_tls = true;
  auto implicit = options;
  implicit.implicit_tls = true;
  auto lmtp = options;
  lmtp.lmtp = true;
  auto login = options;
  login.require_auth = true;
  login.mechanisms = {"SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5",
                      "PLAIN",         "LOGIN",         "XOAUTH2",     "OAUTHBEARER"};
  const std::string ehlo = "EHLO me\r\n";
  const std::string mail = "MAIL FROM:<a@b.ru>\r\n";
  const std::string rcpt = "RCPT TO:<c@d.ru>\r\n";
  const std::string group = mail + rcpt + "DATA\r\n";
  const std::string one = "Subject: 1\r\n\r\n..dot\r\n.\r\n";
  const std::string one_kept = "Subject: 1\r\n\r\n.dot\r\n";
  const std::string two = "Subject: 2\r\n\r\nx\r\n.\r\n";
  const std::string two_kept = "Subject: 2\r\n\r\nx\r\n";
  const std::string quit = "QUIT\r\n";
  const std::string header = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\r\n";
  std::vector<ServerScenario> all{
      {"Plain",
       options,
       {ehlo, mail, rcpt, "DATA\r\n", one, mail, rcpt, "RSET\r\n", group, two, quit},
       {one_kept, two_kept}},
      {"Pipelined", options, {ehlo, group, one + group, two + quit}, {one_kept, two_kept}},
      {"StartTls", tls, {ehlo, "STARTTLS\r\n", client_tls_step, ehlo, group, one, quit}, {one_kept}},
      {"ImplicitTls", implicit, {client_tls_step, ehlo, group, one, quit}, {one_kept}},
      {"Chunks",
       options,
       {ehlo, mail + rcpt + "BDAT 12\r\nSubject: 1\r\n", "BDAT 2\r\n\r\n", "BDAT 6 LAST\r\n.dot\r\n",
        mail + rcpt + "BDAT 17 LAST\r\nSubject: 2\r\n\r\nx\r\n", quit},
       {one_kept, two_kept},
       {},
       false,
       true},
      {"Lmtp", lmtp, {"LHLO me\r\n", mail + rcpt + rcpt + "DATA\r\n", one, group, two, quit}, {one_kept, two_kept}},
      {"Proxy", options, {header, ehlo, group, one, quit}, {one_kept}, {}, true},
      {"ProxyThenTls", implicit, {header, client_tls_step, ehlo, group, one, quit}, {one_kept}, {}, true},
      {"Slow",
       options,
       {ehlo, group, one, mail + rcpt + "BDAT 17 LAST\r\nSubject: 2\r\n\r\nx\r\n", quit},
       {one_kept, two_kept},
       {},
       false,
       false,
       true},
  };
  for (const auto& mechanism : login.mechanisms) {
    all.push_back({"Auth" + mechanism,
                   login,
                   {ehlo, client_sasl_step, client_sasl_step, client_sasl_step, group, one, quit},
                   {one_kept},
                   mechanism});
  }
  return all;
}

}  // namespace gatepost::smtp
