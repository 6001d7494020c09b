#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace gatepost {

// The letters, digits and controls of ASCII, whatever the locale. Octets from 0x80 on belong to none of these classes.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
/// C0, the tab and line ends among them, and DEL.
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
/// VCHAR of RFC 5234: printable, without the space.
constexpr bool is_visible(char c) { return c > ' ' && c < 0x7F; }
constexpr bool is_printable(char c) { return c == ' ' || is_visible(c); }

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

inline std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Space, tab and the line ends: FWS of RFC 5322, folds and all.
inline constexpr std::string_view white_space = " \t\r\n";

/// `text` without the characters of `space` at its beginning.
constexpr std::string_view trim_front(std::string_view text, std::string_view space = white_space) {
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text;
}

/// `text` without the characters of `space` at its end.
constexpr std::string_view trim_back(std::string_view text, std::string_view space = white_space) {
  return text.substr(0, text.find_last_not_of(space) + 1);
}

constexpr std::string_view trim(std::string_view text, std::string_view space = white_space) {
  return trim_back(trim_front(text, space), space);
}

}  // namespace gatepost
