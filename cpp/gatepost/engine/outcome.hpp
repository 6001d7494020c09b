#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "gatepost/core/clock.hpp"
#include "gatepost/smtp/client/session.hpp"

namespace gatepost::engine {

/// The end of one job, on its way to the caller that handed it in.
struct Outcome {
  std::uint64_t ticket = 0;
  std::uint32_t lane = 0;
  smtp::LetterOutcome letter;
  std::string message_id;  ///< of the composed letter, without <>; empty for prebuilt bytes
  TimePoint started{};     ///< handed to a connection
  TimePoint ended{};
  std::uint32_t bytes = 0;
  bool tried = true;                      ///< false: a pause holds it back; its failure is what the pause began with
  std::optional<TimePoint> paused_until;  ///< the account, or the letter's sender, is paused until then
};

}  // namespace gatepost::engine
