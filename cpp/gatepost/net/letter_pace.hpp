#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace gatepost::net {

/// How long a letter may take: so long for the whole of it, and so many bytes a second over each window at least. It is
/// asked when a timer fires and never when bytes come, so that it costs a letter that comes in time nothing.
class LetterPace {
 public:
  using Time = std::chrono::milliseconds;

  /// `least_rate` 0: no least rate.
  LetterPace(Time deadline, std::uint64_t least_rate, Time window)
      : deadline_(deadline), window_(std::max(window, Time(1))), least_rate_(least_rate) {}

  /// A letter begins, after so many bytes of letters read. Returns after how long to look().
  Time begin(std::uint64_t bytes_read) {
    left_ = deadline_;
    return next_look(bytes_read);
  }

  /// The time to look has come. Returns after how long to look again; 0: the letter is too slow.
  Time look(std::uint64_t bytes_read) {
    const auto needed = least_rate_ * static_cast<std::uint64_t>(looking_after_.count()) / 1000;
    left_ -= looking_after_;
    return bytes_read - bytes_at_look_ < needed ? Time(0) : next_look(bytes_read);
  }

 private:
  Time next_look(std::uint64_t bytes_read) {
    bytes_at_look_ = bytes_read;
    looking_after_ = least_rate_ > 0 ? std::min(window_, left_) : left_;
    return looking_after_;
  }

  Time deadline_;
  Time window_;
  std::uint64_t least_rate_;
  Time left_{0};
  Time looking_after_{0};
  std::uint64_t bytes_at_look_ = 0;
};

}  // namespace gatepost::net
