#include "gatepost/engine/lane_failures.hpp"

#include <algorithm>

namespace gatepost::engine {

using codes::Category;
using codes::Failure;
using codes::Phase;

bool stops_the_account(const Failure& failure) {
  if (failure.pause != codes::PauseScope::account) return false;
  // One sender that is not allowed, one recipient that is not relayed, say nothing about other letters.
  const bool of_this_letter =
      failure.category == Category::sender_not_authorized || failure.category == Category::relay_denied;
  return !of_this_letter || failure.phase == Phase::auth;
}

const Failure* first_account_failure(const smtp::LetterOutcome& outcome) {
  for (const auto& recipient : outcome.recipients) {
    if (recipient.failure && stops_the_account(*recipient.failure)) return &*recipient.failure;
  }
  return nullptr;
}

bool was_put_off_by_421(const smtp::LetterOutcome& outcome) {
  return std::all_of(outcome.recipients.begin(), outcome.recipients.end(), [](const auto& row) {
    return row.failure && row.failure->code == 421 && row.failure->phase != Phase::final_;
  });
}

Failure closed_failure() {
  return codes::local_failure(Category::connection_lost, Phase::local, "the mailer was closed before it was sent");
}

Failure internal_failure(std::string_view what) {
  auto failure =
      codes::local_failure(Category::system_full, Phase::local, "an error inside gatepost: " + std::string(what));
  failure.scope = codes::Scope::message;
  return failure;
}

Failure removed_failure() {
  return codes::local_failure(Category::connection_lost, Phase::local, "its account was removed before it was sent");
}

Failure cancelled_failure() {
  return codes::local_failure(Category::connection_lost, Phase::local, "cancelled before it was sent");
}

std::optional<TimePoint> pause_end(const Failure& failure, TimePoint now) {
  if (failure.retry != codes::RetryVerdict::later || failure.retry_after_seconds <= 0) return std::nullopt;
  return now + std::chrono::seconds(failure.retry_after_seconds);
}

}  // namespace gatepost::engine
