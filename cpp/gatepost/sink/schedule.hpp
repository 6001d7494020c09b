#pragma once
#include <chrono>
#include <string_view>

#include "gatepost/core/clock.hpp"
#include "gatepost/core/result.hpp"

namespace gatepost::sink {

/// A time of day on some days of the week, in UTC: "09:00-18:00 mon-fri", "22:00-06:00", "sat,sun".
class Schedule {
 public:
  /// The error says what is wrong.
  static Result<Schedule, std::string> parse(std::string_view text);
  /// Of a window over midnight, the hours behind it belong to the day on which it began.
  bool contains(TimePoint at) const;

 private:
  std::chrono::minutes from_{0};
  std::chrono::minutes until_{24 * 60};
  unsigned days_ = 0x7F;  // bit 0: Sunday
};

}  // namespace gatepost::sink
