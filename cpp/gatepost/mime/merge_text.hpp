#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gatepost/mime/merge.hpp"

namespace gatepost::mime {

using MergeValues = std::span<const std::string_view>;

/// What a slot writes for one octet of its value; empty: the octet itself. The html form is markupsafe's.
inline std::string_view replacement_of(char c, bool escape, bool crlf) {
  switch (c) {
    case '\n':
      return crlf ? "\r\n" : "";
    case '&':
      return escape ? "&amp;" : "";
    case '<':
      return escape ? "&lt;" : "";
    case '>':
      return escape ? "&gt;" : "";
    case '\'':
      return escape ? "&#39;" : "";
    case '"':
      return escape ? "&#34;" : "";
    default:
      return "";
  }
}

/// The octets that replacement_of() may replace.
inline constexpr auto replaceable = [] {
  std::array<bool, 256> table{};
  for (const char c : {'\n', '&', '<', '>', '\'', '"'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

/// Gives `take` a slot's value piece by piece: escaped where asked, with CRLF for LF where asked.
template <class F>
void for_each_piece(std::string_view value, bool escape, bool crlf, F take) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (!replaceable[static_cast<unsigned char>(value[at])]) continue;
    const std::string_view instead = replacement_of(value[at], escape, crlf);
    if (instead.empty()) continue;
    if (at > begin) take(value.substr(begin, at - begin));
    take(instead);
    begin = at + 1;
  }
  if (begin < value.size()) take(value.substr(begin));
}

/// Octets of a slot's value as for_each_piece() gives it.
std::size_t slot_size(std::string_view value, bool escape, bool crlf);

/// The text with a row's values, line ends as they are.
std::string render_text(const MergeText& text, MergeValues values);

/// All literals, with nothing in the gaps.
std::string joined_literals(const MergeText& text);

/// Literals too few or too many, not UTF-8, or slots of columns that there are not.
std::optional<InputError> check_merge_text(std::string_view where, const MergeText& text, std::size_t columns);

}  // namespace gatepost::mime
