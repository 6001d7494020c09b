#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/clock.hpp"

namespace gatepost::smtp {

/// "2026-02-03T04:05:06Z", RFC 3339.
std::string write_date_time(TimePoint time);
/// A date-time of RFC 3339 §5.6, any offset; nullopt where `text` is none. Fractions of a second are dropped,
/// years count as 1970 at the least and 2261 at the most.
std::optional<TimePoint> read_date_time(std::string_view text);

}  // namespace gatepost::smtp
