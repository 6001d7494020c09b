#pragma once
#include <chrono>
#include <cmath>

#include "bindings.hpp"

namespace gatepost::bindings {

/// Python's seconds. InputError, naming `what`, for what is no time.
inline std::chrono::milliseconds from_seconds(double seconds, const char* what) {
  if (!(seconds >= 0) || seconds > 1e9) throw InputException{{what, "must be a number of seconds from 0 to 1e9"}};
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace gatepost::bindings
