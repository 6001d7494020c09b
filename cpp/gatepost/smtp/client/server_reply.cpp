#include "gatepost/smtp/client/server_reply.hpp"

#include <utility>

#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/step.hpp"

namespace gatepost::smtp {

using codes::Phase;

void ServerReply::take(Phase phase) {
  phase_ = phase;
  quotes_secret_ = secrets_.concerns(reader_.text(), where());
}

SecretMask::Where ServerReply::where() const {
  return phase_ == Phase::auth ? SecretMask::Where::in_auth : SecretMask::Where::elsewhere;
}

std::string ServerReply::masked(std::string_view words) const {
  return quotes_secret_ ? secrets_.masked(std::string(words), where()) : std::string(words);
}

codes::Reply ServerReply::reply() const {
  auto reply = reader_.reply();
  if (!quotes_secret_) return reply;
  for (auto& line : reply.lines) line = masked(line);
  return reply;
}

codes::Failure ServerReply::refusal(Phase phase) const {
  auto why = codes::classify(reader_.reply(), phase, options_.provider);
  if (!quotes_secret_) return why;
  why.server_text = reply().text();
  why.evidence = masked(why.evidence);
  return why;
}

codes::Failure ServerReply::unexpected(std::string_view what) const {
  return protocol_error(std::string(what) + ": " + reply().to_string());
}

codes::Failure ServerReply::protocol_error(std::string message) const {
  constexpr std::size_t enough = 300;
  message = secrets_.masked(std::move(message), where());
  if (message.size() > enough) message.replace(utf8_prefix(message, enough).size(), std::string::npos, "…");
  return session_failure(codes::Category::protocol_error, phase_, std::move(message));
}

}  // namespace gatepost::smtp
