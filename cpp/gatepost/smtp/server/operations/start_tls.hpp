#pragma once
#include <string_view>

#include "gatepost/smtp/server/operations/continuation.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"
#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp::server {

/// STARTTLS (RFC 3207), and what becomes of the session by the handshake.
class StartTls {
 public:
  StartTls(SessionContext& context, Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// `more_behind`: input stands behind the command. goes_on: the handshake comes next.
  Continuation begin(std::string_view arguments, bool more_behind);
  void established(TlsFacts facts);
  /// Something came in the handshake's place.
  void warn_of_plain_text();

 private:
  SessionContext& context_;
  Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
