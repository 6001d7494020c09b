#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace gatepost::net {

/// How long a letter may take: so long for the whole of it, and so many bytes a second over each window at least. It is
/// asked when a timer fires and never when bytes come, so that it costs a letter that comes in time nothing.
class LetterPace {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = std::chrono::milliseconds;

  /// `least_rate` 0: no least rate.
  LetterPace(Time deadline, std::uint64_t least_rate, Time window)
      : deadline_(deadline), window_(least_rate > 0 ? std::max(window, Time(1)) : deadline), least_rate_(least_rate) {}

  /// A letter begins, after so many bytes of letters read.
  void begin(Clock::time_point now, std::uint64_t bytes_read) {
    end_ = now + deadline_;
    open_window(now, bytes_read);
  }

  /// When to look() next.
  Clock::time_point next_look() const { return next_look_; }

  /// False where the letter is too slow.
  bool look(Clock::time_point now, std::uint64_t bytes_read) {
    const auto window = std::chrono::duration_cast<Time>(next_look_ - opened_);
    const auto needed = least_rate_ * static_cast<std::uint64_t>(window.count()) / 1000;
    if (now >= end_ || bytes_read - bytes_at_opening_ < needed) return false;
    open_window(now, bytes_read);
    return true;
  }

 private:
  void open_window(Clock::time_point now, std::uint64_t bytes_read) {
    opened_ = now;
    next_look_ = std::min(now + window_, end_);
    bytes_at_opening_ = bytes_read;
  }

  Time deadline_;
  Time window_;
  std::uint64_t least_rate_;
  Clock::time_point end_;
  Clock::time_point opened_;
  Clock::time_point next_look_;
  std::uint64_t bytes_at_opening_ = 0;
};

}  // namespace gatepost::net
