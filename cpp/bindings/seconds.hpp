#pragma once
#include <chrono>
#include <cmath>
#include <string>

#include "bindings.hpp"
#include "gatepost/core/clock.hpp"

namespace gatepost::bindings {

inline constexpr std::chrono::seconds most_seconds{1'000'000'000};

/// Python's seconds. InputError, naming `what`, for anything that is not a length of time up to `most`.
inline std::chrono::milliseconds from_seconds(double seconds, const char* what,
                                              std::chrono::seconds most = most_seconds) {
  if (!(seconds >= 0) || seconds > static_cast<double>(most.count())) {
    throw InputException{
        {{}, std::string(what) + " takes a number of seconds from 0 to " + std::to_string(most.count())}};
  }
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

/// A time as Python's time.time() counts it, in seconds since 1970. InputError, naming `what`, for one that no
/// TimePoint holds.
inline TimePoint time_from_unix(double seconds, const char* what) {
  if (!(std::abs(seconds) < 9e9)) throw InputException{{{}, std::string(what) + " takes a time from 1685 to 2254"}};
  return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
}

}  // namespace gatepost::bindings
