#pragma once
#include <cstdint>
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
};

}  // namespace gatepost::engine
