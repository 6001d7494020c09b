#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "gatepost/net/asio.hpp"

namespace gatepost::net {

/// When which of a host's addresses is tried (RFC 8305 §5): the next one begins 250 ms after the last, or as soon as
/// one has failed, and each has a deadline of its own. Knows neither clock nor sockets.
class ConnectRace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds stagger{250};

  ConnectRace() = default;
  /// `deadline`: of each address, from its begin.
  ConnectRace(std::size_t addresses, std::chrono::milliseconds deadline) : deadline_(deadline), ends_(addresses) {}

  /// The address that is to be tried now, which counts as begun; nullopt: none yet, or none is left.
  std::optional<std::size_t> begin(Time now);
  /// An address whose deadline has passed; failed() is still to be called.
  std::optional<std::size_t> expired(Time now) const;
  /// What was begun has come to nothing.
  void failed(std::size_t address);
  /// All of them were tried in vain.
  bool lost() const { return next_ == ends_.size() && running_ == 0; }
  /// When begin() or expired() will have something to say; Time::max() where nothing is begun.
  Time next_event() const;

 private:
  std::chrono::milliseconds deadline_{};
  std::vector<std::optional<Time>> ends_;  // of the attempts under way
  std::size_t next_ = 0;                   // the first address that was not begun
  std::size_t running_ = 0;
  Time due_ = Time::min();  // when that one's turn is
};

/// Addresses in the order in which to try them: as they come, but the families take turns (RFC 8305 §4).
std::vector<Endpoint> interleaved(const std::vector<Endpoint>& addresses);

}  // namespace gatepost::net
