#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/hex.hpp"

namespace gatepost::smtp {

/// What is undone before secrets are looked for.
struct Folding {
  bool reply_lines = true;  ///< at the beginning of a line a reply's code and enhanced code are passed over
  bool escapes = false;     ///< "%41", "=41", "+41", "\x41", "A" and a backslash are what they stand for
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

/// The octet that an escape at `at` stands for, and its length; a length of 0 where there is none.
struct Escape {
  char octet = 0;
  std::size_t length = 0;
};
inline Escape escape_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  const auto octet_behind = [&](std::size_t prefix) -> Escape {
    const int octet = rest.size() < prefix + 2 ? -1 : hex_octet(rest.substr(prefix, 2));
    return octet < 0 ? Escape{} : Escape{static_cast<char>(octet), prefix + 2};
  };
  switch (rest.front()) {
    case '=':  // of quoted-printable a line end, too
      if (rest.size() > 1 && rest[1] == '\n') return {' ', 1};
      [[fallthrough]];
    case '%':
    case '+':
      return octet_behind(1);
    case '\\':
      if (rest.size() > 1 && lower(rest[1]) == 'x') return octet_behind(2);
      if (rest.starts_with("\\u00")) return octet_behind(4);
      return rest.starts_with("\\\\") ? Escape{'\\', 2} : Escape{' ', 1};
    default:
      return {};
  }
}

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
    char c = text[at];
    std::size_t length = 1;
    if (c == '\n') {
      line_begins = folding.reply_lines;
    } else if (folding.escapes) {
      if (const auto escape = detail::escape_at(text, at); escape.length != 0) {
        c = escape.octet;
        length = escape.length;
      }
    }
    const auto begin = at;
    at += length;
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || c == ':') continue;
    c = c == '-' ? '+' : c == '_' ? '/' : lower(c);
    if (!visit(c, begin, at)) return;
  }
}

FoldedText fold_text(std::string_view text, Folding folding);

}  // namespace gatepost::smtp
