#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "gatepost/core/monotonic_clock.hpp"
#include "gatepost/engine/token_source.hpp"

namespace gatepost::engine {

/// A TokenSource that keeps what it is asked and told until somebody who may wait for a store takes it, woken through
/// an eventfd. Safe from any thread.
class TokenQueue final : public TokenSource {
 public:
  explicit TokenQueue(std::shared_ptr<const MonotonicClock> clock = std::make_shared<SteadyClock>());
  ~TokenQueue() override;
  TokenQueue(const TokenQueue&) = delete;
  TokenQueue& operator=(const TokenQueue&) = delete;

  void ask(std::uint32_t wanted) override;
  void ended() override;
  void give_back(std::uint32_t tokens) override;

  /// Letters that are over, so long ago.
  struct Ended {
    std::chrono::nanoseconds ago;
    std::uint32_t letters;
  };
  struct Told {
    std::uint32_t wanted = 0;  ///< tokens; 0: nobody asked
    std::vector<Ended> ended;  ///< a tenth of a second together, as of its last
  };
  /// What came since the last time.
  Told take();
  /// Readable after ask(), give_back() and wake(), not after ended(), until the next take().
  int event_fd() const { return event_fd_; }
  void wake();

 private:
  struct Slot {
    Instant first;
    Instant last;
    std::uint32_t letters;
  };

  const std::shared_ptr<const MonotonicClock> clock_;
  const int event_fd_;
  std::mutex mutex_;
  std::uint32_t wanted_ = 0;
  std::vector<Slot> ended_;
};

}  // namespace gatepost::engine
