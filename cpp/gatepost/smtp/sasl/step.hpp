#pragma once
#include <string>
#include <utility>

#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {

inline SaslServer::Step challenge_step(std::string challenge) {
  return {SaslServer::State::challenge, std::move(challenge), {}};
}
inline SaslServer::Step attempt_step(AuthAttempt attempt) {
  return {SaslServer::State::attempt, {}, std::move(attempt)};
}
inline SaslServer::Step malformed_step() { return {}; }

}  // namespace gatepost::smtp
