#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "gatepost/smtp/sasl/server.hpp"
#include "gatepost/smtp/server/operations/continuation.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// AUTH (RFC 4954), from the command to the handler's decision.
class Login {
 public:
  Login(SessionContext& context, const Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// goes_on: the client's next line is read_line()'s.
  Continuation begin(std::string_view arguments);
  Continuation read_line(std::string_view line);
  /// Forgets the exchange and the secrets in it.
  void abandon();

 private:
  const std::string* find_mechanism(std::string_view word);
  bool start_exchange(const std::string& mechanism);
  Continuation take_encoded(std::string_view response);
  Continuation take_response(std::optional<std::string_view> response);
  Continuation decide(const AuthAttempt& attempt);
  Continuation refuse(const Verdict& verdict);
  Continuation fail(std::string_view text);

  SessionContext& context_;
  const Transaction& transaction_;
  SaslServerContext sasl_context_;
  std::unique_ptr<SaslServer> sasl_;
  std::optional<Verdict> oauth_refusal_;  // waits for the client's answer to the last challenge
};

}  // namespace gatepost::smtp::server
