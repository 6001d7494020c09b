#include "gatepost/sink/schedule.hpp"

#include <array>
#include <optional>
#include <string>

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<minutes> parse_time(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const minutes time{number(0) * 60 + number(3)};
  if (number(3) > 59 || time > minutes(24 * 60)) return std::nullopt;
  return time;
}

std::optional<unsigned> parse_day(std::string_view text) {
  for (unsigned day = 0; day < day_names.size(); ++day) {
    if (equal_ignoring_case(text, day_names[day])) return day;
  }
  return std::nullopt;
}

/// "mon-fri", "sat,sun" as bits.
std::optional<unsigned> parse_days(std::string_view text) {
  unsigned days = 0;
  if (text.ends_with(',')) return std::nullopt;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto range = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto dash = range.find('-');
    const auto first = parse_day(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_day(range.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (auto day = *first;; day = (day + 1) % 7) {
      days |= 1U << day;
      if (day == *last) break;
    }
  }
  return days;
}

}  // namespace

Result<Schedule, std::string> Schedule::parse(std::string_view text) {
  const std::string wanted = "takes hours and days such as \"09:00-18:00 mon-fri\", in UTC";
  Schedule schedule;
  bool has_days = false;
  bool has_hours = false;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (word[0] >= '0' && word[0] <= '9') {
      const auto from = parse_time(word.substr(0, 5));
      const auto until = word.size() == 11 && word[5] == '-' ? parse_time(word.substr(6)) : std::nullopt;
      if (!from || !until || has_hours) return wanted;
      schedule.from_ = *from;
      schedule.until_ = *until;
      has_hours = true;
    } else {
      const auto days = parse_days(word);
      if (!days || has_days) return wanted;
      schedule.days_ = *days;
      has_days = true;
    }
  }
  if (!has_days && !has_hours) return wanted;
  return schedule;
}

bool Schedule::contains(TimePoint at) const {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(at);
  const auto time = std::chrono::floor<minutes>(at - today);
  const auto is_on = [this](std::chrono::sys_days day) {
    return (days_ >> std::chrono::weekday(day).c_encoding() & 1U) != 0;
  };
  if (from_ < until_) return is_on(today) && time >= from_ && time < until_;
  return (is_on(today) && time >= from_) || (is_on(today - days(1)) && time < until_);
}

}  // namespace gatepost::sink
