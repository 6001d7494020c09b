#pragma once
#include <string_view>

#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// XCLIENT as Postfix has it (XCLIENT_README): a trusted client names the client it speaks for.
class Xclient {
 public:
  Xclient(SessionContext& context, const Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// True where the session starts over for the client that was named, which is then greeted.
  bool on_xclient(std::string_view arguments);

 private:
  SessionContext& context_;
  const Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
