#pragma once
#include <chrono>
#include <optional>

#include "gatepost/codes/failure.hpp"

namespace gatepost::engine {

/// Whether, and when, to try once more where the server lets nobody in. A server that is full, or counts connections by
/// the minute, gets the time that this takes; one that refuses everybody ends the waiting soon:
///   - it has served us within the last minute: asked again for a minute, after 0.25 s, then after twice as long each
///     time; for two seconds where nobody listens;
///   - it never has, and says that there are too many connections: for ten seconds, so that senders who share its
///     places find one;
///   - it lets in and hangs up on the first letter: once more, at once;
///   - all else, and whatever timed out: not at all.
/// Never longer than `patience`: what the account gives a server to greet.
class Knocking {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit Knocking(std::chrono::milliseconds patience) : patience_(patience) {}

  /// The last connection was turned away. When to open the next; nullopt: give up.
  std::optional<Instant> again(const codes::Failure& why, Instant now);
  /// The server has taken a letter, or refused it for what it is.
  void served(Instant now);
  /// No connection is to be opened before, as long as none is let in.
  Instant not_before() const { return next_; }

 private:
  std::chrono::milliseconds time_for(const codes::Failure& why, Instant now) const;

  std::chrono::milliseconds patience_;
  std::optional<Instant> served_;
  std::optional<Instant> refused_;  ///< the first of this row of refusals
  std::chrono::milliseconds wait_{};
  Instant next_{};
};

}  // namespace gatepost::engine
