#pragma once
#include <chrono>
#include <cmath>

#include "bindings.hpp"
#include "gatepost/core/clock.hpp"

namespace gatepost::bindings {

/// Python's seconds. InputError, naming `what`, for anything that is not a length of time.
inline std::chrono::milliseconds from_seconds(double seconds, const char* what) {
  if (!(seconds >= 0) || seconds > 1e9) throw InputException{{what, "must be a number of seconds from 0 to 1e9"}};
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

/// A time as Python's time.time() counts it, in seconds since 1970. InputError, naming `what`, for one that no
/// TimePoint holds.
inline TimePoint time_from_unix(double seconds, const char* what) {
  if (!(std::abs(seconds) < 9e9)) throw InputException{{what, "must be a time between the years 1685 and 2255"}};
  return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
}

}  // namespace gatepost::bindings
