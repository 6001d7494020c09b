#pragma once
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// EHLO, HELO and LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1).
class Hello {
 public:
  Hello(SessionContext& context, Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// A well-formed one ends the transaction.
  void on_hello(std::string_view name, Verb verb);

 private:
  SessionContext& context_;
  Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
