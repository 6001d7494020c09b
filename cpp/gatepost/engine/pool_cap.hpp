#pragma once
#include <chrono>
#include <cstddef>

namespace gatepost::engine {

/// How many connections an account opens at a time: its own number, or fewer where the server has let in fewer. What
/// was learnt is tried again, slowly: one connection more once `patience` has passed without a refusal. Each such try
/// that is refused doubles the wait before the next, up to `longest`; one that serves takes it back to `patience`.
class PoolCap {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes longest{16};

  /// `own`: 1 or more.
  PoolCap(std::size_t own, std::chrono::milliseconds patience) : own_(own), patience_(patience), cap_(own) {}

  /// How many may be open now; one more than learnt where it is time to try.
  std::size_t most(Instant now) const { return lowered() && now >= try_at_ ? cap_ + 1 : cap_; }
  bool lowered() const { return cap_ < own_; }
  /// From when on one more is tried, where lowered().
  Instant try_at() const { return try_at_; }

  /// A connection was turned away; `others` stay, one or more. `least_wait`: nothing is tried before.
  void turned_away(std::size_t others, Instant now, std::chrono::seconds least_wait = {});
  /// So many connections take letters at the same time.
  void serving(std::size_t connections, Instant now);

 private:
  std::size_t own_;
  std::chrono::milliseconds patience_;
  std::size_t cap_;
  std::chrono::milliseconds wait_{0};
  Instant try_at_{};
};

}  // namespace gatepost::engine
