#pragma once
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// The commands that ask the server for something besides letters: HELP, VRFY, EXPN, ETRN.
class Information {
 public:
  Information(SessionContext& context, const Transaction& transaction) : context_(context), transaction_(transaction) {}
  void on_help();
  /// VRFY and EXPN.
  void on_verify(std::string_view arguments, Verb verb);
  void on_etrn(std::string_view node);

 private:
  SessionContext& context_;
  const Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
