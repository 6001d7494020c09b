#pragma once
#include <atomic>
#include <chrono>

namespace gatepost {

using TimePoint = std::chrono::system_clock::time_point;
using Duration = std::chrono::system_clock::duration;

/// Where the time of day comes from, so that greylisting and daily limits are tested without sleeping.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::system_clock::now(); }
};

/// The system's time plus an offset that only grows by advance(). Safe to use from several threads.
class ShiftedClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::system_clock::now() + Duration(offset_.load(std::memory_order_relaxed));
  }
  void advance(Duration by) { offset_.fetch_add(by.count(), std::memory_order_relaxed); }

 private:
  std::atomic<Duration::rep> offset_{0};
};

/// Stands still until told otherwise. For tests of one thread.
class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(Duration by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
};

/// Seconds since the Unix epoch, as Python's time.time() gives them.
inline double to_unix_seconds(TimePoint t) { return std::chrono::duration<double>(t.time_since_epoch()).count(); }

}  // namespace gatepost
