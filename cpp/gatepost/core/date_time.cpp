#include "gatepost/core/date_time.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost {

using namespace std::chrono;

namespace {

/// Takes `digits` digits and the character behind them off the front; -1 where they are not there. `behind` 0: nothing
/// need follow.
int take_number(std::string_view& text, std::size_t digits, char behind) {
  const auto size = digits + (behind == 0 ? 0 : 1);
  if (text.size() < size || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digits), is_digit)) {
    return -1;
  }
  // "T" and "Z" may be written small (RFC 3339 §5.6).
  if (behind != 0 && text[digits] != behind && !(behind == 'T' && text[digits] == 't')) return -1;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) number = number * 10 + (text[i] - '0');
  text.remove_prefix(size);
  return number;
}

std::optional<minutes> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return minutes(0);
  if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
  const bool west = text.front() == '-';
  text.remove_prefix(1);
  const auto hour = take_number(text, 2, ':');
  const auto minute = hour < 0 ? -1 : take_number(text, 2, 0);
  if (minute < 0 || hour > 23 || minute > 59 || !text.empty()) return std::nullopt;
  const auto offset = hours(hour) + minutes(minute);
  return west ? -offset : offset;
}

}  // namespace

std::string write_date_time(TimePoint time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time) - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::optional<TimePoint> read_date_time(std::string_view text) {
  const auto y = take_number(text, 4, '-');
  const auto month = take_number(text, 2, '-');
  const auto d = take_number(text, 2, 'T');
  const auto hour = take_number(text, 2, ':');
  const auto minute = take_number(text, 2, ':');
  const auto second = take_number(text, 2, 0);
  if (y < 0 || month < 0 || d < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const year_month_day date(year(y), std::chrono::month(static_cast<unsigned>(month)), day(static_cast<unsigned>(d)));
  if (!date.ok()) return std::nullopt;
  if (text.starts_with('.')) {
    const auto fraction = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (fraction == 1) return std::nullopt;
    text.remove_prefix(fraction);
  }
  const auto offset = read_offset(text);
  if (!offset) return std::nullopt;
  // A TimePoint counts nanoseconds, which do not reach beyond these years.
  const year_month_day near(year(std::clamp(y, 1970, 2261)), date.month(), date.day());
  return sys_days(near) + hours(hour) + minutes(minute) + seconds(second) - *offset;
}

}  // namespace gatepost
