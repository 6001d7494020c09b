#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>

namespace gatepost::engine {

/// At most `most` letters in any window of this length.
struct Limit {
  std::uint32_t most = 0;
  std::chrono::milliseconds window{3'600'000};

  auto operator<=>(const Limit&) const = default;
};

/// Why no letter may go now.
struct Hold {
  std::optional<Limit> limit;                    ///< used up; of several the one that lasts longest. nullopt: not known
  std::optional<std::chrono::nanoseconds> wait;  ///< until a token is free, as things stand. nullopt: not known yet
  std::chrono::nanoseconds at_least{0};          ///< no token is free before, even if all that may come back does
  std::optional<std::chrono::nanoseconds> again{};  ///< when to look again; nullopt: when the wait is over
};

}  // namespace gatepost::engine
