#include "gatepost/smtp/client/letter_record.hpp"

#include <utility>

namespace gatepost::smtp {

LetterRecord::LetterRecord(ClientLetter&& submitted, Transcript&& empty)
    : letter(std::move(submitted)), transcript(std::move(empty)), alive(letter.rcpt_to.size()) {
  outcome.id = letter.id;
  outcome.recipients.reserve(alive);
  for (auto& address : letter.rcpt_to) outcome.recipients.push_back({std::move(address), false, std::nullopt});
}

void LetterRecord::refuse(std::size_t recipient, codes::Failure failure) {
  outcome.recipients[recipient].failure = std::move(failure);
  --alive;
}

void LetterRecord::refuse_all(const codes::Failure& failure) {
  for (auto& recipient : outcome.recipients) {
    if (!recipient.failure && !recipient.accepted) recipient.failure = failure;
  }
  alive = 0;
}

void LetterRecord::refuse_all_if_one_was() {
  if (!letter.all_or_nothing || alive == 0) return;
  for (const auto& recipient : outcome.recipients) {
    if (!recipient.failure) continue;
    auto shared = *recipient.failure;
    shared.scope = codes::Scope::message;
    shared.suppress = codes::SuppressScope::none;
    shared.message =
        "not sent, because " + recipient.address + " was refused and the letter goes to all recipients or to none";
    return refuse_all(shared);
  }
}

void LetterRecord::end(const codes::Failure& failure) {
  refuse_all(failure);
  done = true;
}

void LetterRecord::shut_down(const codes::Failure& failure) {
  if (finals <= 1) end(failure);
}

}  // namespace gatepost::smtp
