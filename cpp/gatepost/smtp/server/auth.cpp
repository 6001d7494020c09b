#include <algorithm>
#include <utility>

#include "gatepost/core/ids.hpp"
#include "gatepost/crypto/base64.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::string_view bad_base64 = "501 5.5.2 Cannot decode the response";
constexpr std::string_view wrong_credentials = "535 5.7.8 Authentication credentials invalid";

bool has_bindings(const ServerPeer& peer) {
  if (!peer.tls) return false;
  const auto& found = peer.tls->bindings;
  return !found.tls_exporter.empty() || !found.tls_unique.empty() || !found.tls_server_end_point.empty();
}

}  // namespace

bool ServerSession::Impl::can_serve_mechanism(std::string_view name) const {
  if (name.ends_with("-PLUS") && !has_bindings(peer)) return false;
  if (needs_stored_password(name) && !handler.has_passwords()) return false;
  return !shows_secret(name) || peer.tls || options.auth_without_tls;
}

std::vector<std::string> ServerSession::Impl::served_mechanisms() const {
  std::vector<std::string> served;
  for (const auto& name : options.mechanisms) {
    if (can_serve_mechanism(name) && make_sasl_server(name, {})) served.push_back(name);
  }
  return served;
}

void ServerSession::Impl::on_auth(std::string_view arguments) {
  if (options.mechanisms.empty()) return error("502 5.5.1 AUTH is not offered");
  if (!peer.esmtp) return out_of_order("503 5.5.1 Send EHLO first");
  if (authenticated) return out_of_order("503 5.5.1 Already authenticated");
  if (mail.begun) return out_of_order("503 5.5.1 AUTH is not allowed inside a mail transaction");

  const auto word = take_word(arguments);
  if (word.empty() || arguments.find(' ') != std::string_view::npos) {
    return error("501 5.5.4 Syntax: AUTH mechanism [initial-response]");
  }
  const auto name = std::find_if(options.mechanisms.begin(), options.mechanisms.end(),
                                 [&](const auto& known) { return equal_ignoring_case(known, word); });
  if (name == options.mechanisms.end()) return error("504 5.5.4 Unrecognized authentication type");
  if (!can_serve_mechanism(*name)) {
    if (shows_secret(*name)) return error("538 5.7.11 Encryption is required for this authentication mechanism");
    return error("504 5.5.4 Unrecognized authentication type");
  }
  sasl_context.host_name = options.host_name;
  sasl_context.bindings = peer.tls ? peer.tls->bindings : ChannelBindings{};
  sasl_context.plus_announced =
      std::any_of(options.mechanisms.begin(), options.mechanisms.end(),
                  [this](const auto& offered) { return offered.ends_with("-PLUS") && can_serve_mechanism(offered); });
  sasl_context.password_of = [this](std::string_view login) { return handler.password_of(login); };
  sasl = make_sasl_server(*name, sasl_context);
  if (!sasl) return error("504 5.5.4 Unrecognized authentication type");

  if (arguments.empty()) return take_auth_step(std::nullopt);
  const auto initial = crypto::base64_decode(arguments == "=" ? "" : arguments);  // RFC 4954 §4
  if (initial) return take_auth_step(*initial);
  end_auth();
  error(bad_base64);
}

void ServerSession::Impl::on_auth_line(std::string_view line) {
  if (oauth_refusal) return refuse_auth(*std::exchange(oauth_refusal, std::nullopt));
  if (line == "*") {
    end_auth();
    return error("501 5.7.0 Authentication cancelled");
  }
  const auto response = crypto::base64_decode(line);
  if (response) return take_auth_step(*response);
  end_auth();
  error(bad_base64);
}

void ServerSession::Impl::take_auth_step(std::optional<std::string_view> response) {
  const auto step = sasl->step(response);
  switch (step.state) {
    case SaslServer::State::challenge:
      state = State::auth;
      return reply("334 " + crypto::base64_encode(step.challenge));
    case SaslServer::State::malformed:
      end_auth();
      return error("501 5.5.2 The response is not the mechanism's");
    case SaslServer::State::attempt:
      return decide_auth(step.attempt);
  }
}

void ServerSession::Impl::decide_auth(const AuthAttempt& attempt) {
  constexpr std::string_view ordinary = "235 2.7.0 Authentication successful";
  auto verdict = handler.on_auth(peer, attempt);
  if (!attempt.proof.value_or(true) && judge(verdict, ordinary).accepted) {
    verdict.action = Verdict::Action::refuse;
    verdict.reply = wrong_credentials;
  }
  const auto judged = judge(verdict, ordinary);
  if (!judged.accepted) {
    const auto challenge = judged.closes ? std::string() : sasl->refusal_challenge();
    if (challenge.empty()) return refuse_auth(verdict);
    oauth_refusal = std::move(verdict);
    state = State::auth;
    return reply("334 " + crypto::base64_encode(challenge));
  }
  end_auth();
  authenticated = true;
  behind_auth = false;
  peer.user = attempt.login.empty() ? attempt.authzid : attempt.login;
  peer.mechanism = attempt.mechanism;
  answer(verdict, ordinary);
}

void ServerSession::Impl::refuse_auth(const Verdict& verdict) {
  end_auth();
  answer(verdict, "235");
  ++auth_failures;
  ++errors;
  enforce_limits();
}

void ServerSession::Impl::end_auth() {
  if (state == State::auth) state = State::command;
  sasl.reset();
  oauth_refusal.reset();
}

}  // namespace gatepost::smtp
