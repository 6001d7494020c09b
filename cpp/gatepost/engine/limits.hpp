#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "gatepost/core/clock.hpp"

namespace gatepost::engine {

/// At most `most` letters in any window of this length (requirement C3).
struct Limit {
  std::uint32_t most = 0;
  std::chrono::seconds window{3600};
};

/// Counts what has been sent against several limits at once. Never more than `most` in any window, also across a
/// window's edge: it remembers when each letter of the longest window was sent.
class Limiter {
 public:
  explicit Limiter(std::vector<Limit> limits) : limits_(std::move(limits)) {}

  /// Letters that may be sent at `now`; nullopt: no limit.
  std::optional<std::uint32_t> left(TimePoint now);
  /// Takes one token; false where none is left.
  bool take(TimePoint now);
  /// When the next token comes free, if none is left now.
  std::optional<TimePoint> next_free(TimePoint now);
  /// Letters sent before this process began, from the ledger.
  void remember(TimePoint at);

 private:
  void forget_before(TimePoint now);
  std::vector<Limit> limits_;
  std::deque<TimePoint> sent_;  // ascending
};

}  // namespace gatepost::engine
