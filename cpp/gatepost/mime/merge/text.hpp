#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "gatepost/mime/merge/merge.hpp"

namespace gatepost::mime {

/// A row's value, looked through once for all slots that it fills.
struct MergeValue {
  std::string_view text;
  std::size_t escape_growth = 0;  ///< octets that escaping adds
  std::size_t line_feeds = 0;
  bool carriage_return = false;
  bool control = false;  ///< of those that no line of a header may have; a tab may
};
MergeValue read_value(std::string_view text);

using MergeValues = std::span<const MergeValue>;

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

/// Octets of a value in a slot: escaped where asked, with CRLF for LF where asked.
inline std::size_t slot_size(const MergeValue& value, bool escape, bool crlf) {
  return value.text.size() + (escape ? value.escape_growth : 0) + (crlf ? value.line_feeds : 0);
}

/// Gives `take` a value piece by piece, as slot_size() counts it.
template <class F>
void for_each_piece(const MergeValue& value, bool escape, bool crlf, F take) {
  const std::string_view text = value.text;
  if (slot_size(value, escape, crlf) == text.size()) return take(text);
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view instead = replacement_of(text[at], escape, crlf);
    if (instead.empty()) continue;
    take(text.substr(begin, at - begin));
    take(instead);
    begin = at + 1;
  }
  take(text.substr(begin));
}

/// The text with a row's values, line ends as they are.
std::string render_text(const MergeText& text, MergeValues values);

/// All literals, with nothing in the gaps.
std::string joined_literals(const MergeText& text);

/// Literals too few or too many, not UTF-8, or slots of columns that there are not.
std::optional<InputError> check_merge_text(std::string_view where, const MergeText& text, std::size_t columns);

}  // namespace gatepost::mime
