#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {

inline const SaslIdentity ivan{"ivan", "secret-word", {}, {}, {}, 0};
inline const ChannelBindings tls13{"exported-key-material", {}, "digest-of-the-certificate"};
inline const ChannelBindings tls12{"exported-key-material", "finished-message", "digest-of-the-certificate"};

inline SaslServerContext server_context(ChannelBindings bindings = {}) {
  return {"mx.example.com", std::move(bindings), false, [](std::string_view login) {
            return login == "ivan" ? std::optional<std::string>("secret-word") : std::nullopt;
          }};
}

/// What an exchange came to.
struct Exchange {
  std::optional<AuthAttempt> attempt;  ///< nullopt: none was made
  bool malformed = false;              ///< the server found a message malformed
  std::string client_error;            ///< the client found one so
  std::vector<std::string> messages;   ///< all, the client's first message or the server's empty challenge first

  bool proof() const { return attempt && attempt->proof == true; }
};

/// Changes the message of that number, counted from 0, on its way.
using Tamper = std::function<void(std::size_t number, std::string& message)>;

/// Client against server, until one of them is done.
inline Exchange run_exchange(
    SaslClient& client, SaslServer& server, const Tamper& tamper = [](std::size_t, std::string&) {}) {
  Exchange exchange;
  const auto sent = [&](std::string message) {
    tamper(exchange.messages.size(), message);
    return exchange.messages.emplace_back(std::move(message));
  };
  auto message = client.initial_response();
  if (message) message = sent(std::move(*message));
  for (int round = 0; round < 10; ++round) {
    auto step = server.step(message);
    if (step.state == SaslServer::State::malformed) exchange.malformed = true;
    if (step.state == SaslServer::State::attempt) exchange.attempt = std::move(step.attempt);
    if (step.state != SaslServer::State::challenge) break;
    auto answer = client.respond(sent(std::move(step.challenge)));
    if (!answer) {
      exchange.client_error = answer.error();
      break;
    }
    message = sent(std::move(*answer));
  }
  return exchange;
}

}  // namespace gatepost::smtp
