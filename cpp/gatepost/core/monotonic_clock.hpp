#pragma once
#include <atomic>
#include <chrono>

namespace gatepost {

using Instant = std::chrono::steady_clock::time_point;

/// Time that only goes on, whatever is done to the time of day: for windows and waits within a process.
class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;
  virtual Instant now() const = 0;
};

class SteadyClock final : public MonotonicClock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
};

/// Stands still until a test turns it. Safe to use from several threads.
class TurnedClock final : public MonotonicClock {
 public:
  Instant now() const override { return Instant(Instant::duration(now_.load())); }
  void advance(Instant::duration by) { now_ += by.count(); }

 private:
  std::atomic<Instant::rep> now_{Instant::duration(std::chrono::hours(24 * 365)).count()};
};

}  // namespace gatepost
