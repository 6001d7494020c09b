#include "gatepost/smtp/server/operations/login.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/served_mechanisms.hpp"
#include "gatepost/smtp/server/verdict_reply.hpp"

namespace gatepost::smtp::server {

Continuation Login::begin(std::string_view arguments) {
  const auto out_of_order = [this](std::string_view text) {
    context_.out_of_order(text);
    return Continuation::done;
  };
  if (context_.options.mechanisms.empty()) return fail("502 5.5.1 AUTH is not offered");
  if (!context_.peer.esmtp) return out_of_order("503 5.5.1 Send EHLO first");
  if (context_.authenticated) return out_of_order("503 5.5.1 Already authenticated");
  if (transaction_.begun) return out_of_order("503 5.5.1 AUTH is not allowed inside a mail transaction");

  const auto word = take_word(arguments);
  if (word.empty() || arguments.find(' ') != std::string_view::npos) {
    return fail("501 5.5.4 Syntax: AUTH mechanism [initial-response]");
  }
  const auto* const mechanism = find_mechanism(word);
  const bool served = mechanism != nullptr && can_serve_mechanism(context_, *mechanism);
  if (mechanism != nullptr && !served && shows_secret(*mechanism)) {
    return fail("538 5.7.11 Encryption is required for this authentication mechanism");
  }
  if (!served || !start_exchange(*mechanism)) return fail("504 5.5.4 Unrecognized authentication type");
  if (arguments.empty()) return take_response(std::nullopt);
  return take_encoded(arguments == "=" ? "" : arguments);  // RFC 4954 §4
}

const std::string* Login::find_mechanism(std::string_view word) {
  const auto& known = context_.options.mechanisms;
  const auto found =
      std::find_if(known.begin(), known.end(), [word](const auto& name) { return equal_ignoring_case(name, word); });
  return found == known.end() ? nullptr : &*found;
}

bool Login::start_exchange(const std::string& mechanism) {
  const auto& options = context_.options;
  sasl_context_.host_name = options.host_name;
  sasl_context_.bindings = context_.peer.tls ? context_.peer.tls->bindings : ChannelBindings{};
  sasl_context_.plus_announced = std::any_of(
      options.mechanisms.begin(), options.mechanisms.end(),
      [this](const auto& offered) { return offered.ends_with("-PLUS") && can_serve_mechanism(context_, offered); });
  sasl_context_.password_of = [this](std::string_view login) { return context_.handler.password_of(login); };
  sasl_ = make_sasl_server(mechanism, sasl_context_);
  return sasl_ != nullptr;
}

Continuation Login::read_line(std::string_view line) {
  if (oauth_refusal_) return refuse(*std::exchange(oauth_refusal_, std::nullopt));
  if (line == "*") return fail("501 5.7.0 Authentication cancelled");
  return take_encoded(line);
}

Continuation Login::take_encoded(std::string_view response) {
  const auto decoded = base64_decode(response);
  return decoded ? take_response(*decoded) : fail("501 5.5.2 Cannot decode the response");
}

Continuation Login::take_response(std::optional<std::string_view> response) {
  const auto step = sasl_->step(response);
  switch (step.state) {
    case SaslServer::State::challenge:
      context_.reply("334 " + base64_encode(step.challenge));
      return Continuation::goes_on;
    case SaslServer::State::attempt:
      return decide(step.attempt);
    case SaslServer::State::malformed:
      break;
  }
  return fail("501 5.5.2 The response is not the mechanism's");
}

Continuation Login::decide(const AuthAttempt& attempt) {
  constexpr std::string_view ordinary = "235 2.7.0 Authentication successful";
  auto verdict = context_.handler.on_auth(context_.peer, attempt);
  if (!attempt.proof.value_or(true) && reply_of(verdict, ordinary).accepted) {
    verdict.action = Verdict::Action::refuse;
    verdict.reply = "535 5.7.8 Authentication credentials invalid";
  }
  const auto judged = reply_of(verdict, ordinary);
  if (!judged.accepted) {
    const auto challenge = judged.closes ? std::string() : sasl_->refusal_challenge();
    if (challenge.empty()) return refuse(verdict);
    oauth_refusal_ = std::move(verdict);
    context_.reply("334 " + base64_encode(challenge));
    return Continuation::goes_on;
  }
  abandon();
  context_.authenticated = true;
  context_.transcript.logged_in();
  context_.peer.user = attempt.login.empty() ? attempt.authzid : attempt.login;
  context_.peer.mechanism = attempt.mechanism;
  context_.answer(verdict, ordinary);
  return Continuation::done;
}

Continuation Login::refuse(const Verdict& verdict) {
  abandon();
  context_.answer(verdict, "235");
  ++context_.counters.auth_failures;
  ++context_.counters.errors;
  context_.enforce_limits();
  return Continuation::done;
}

Continuation Login::fail(std::string_view text) {
  abandon();
  context_.error(text);
  return Continuation::done;
}

void Login::abandon() {
  sasl_.reset();
  oauth_refusal_.reset();
}

}  // namespace gatepost::smtp::server
