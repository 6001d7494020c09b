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
  std::optional<std::chrono::nanoseconds> wait;  ///< until a token is free, at the earliest. nullopt: not known yet
};

}  // namespace gatepost::engine
