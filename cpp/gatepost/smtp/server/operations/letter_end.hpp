#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"

namespace gatepost::smtp::server {

/// The whole letter is there: the handler's verdict on it, at once or later, and the reply; with LMTP one for each
/// recipient (RFC 2033 §4.2).
class LetterEnd {
 public:
  LetterEnd(SessionContext& context, Transaction& transaction) : context_(context), transaction_(transaction) {}
  /// Ends the transaction. `refusal`: the session's own, so that the handler is not asked; or "".
  void end(std::string_view refusal);
  /// The handler said "later": decide() will come.
  bool is_deciding() const { return !undecided_.empty(); }
  /// is_deciding(): the verdict on all that is undecided.
  void decide(const Verdict& verdict);

 private:
  void note(std::string_view refusal);
  void deliver();
  std::vector<Verdict> ask_for_each(bool wanted, std::string_view transcript);
  void answer(std::span<const Verdict> verdicts);
  void say(std::span<const Verdict> verdicts);

  SessionContext& context_;
  Transaction& transaction_;
  std::vector<Verdict> undecided_;  // of all recipients, those that are decided included
};

}  // namespace gatepost::smtp::server
