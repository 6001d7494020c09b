#pragma once
#include <optional>
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// MAIL and RCPT (RFC 5321 §4.1.1.2, §4.1.1.3): they begin the transaction and fill its envelope.
class EnvelopeCommands {
 public:
  EnvelopeCommands(SessionContext& context, Transaction& transaction) : context_(context), transaction_(transaction) {}
  void on_mail(std::string_view arguments);
  void on_rcpt(std::string_view arguments);

 private:
  std::optional<PathArgument> read_path(std::string_view arguments, Verb verb);
  void refuse_parameters(std::string_view text);
  void warn_of_long_local_part(std::string_view mailbox);
  bool is_domain_allowed(std::string_view mailbox) const;
  void add_recipient(ServerRecipient&& recipient, bool kept);

  SessionContext& context_;
  Transaction& transaction_;
};

}  // namespace gatepost::smtp::server
