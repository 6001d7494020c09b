#pragma once
#include <string>
#include <string_view>

namespace gatepost::mime {

/// Appends `mark` and the two upper-case hex digits of `c`.
inline void append_hex(std::string& out, char mark, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += mark;
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that two hex digits stand for; -1 where they are none.
inline int hex_byte(std::string_view digits) {
  if (digits.size() != 2) return -1;
  const int high = hex_digit(digits[0]);
  const int low = hex_digit(digits[1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace gatepost::mime
