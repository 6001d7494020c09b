#pragma once
#include <optional>
#include <string_view>

#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {

/// The reply code that `line` begins with: three digits from 200 to 699, then the end or one of `separators`. RFC 5321
/// §4.2 knows 2xx to 5xx; some gates answer with 6xx.
constexpr std::optional<int> leading_reply_code(std::string_view line, std::string_view separators = " -") {
  if (line.size() < 3 || line[0] < '2' || line[0] > '6' || !is_digit(line[1]) || !is_digit(line[2])) {
    return std::nullopt;
  }
  if (line.size() > 3 && separators.find(line[3]) == std::string_view::npos) return std::nullopt;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

}  // namespace gatepost::codes
