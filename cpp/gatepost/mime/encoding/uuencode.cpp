#include "gatepost/mime/encoding/uuencode.hpp"

#include <algorithm>

namespace gatepost::mime {

namespace {

/// Lines cut short stand for up to 63 bytes each; this many for each byte of the text are all that is made of them.
constexpr std::size_t max_growth = 4;

bool is_uu_digit(char c) { return c >= ' ' && c <= '`'; }

/// '`' and ' ' are 0.
unsigned digit_at(std::string_view digits, std::size_t at) {
  return at < digits.size() ? static_cast<unsigned>(digits[at] - ' ') & 63U : 0;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string decode_uuencode(std::string_view text, bool& odd) {
  std::string out;
  const std::size_t most = text.size() * max_growth;
  const std::size_t begin = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
  if (begin != std::string_view::npos) text.remove_prefix(std::min(text.find('\n', begin + 1), text.size() - 1) + 1);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line == "end") return out;
    if (line.empty()) continue;
    const std::string_view digits = line.substr(1);
    const std::size_t size = digit_at(line, 0);
    // A checksum may stand behind the digits.
    if (!is_uu_digit(line[0]) || !std::ranges::all_of(digits.substr(0, (size + 2) / 3 * 4), is_uu_digit) ||
        out.size() + size > most) {
      odd = true;
      continue;
    }
    for (std::size_t at = 0, left = size; left > 0; at += 4) {
      const unsigned bits = digit_at(digits, at) << 18 | digit_at(digits, at + 1) << 12 |
                            digit_at(digits, at + 2) << 6 | digit_at(digits, at + 3);
      for (int shift = 16; shift >= 0 && left > 0; shift -= 8, --left) out += static_cast<char>(bits >> shift & 255U);
    }
  }
  return out;
}

}  // namespace gatepost::mime
