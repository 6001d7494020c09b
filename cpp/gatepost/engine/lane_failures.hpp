#pragma once
#include <optional>
#include <string_view>

#include "gatepost/core/clock.hpp"
#include "gatepost/smtp/client/session.hpp"

namespace gatepost::engine {

/// Whether every further letter of this account would meet the same end.
bool stops_the_account(const codes::Failure& failure);
/// The first of an outcome's failures that does; null: none.
const codes::Failure* first_account_failure(const smtp::LetterOutcome& outcome);
/// Whether the server ended the session instead of an answer, before it had the letter.
bool was_put_off_by_421(const smtp::LetterOutcome& outcome);
/// When a pause for this failure ends by itself; nullopt: never.
std::optional<TimePoint> pause_end(const codes::Failure& failure, TimePoint now);
/// For letters that a closed mailer gives back.
codes::Failure closed_failure();
/// For letters that an exception of ours ended: there is no memory, most likely.
codes::Failure internal_failure(std::string_view what);
/// For letters of a lane that is removed.
codes::Failure removed_failure();
/// For letters that their sender takes back.
codes::Failure cancelled_failure();

}  // namespace gatepost::engine
