#pragma once
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

/// The letters of one account and the limits that hold for it, whichever lane sends them. All limits of those that are
/// sending now hold for all of them. A letter counts from the moment its token is taken until a window after its end: a
/// server counts it somewhere between, and never meets more than `most` in any window of its own clock. Those who wait
/// are served in turn, a token each. Safe from any thread.
class AccountUsage {
 public:
  explicit AccountUsage(std::shared_ptr<const MonotonicClock> clock = std::make_shared<SteadyClock>());

  Instant now() const { return clock_->now(); }
  /// These limits hold until they are lifted, as often as they were enforced.
  void enforce(const std::vector<Limit>& limits);
  void lift(const std::vector<Limit>& limits);
  /// What was sent later is counted here already, as far as the longest window reaches; nullopt: nothing yet.
  std::optional<TimePoint> counting_since();

  /// Letters that may begin now; nullopt: no limit holds.
  std::optional<std::uint32_t> left();
  /// What stands against one more letter; nullopt: nothing. Then `waiter` joins the line, and is woken once when a
  /// token comes back. It has to take its token when its turn comes, or leave().
  std::optional<Hold> hold(TokenWaiter* waiter);
  /// As hold(); where nothing stands against it, a letter has begun.
  std::optional<Hold> begin(TokenWaiter* waiter);
  /// What stands against the n-th letter from now on, were they all to go as soon as they may. n > 0.
  std::optional<Hold> outlook(std::size_t nth);
  /// A letter that had begun is over, whatever the server said.
  void ended();
  /// A letter that had begun was never sent: it does not count.
  void given_back();
  /// Letters sent before this process began to count, or elsewhere. Those that were told before are known by their
  /// time.
  void remember(std::vector<TimePoint> sent);
  /// How long ago letters ended that were sent here, oldest first, as far as they are not forgotten.
  std::vector<std::chrono::nanoseconds> sent_ago();
  /// Nothing counts any more, and nothing is in flight.
  bool empty();

  /// To be woken once, without a place in the line.
  void wait(TokenWaiter& waiter);
  void leave(TokenWaiter& waiter);
  /// All who wait look again.
  void wake_waiters();

 private:
  friend class TokenWaiter;

  /// A limit, by how many it was enforced, and where its window begins in ended_: it only moves forward, so no search
  /// is needed.
  struct InForce {
    Limit limit;
    std::size_t users = 0;
    std::size_t begin = 0;
  };

  /// Letters in the windows that end at `now`, and when they leave them.
  std::size_t ended_within(Instant now, InForce& window);
  std::chrono::nanoseconds until_free(const Limit& limit, std::size_t ended, std::size_t in_flight, std::size_t nth,
                                      Instant now) const;
  std::optional<Hold> held(Instant now, std::size_t nth);
  std::optional<Hold> held_or_in_line(TokenWaiter* waiter);
  void step_out(TokenWaiter& waiter);
  void forget(Instant now);
  void wake_all();
  Instant instant_of(TimePoint at) const { return born_ + (at - born_at_); }

  const std::shared_ptr<const MonotonicClock> clock_;
  const Instant born_;
  const TimePoint born_at_;  // the same moment by the time of day
  std::mutex mutex_;
  Instant::duration horizon_{0};  // what is older is forgotten
  std::optional<TimePoint> counting_since_;
  std::vector<InForce> in_force_;  // a handful
  std::size_t in_flight_ = 0;
  std::deque<Instant> ended_;          // ascending
  std::vector<TimePoint> remembered_;  // ascending; they stand in ended_, too
  std::vector<TokenWaiter*> line_;     // whose turn it is first; a handful
  std::set<TokenWaiter*> waiting_;     // to be woken
};

/// Somebody who waits for a token: a lane.
class TokenWaiter {
 public:
  /// `wake` is called on any thread and under a lock: it must not call the limiter. Not once this has gone.
  TokenWaiter(std::shared_ptr<AccountUsage> usage, std::function<void()> wake)
      : usage_(std::move(usage)), wake_(std::move(wake)) {}
  ~TokenWaiter() { usage_->leave(*this); }
  TokenWaiter(const TokenWaiter&) = delete;
  TokenWaiter& operator=(const TokenWaiter&) = delete;

 private:
  friend class AccountUsage;
  std::shared_ptr<AccountUsage> usage_;
  std::function<void()> wake_;
};

}  // namespace gatepost::engine
