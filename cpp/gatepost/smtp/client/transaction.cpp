#include "gatepost/smtp/client/transaction.hpp"

#include <utility>

namespace gatepost::smtp {

Transaction::Transaction(ClientLetter submitted, std::size_t max_transcript_bytes)
    : letter(std::move(submitted)), transcript(max_transcript_bytes), alive(letter.rcpt_to.size()) {
  outcome.id = letter.id;
  outcome.recipients.reserve(alive);
  for (auto& address : letter.rcpt_to) outcome.recipients.push_back({std::move(address), false, std::nullopt});
}

void Transaction::refuse(std::size_t recipient, codes::Failure failure) {
  outcome.recipients[recipient].failure = std::move(failure);
  --alive;
}

void Transaction::refuse_all(const codes::Failure& failure) {
  for (auto& recipient : outcome.recipients) {
    if (!recipient.failure && !recipient.accepted) recipient.failure = failure;
  }
  alive = 0;
}

void Transaction::refuse_all_if_one_was() {
  if (!letter.all_or_nothing || alive == 0) return;
  for (const auto& recipient : outcome.recipients) {
    if (!recipient.failure) continue;
    auto shared = *recipient.failure;
    shared.scope = codes::Scope::message;
    shared.suppress = codes::SuppressScope::none;
    shared.message = "not sent, because " + recipient.address + " was refused and the letter goes to all or to nobody";
    return refuse_all(shared);
  }
}

void Transaction::return_untouched(const codes::Failure& failure) {
  outcome.untouched = true;
  refuse_all(failure);
  done = true;
}

}  // namespace gatepost::smtp
