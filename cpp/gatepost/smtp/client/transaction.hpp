#pragma once
#include "gatepost/smtp/client/envelope_commands.hpp"
#include "gatepost/smtp/client/letter_body.hpp"
#include "gatepost/smtp/client/letter_plan.hpp"
#include "gatepost/smtp/client/letter_record.hpp"
#include "gatepost/smtp/client/session_context.hpp"

namespace gatepost::smtp {

/// One letter on its way through the session: envelope, then body, and what became of it.
struct Transaction {
  Transaction(SessionContext& session, ClientLetter&& letter);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  SessionContext& context;
  LetterRecord record;
  LetterPlan plan;
  LetterBody body;
  EnvelopeCommands envelope;
  bool checked = false;  ///< against what the server offers

  /// Once what the server offers is known; refuses what must not be sent.
  void check();
  /// The session ended for `why` while the letter was on its way.
  void break_off(const codes::Failure& why);
  /// Nothing of it was said to a server: it may go out on another connection.
  void return_untouched(const codes::Failure& why);
};

}  // namespace gatepost::smtp
