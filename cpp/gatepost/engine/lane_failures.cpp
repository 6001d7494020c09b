#include "gatepost/engine/lane_failures.hpp"

namespace gatepost::engine {

using codes::Category;
using codes::Failure;
using codes::Phase;

namespace {

bool before_the_text(Phase phase) { return phase == Phase::mail || phase == Phase::rcpt || phase == Phase::data; }

}  // namespace

bool stops_the_account(const Failure& failure) {
  if (failure.pause != codes::PauseScope::account) return false;
  // One sender that is not allowed, one recipient that is not relayed, say nothing about other letters.
  const bool of_this_letter =
      failure.category == Category::sender_not_authorized || failure.category == Category::relay_denied;
  return !of_this_letter || failure.phase == Phase::auth;
}

bool stops_the_sender(const Failure& failure) {
  return failure.phase == Phase::mail && failure.permanent() &&
         (failure.category == Category::sender_not_authorized || failure.category == Category::sender_invalid);
}

bool speaks_of_the_connection(const Failure& failure, const Standing& standing) {
  if (failure.maybe_delivered || failure.pause == codes::PauseScope::account) return false;
  if (failure.category == Category::too_many_connections) return true;
  if (!before_the_text(failure.phase)) return false;
  const bool closes = failure.code == 421;
  switch (failure.category) {
    case Category::connection_lost:
      return !failure.timed_out && (closes || failure.code == 0);
    case Category::service_unavailable:
      return closes || (!standing.has_served && standing.others_are_in && failure.phase != Phase::rcpt);
    case Category::system_error:
    case Category::unknown_temporary:
      return closes;
    case Category::rate_limited:
      return closes && !(standing.has_served && standing.put_off);
    default:
      return false;
  }
}

bool untouched_speaks_of_the_connection(const Failure& failure, const Standing& standing) {
  return !failure.timed_out || standing.has_served;
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

}  // namespace gatepost::engine
