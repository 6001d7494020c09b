#pragma once
#include <string>
#include <string_view>

#include "gatepost/core/ascii.hpp"

namespace gatepost {

/// The value of a hexadecimal digit in either case; -1 for any other character.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// The octet that two hexadecimal digits stand for; -1 for any other text.
constexpr int hex_octet(std::string_view digits) {
  if (digits.size() != 2) return -1;
  const int high = hex_digit(digits[0]);
  const int low = hex_digit(digits[1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// Appends `mark` and the octet of `c` in two upper-case digits: "=0D", "%0D", "+0D".
inline void append_hex(std::string& out, char mark, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  out += mark;
  out += digits[octet >> 4];
  out += digits[octet & 15];
}

}  // namespace gatepost
