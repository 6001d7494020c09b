#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client_scenarios.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {

/// What a server, or the network, does instead of what is expected.
enum class Fault {
  lost,
  late,
  cut,
  says_421,
  says_451,
  says_502,  // as a server that knows no RSET and keeps the recipients; the rest of the scenario it still plays
  says_550,
  says_250,
  says_334,
  says_354,
  garbage,
  endless
};
inline constexpr Fault all_faults[] = {Fault::lost,     Fault::late,     Fault::cut,      Fault::says_421,
                                       Fault::says_451, Fault::says_502, Fault::says_550, Fault::says_250,
                                       Fault::says_334, Fault::says_354, Fault::garbage,  Fault::endless};

/// Plays `scenario`; in the place of its `step`-th group comes the fault, and afterwards the rest as if nothing were.
class Player {
 public:
  Player(const Scenario& scenario, bool byte_by_byte) : scenario_(scenario), script_(scenario.options, byte_by_byte) {}

  void play(std::optional<std::size_t> step, Fault fault) {
    for (std::size_t i = 0; i < scenario_.replies.size() && script_.session.need() != Need::closed; ++i) {
      client_turn();
      const auto& reply = scenario_.replies[i];
      if (reply == sasl_step && script_.session.phase() != codes::Phase::auth) continue;  // a shorter mechanism
      if (step == i) {
        if (reply == reset_step && fault != Fault::says_250) unreset_at_ = wire_.size();
        inject(fault);
      } else if (script_.session.need() == Need::start_tls) {
        TlsFacts facts{"TLSv1.3", "x"};
        facts.bindings.tls_exporter = binding;
        script_.session.tls_established(facts);
      } else {
        script_.say(reply == sasl_step ? sasl_reply() : reply);
      }
    }
    client_turn();
    script_.session.fail(
        codes::local_failure(codes::Category::connection_lost, codes::Phase::local, "the server hung up"));
    collect();
  }

  bool body_written(std::uint64_t id) const {
    return wire_.find("end of " + std::to_string(id) + "\r\n" + (scenario_.options.chunking ? "" : ".\r\n")) !=
           std::string::npos;
  }

  /// What went out behind an RSET that got no 250.
  std::string behind_refused_reset() const { return unreset_at_ ? wire_.substr(*unreset_at_) : ""; }

  std::vector<LetterOutcome> outcomes;
  std::size_t submitted = 0;
  std::size_t asked = 0;
  std::size_t answered = 0;
  const ClientSession& session() const { return script_.session; }

 private:
  static inline const std::string binding = std::string(32, 'e');

  void client_turn() {
    auto& session = script_.session;
    for (;;) {
      while (submitted < scenario_.letters && session.wants_letter()) {
        const auto id = ++submitted;
        session.submit(letter(
            id, {"a@b.ru", "c@d.ru"},
            "x: y\r\n\r\n.dot\r\n" + std::string(scenario_.body_bytes, 'z') + "end of " + std::to_string(id) + "\r\n"));
      }
      if (asked < scenario_.questions && session.need() == Need::letter) {
        session.ask({asked++ == 0 ? Question::Verb::noop : Question::Verb::vrfy, "x"});
      }
      const bool all = submitted == scenario_.letters && asked == scenario_.questions;
      if (all && session.need() == Need::letter) session.quit();
      const auto part = session.output();
      if (part.empty()) break;
      last_write_ = part;
      wire_ += part;
      session.consume_output(part.size());
    }
    collect();
  }
  void collect() {
    for (auto& outcome : script_.session.take_outcomes()) outcomes.push_back(std::move(outcome));
    answered += script_.session.take_answers().size();
  }

  // Lazily: the mechanism is known from the client's AUTH line.
  std::string sasl_reply() {
    std::string_view line = last_write_;
    line.remove_suffix(2);
    std::optional<std::string> response;
    if (line.starts_with("AUTH ")) {
      line.remove_prefix(5);
      const auto name = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(name.size() + 1, line.size()));
      SaslServerContext context;
      context.bindings.tls_exporter = binding;
      context.password_of = [](std::string_view) { return std::optional<std::string>("secret-word"); };
      server_ = make_sasl_server(name, context);
      if (!line.empty()) response = base64_decode(line);
    } else {
      response = base64_decode(line).value_or("");
    }
    if (!server_) return "503 5.5.1 no\r\n";  // the fault took the place of its beginning
    const auto step = response ? server_->step(std::string_view(*response)) : server_->step(std::nullopt);
    if (step.state == SaslServer::State::challenge) return "334 " + base64_encode(step.challenge) + "\r\n";
    return step.state == SaslServer::State::attempt ? "235 2.7.0 ok\r\n" : "501 5.5.2 what\r\n";
  }

  void inject(Fault fault) {
    auto& session = script_.session;
    switch (fault) {
      case Fault::lost:
        return session.fail(codes::local_failure(codes::Category::connection_lost, codes::Phase::local, "gone"));
      case Fault::late:
        return session.fail(
            codes::local_failure(codes::Category::connection_lost, session.phase(), "no answer in time"));
      case Fault::cut:
        script_.say("250-half a rep");
        return session.fail(codes::local_failure(codes::Category::connection_lost, codes::Phase::local, "gone"));
      case Fault::says_421:
        return script_.say("421 4.3.2 shutting down\r\n");
      case Fault::says_451:
        return script_.say("451 4.3.0 later\r\n");
      case Fault::says_502:
        return script_.say("502 5.5.1 not implemented\r\n");
      case Fault::says_550:
        return script_.say("550 5.0.0 no\r\n");
      case Fault::says_250:
        return script_.say("250 2.0.0 sure\r\n");
      case Fault::says_334:
        return script_.say("334 \r\n");
      case Fault::says_354:
        return script_.say("354 go on\r\n");
      case Fault::garbage:
        return script_.say("\x16\x03\x01garbage\r\n");
      case Fault::endless:
        return script_.say("250-" + std::string(70'000, 'x'));
    }
  }

  const Scenario& scenario_;
  ClientScript script_;
  std::unique_ptr<SaslServer> server_;
  std::string last_write_;
  std::string wire_;
  std::optional<std::size_t> unreset_at_;
};

}  // namespace gatepost::smtp
