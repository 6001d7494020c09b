#pragma once
#include <string_view>

#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// XCLIENT as Postfix has it (XCLIENT_README): a trusted client says whom it speaks for.
class Xclient {
 public:
  Xclient(SessionContext& context, const Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// True where the session begins anew, for the client that was named: it has to be greeted.
  bool on_xclient(std::string_view arguments);

 private:
  SessionContext& context_;
  const Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
