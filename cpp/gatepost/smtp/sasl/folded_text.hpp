#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {

/// What is undone before secrets are looked for.
struct Folding {
  bool reply_lines = true;  ///< at the beginning of a line a reply's code and enhanced code are passed over
  bool escapes = false;     ///< "%41", "=41", "+41", "\x41", "\u0041", "\101", "&#65;", "&amp;" and a backslash are
                            ///< what they stand for
};

/// A text without what quoting changes: white space, line ends, colons and letter case are gone, and the alphabets of
/// base64 (RFC 4648 §4, §5) are one. Each byte knows where it came from.
struct FoldedText {
  std::string bytes;
  std::vector<std::uint32_t> begin;  ///< in the text, of each byte
  std::vector<std::uint32_t> end;
};

namespace detail {

inline std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

/// How long "550 ", "550-" or "550-5.7.1 " is; 0 where the line begins otherwise.
inline std::size_t reply_prefix(std::string_view line) {
  if (digits_at(line, 0) != 3 || line.size() < 4 || (line[3] != ' ' && line[3] != '-')) return 0;
  std::size_t at = 4;
  for (int part = 0; part < 3; ++part) {
    const auto digits = digits_at(line, at);
    at += digits + 1;
    if (digits == 0 || digits > 3 || at > line.size() || line[at - 1] != (part < 2 ? '.' : ' ')) return 4;
  }
  return at;
}

/// The octets that an escape at the beginning of `rest` stands for, and its length; a length of 0 where there is none.
struct Escape {
  std::string octets;
  std::size_t length = 0;
};
Escape escape_at(std::string_view rest);

}  // namespace detail

/// Calls `visit(byte, begin, end)` for each byte that is left of `text`, until it gives false.
template <class Visit>
void for_each_folded(std::string_view text, Folding folding, Visit visit) {
  bool line_begins = folding.reply_lines;
  for (std::size_t at = 0; at < text.size();) {
    if (line_begins) {
      line_begins = false;
      at += detail::reply_prefix(text.substr(at));
      continue;
    }
    const auto begin = at;
    line_begins = text[at] == '\n' && folding.reply_lines;
    const auto escape = folding.escapes ? detail::escape_at(text.substr(at)) : detail::Escape{};
    at += std::max<std::size_t>(escape.length, 1);
    for (char c : escape.length != 0 ? std::string_view(escape.octets) : text.substr(begin, 1)) {
      if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || c == ':') continue;
      c = c == '-' ? '+' : c == '_' ? '/' : lower(c);
      if (!visit(c, begin, at)) return;
    }
  }
}

FoldedText fold_text(std::string_view text, Folding folding);

}  // namespace gatepost::smtp
