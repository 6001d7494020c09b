#pragma once
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/monotonic_clock.hpp"
#include "gatepost/engine/limit.hpp"

namespace gatepost::engine {

class TokenWaiter;

/// The letters that all limits of one account are counted against, whichever lane sends them. A letter counts from the
/// moment its token is taken until a window after its end: a server counts it somewhere between, and never meets more
/// than `most` in any window of its own clock. Safe from any thread.
class AccountUsage {
 public:
  explicit AccountUsage(std::shared_ptr<const MonotonicClock> clock = std::make_shared<SteadyClock>());

  Instant now() const { return clock_->now(); }
  /// There are limits with such a window: what is older than the longest one is forgotten.
  void watch(std::chrono::milliseconds window);
  /// Nobody has asked for a limit yet, so nothing is counted.
  bool unwatched() const { return horizon_.load() == Instant::duration::zero(); }

  /// Letters that may begin now.
  std::uint32_t left(const std::vector<Limit>& limits);
  /// What stands against one more letter; nullopt: nothing. Then `waiter` is woken once when a token comes back.
  std::optional<Hold> hold(const std::vector<Limit>& limits, TokenWaiter* waiter);
  /// As hold(); where nothing stands against it, a letter has begun.
  std::optional<Hold> begin(const std::vector<Limit>& limits, TokenWaiter* waiter);
  /// A letter that had begun is over, whatever the server said.
  void ended();
  /// A letter that had begun was never sent: it does not count.
  void given_back();
  /// Letters sent before this process began to count, or elsewhere. Those that were told before are known by their
  /// time.
  void remember(std::vector<TimePoint> sent);
  /// Nothing counts any more, and nothing is in flight.
  bool empty();

  void wait(TokenWaiter& waiter);
  /// All who wait look again.
  void wake_waiters();

 private:
  friend class TokenWaiter;

  std::optional<Hold> held(const std::vector<Limit>& limits, TokenWaiter* waiter);
  /// A window that is asked about, and where it begins in ended_: it only moves forward, so no search is needed.
  struct Window {
    std::chrono::milliseconds length;
    std::size_t begin = 0;
  };

  /// How many of those that are over lie in the window of this length, which is watched, that ends at `now`.
  std::size_t ended_within(Instant now, std::chrono::milliseconds length);
  void forget(Instant now);
  void wake_all();
  Instant instant_of(TimePoint at) const { return born_ + (at - born_at_); }

  const std::shared_ptr<const MonotonicClock> clock_;
  const Instant born_;
  const TimePoint born_at_;  // the same moment by the time of day
  std::atomic<Instant::duration> horizon_{Instant::duration::zero()};
  std::mutex mutex_;
  std::size_t in_flight_ = 0;
  std::vector<Window> windows_;        // a handful
  std::deque<Instant> ended_;          // ascending
  std::vector<TimePoint> remembered_;  // ascending; they stand in ended_, too
  std::set<TokenWaiter*> waiting_;
};

/// Somebody who waits for a token: a lane.
class TokenWaiter {
 public:
  /// `wake` is called on any thread and under a lock: it must not call the limiter. Not once this has gone.
  TokenWaiter(std::shared_ptr<AccountUsage> usage, std::function<void()> wake)
      : usage_(std::move(usage)), wake_(std::move(wake)) {}
  ~TokenWaiter();
  TokenWaiter(const TokenWaiter&) = delete;
  TokenWaiter& operator=(const TokenWaiter&) = delete;

 private:
  friend class AccountUsage;
  std::shared_ptr<AccountUsage> usage_;
  std::function<void()> wake_;
};

}  // namespace gatepost::engine
