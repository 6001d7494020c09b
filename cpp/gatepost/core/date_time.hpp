#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/clock.hpp"

namespace gatepost {

/// "2026-02-03T04:05:06Z": RFC 3339, UTC, whole seconds (rounded down).
std::string write_date_time(TimePoint time);

/// A date-time of RFC 3339 §5.6, with any offset; nullopt for any other text. Fractions of a second are dropped; years
/// before 1970 count as 1970 and years after 2261 as 2261, since a TimePoint reaches no further.
std::optional<TimePoint> read_date_time(std::string_view text);

}  // namespace gatepost
